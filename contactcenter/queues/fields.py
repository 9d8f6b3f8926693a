"""What settings of routing are made of, beside what all settings are (`contactcenter.api.fields`)."""

from __future__ import annotations

import re

from pydantic import BaseModel

from contactcenter.api.fields import ID_LENGTH as ID_LENGTH
from contactcenter.api.fields import Id as Id
from contactcenter.api.fields import Name as Name
from contactcenter.api.fields import Named as Named
from contactcenter.api.fields import Ref as Ref
from contactcenter.api.fields import Settings as Settings
from contactcenter.api.fields import Text as Text
from contactcenter.api.fields import Whole as Whole
from contactcenter.api.fields import bad as bad
from contactcenter.api.fields import check_name as check_name
from contactcenter.api.fields import new_id as new_id
from contactcenter.api.fields import slug as slug
from contactcenter.api.fields import taken as taken
from contactcenter.api.problems import Problem


class UsedBy(BaseModel):
    """Who needs it, so that it cannot be removed."""

    queues: list[Named] = []
    agents: list[Named] = []
    flows: list[str] = []
    ticket_types: list[Named] = []
    ticket_categories: list[Named] = []

    def __bool__(self) -> bool:
        return any((self.queues, self.agents, self.flows, self.ticket_types, self.ticket_categories))

    def __str__(self) -> str:
        groups = {
            "queue": [queue.name for queue in self.queues],
            "agent": [agent.name for agent in self.agents],
            "flow": self.flows,
            "ticket type": [each.name for each in self.ticket_types],
            "ticket category": [each.name for each in self.ticket_categories],
        }
        return "; ".join(_listed(word, names) for word, names in groups.items() if names)


def _listed(word: str, names: list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    several = f"{word.removesuffix('y')}ies" if word.endswith("y") else f"{word}s"
    return f"{several if len(names) > 1 else word} {', '.join(names[:3])}{more}"


def refused(code: str, sentence: str) -> Problem:
    """What the engine refuses, in its own words, which begin with the field's path ("relax[0].after_s: …")."""
    found = re.match(r"([\w.\[\]]+): ", sentence)
    if found is None:
        return Problem(422, code, "This cannot work", sentence)
    field = found[1].replace("[", ".").replace("]", "")
    return Problem(422, code, "This cannot work", f"{field}: {sentence[found.end() :]}", field=field)


def in_use(what: str, used_by: UsedBy) -> Problem:
    detail = f"{what} is used by {used_by}; take it out there first."
    return Problem(409, "in-use", "Still in use", detail, used_by=used_by.model_dump())
