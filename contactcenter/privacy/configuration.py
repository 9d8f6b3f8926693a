"""Retention rules as files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Annotated

from pydantic import Field

from contactcenter.api.fields import Ref, Settings
from contactcenter.api.problems import Problem
from contactcenter.privacy.retention import Retention, Rules
from contactcenter.privacy.settings import FOREVER_DAYS, RuleBody, RulesBody
from contactcenter.section import Document, Documents, Reference, Section

Days = Annotated[int, Field(ge=1, le=FOREVER_DAYS)]


class RetentionDocument(Settings):
    """By kind of data. `days` null: kept; `queues` have days of their own."""

    days: Days | None = None
    queues: dict[Ref, Days | None] = Field(default_factory=dict, max_length=1000)


def sections(retention: Retention, known_queues: Callable[[], Collection[str]]) -> tuple[Section, ...]:
    """`known_queues`: ids of those there are; rules for others count for nothing any more and are left out."""

    async def read() -> Documents:
        return _documents(retention.defaults(), await retention.rules(), known_queues())

    async def put(kind: str, document: Document, there: bool) -> None:
        defaults = retention.defaults()
        if kind not in defaults:
            sentence = f"there is no such kind of data; there are {', '.join(sorted(defaults))}."
            raise Problem(422, "bad-setting", "This cannot work", sentence)
        rules = {key: days for key, days in (await retention.rules()).items() if key[0] != kind}
        if document["days"] != defaults[kind]:
            rules[kind, ""] = document["days"]
        rules |= {(kind, queue): days for queue, days in document["queues"].items()}
        listed = [RuleBody(kind=name, queue=queue or None, days=days) for (name, queue), days in rules.items()]
        await retention.put(RulesBody(rules=listed))

    return (
        Section(
            name="retention",
            title="How long data is kept, in days",
            after=("queues",),
            model=RetentionDocument,
            read=read,
            put=put,
            references=_of_rule,
        ),
    )


def _documents(defaults: dict[str, int | None], rules: Rules, queues: Collection[str]) -> Documents:
    return {
        kind: RetentionDocument(
            days=rules.get((kind, ""), days),
            queues={queue: own for (name, queue), own in sorted(rules.items()) if name == kind and queue in queues},
        ).model_dump(mode="json")
        for kind, days in defaults.items()
    }


def _of_rule(document: Document) -> Iterator[Reference]:
    for queue in document["queues"]:
        yield Reference(("queues", queue), "queues", queue)
