"""Names for the ids that interactions keep; an id that no longer exists stays as it is."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

SKILL = re.compile(r"[^\s()]+(?=≥[1-5])")
"""Where a sentence of the engine names a skill; see acd.eligibility.describe."""

TOLD = ("rule", "asks")
"""What the timeline keeps of the engine's sentences."""


def _as_it_is(given: str) -> str:
    return given


@dataclass(frozen=True, slots=True)
class Names:
    queue_name: Callable[[str], str]
    agent_name: Callable[[str], str]
    disposition_label: Callable[[str], str]
    skill_name: Callable[[str], str] = _as_it_is

    def queue(self, queue_id: str) -> dict[str, str]:
        return {"id": queue_id, "name": self.queue_name(queue_id)}

    def agent(self, agent_id: str) -> dict[str, str]:
        return {"id": agent_id, "name": self.agent_name(agent_id)}

    def sentence(self, text: str) -> str:
        """What the engine said, with the skills' names: "german≥2" as "German≥2"."""
        return SKILL.sub(lambda found: self.skill_name(found[0]), text)

    def told(self, data: dict[str, Any]) -> dict[str, Any]:
        """An event of the timeline, likewise."""
        sentences = {key: self.sentence(data[key]) for key in TOLD if isinstance(data.get(key), str)}
        return {**data, **sentences} if sentences else data

    def disposition(self, disposition_id: str) -> str:
        return self.disposition_label(disposition_id)
