"""Where a queue's overflow leads: each kind of place is looked up, and refused at its field when it is not there."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from acd.model import OverflowRule, TargetKind
from contactcenter.flows.overflowed import receiver
from contactcenter.identity.models import Team, User
from contactcenter.queues.fields import bad

Unreachable = Callable[[str], str | None]
"""Why a number cannot be called, as what follows it in a sentence; None when it can be."""
OF_QUEUES = (TargetKind.QUEUE, TargetKind.VOICEMAIL, TargetKind.CALLBACK)
"""Kinds whose value is a queue: the one to go to, or whose agents get what is left."""
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
SUBJECT_LENGTH = 200


def any_number(number: str) -> str | None:
    """For where nothing is dialled."""
    return None


def queues_of(rules: Iterable[OverflowRule]) -> Iterator[tuple[int, str]]:
    """Queues that the rules lead to or leave something for, each with the rule's place."""
    for place, rule in enumerate(rules):
        if rule.to.kind in OF_QUEUES and (rule.to.value is not None or rule.to.kind is TargetKind.QUEUE):
            yield place, rule.to.value or ""


async def check_targets(
    session: AsyncSession, rules: Iterable[OverflowRule], known: set[str], unreachable: Unreachable
) -> None:
    """Raises Problem 422 naming the field. `known` are the ids of all queues."""
    rules = tuple(rules)
    for place, queue_id in queues_of(rules):
        if queue_id not in known:
            raise bad(_field(place), f"there is no queue {queue_id!r}.")
    for place, rule in enumerate(rules):
        value = rule.to.value or ""
        if rule.to.kind is TargetKind.NUMBER and (why := unreachable(value)) is not None:
            raise bad(_field(place), f"{value!r} {why}")
        if rule.to.kind is TargetKind.MESSAGE:
            await _check_receiver(session, place, value)
        if rule.to.kind is TargetKind.TICKET and len(value) > SUBJECT_LENGTH:
            raise bad(_field(place), f"a subject has at most {SUBJECT_LENGTH} characters.")


async def _check_receiver(session: AsyncSession, place: int, value: str) -> None:
    kind, whom = receiver(value)
    if kind == "team" and await session.get(Team, whom) is None:
        raise bad(_field(place), f"there is no team {whom!r}.")
    if kind == "agent":
        wanted = select(User.id).where(User.id == whom, User.disabled_at.is_(None))
        if await session.scalar(wanted) is None:
            raise bad(_field(place), f"there is nobody with the id {whom!r}.")
    if kind == "mail" and not _MAIL.fullmatch(whom):
        raise bad(_field(place), "choose a team or a person, or write a mail address, as in `office@example.com`.")


def _field(place: int) -> str:
    return f"overflow.{place}.to.value"
