"""A database that was put back from a backup knows people again who have been forgotten: they are forgotten again."""

from __future__ import annotations

import asyncio
from collections import defaultdict

import structlog
from sqlalchemy import select

from contactcenter.audit.acts import Act
from contactcenter.audit.acts import Subject as Acted
from contactcenter.audit.recorder import note
from contactcenter.customers.identities import Identity, caller_identities
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.identity.models import User
from contactcenter.interactions.models import Interaction
from contactcenter.interactions.privacy import known
from contactcenter.plugin import CannotErase
from contactcenter.privacy import sweep
from contactcenter.privacy.acts import ERASURE_REPEATED
from contactcenter.privacy.erasure import Erasure, NotYet, moment_of, write_macs
from contactcenter.privacy.ground import Ground
from contactcenter.privacy.models import ErasedIdentity
from contactcenter.privacy.subjects import Subject, mark_of

log = structlog.get_logger(__name__)


async def forget_again(ground: Ground) -> dict[str, int]:
    """At the start, before anybody sees anything. How many of each kind went again.

    Raises StorageUnavailable, OSError.
    """
    async with ground.database.session() as session:
        rows = {row.mac: row.until.timestamp() for row in await session.scalars(select(ErasedIdentity))}
    for mac, until in rows.items():
        await asyncio.to_thread(ground.memory.remember, [mac], until)
    missing = {mac: until for mac, until in ground.memory.until.items() if rows.get(mac, 0.0) < until}
    if not missing:
        return {}
    log.warning("privacy.database_is_older", identities=len(missing))
    done: dict[str, int] = defaultdict(int)
    left: set[float] = set()
    for until, subject in _by_moment(await _found(ground), missing, ground).items():
        try:
            went = await Erasure(ground).rows(subject, moment_of(until), _silent, remember=False)
        except (CannotErase, NotYet) as refusal:
            # Not known to the database either, so the next start tries again.
            log.error("privacy.not_forgotten_again", reason=str(refusal))
            left.add(until)
            continue
        for kind, count in went.items():
            done[kind] += count
    await sweep.compact(ground.database)
    async with ground.database.transaction() as session:
        for mac, until in missing.items():
            if until not in left:
                await write_macs(session, [mac], moment_of(until))
    if done:
        act = Act(kind=ERASURE_REPEATED, subject=Acted("privacy_request", "restored"), after={"counts": dict(done)})
        await note(ground.database, act)
    return dict(done)


async def _silent(done: dict[str, int]) -> None:
    """Nobody watches yet."""


Found = list[tuple[str, Subject]]
"""Marks, and whom each is one of."""


async def _found(ground: Ground) -> Found:
    """Everybody the database knows, in the form that is remembered."""
    found: Found = []
    async with ground.database.session() as session:
        addresses = await session.scalars(select(Interaction.caller_address).where(known()).distinct())
        identities = {each for address in addresses for each in caller_identities(address, ground.country)}
        for row in await session.scalars(select(CustomerIdentity)):
            identities.add(Identity(row.kind, row.channel, row.value))  # type: ignore[arg-type]  # as stored
        identities |= {Identity("email", "", email.lower()) for email in await session.scalars(select(User.email))}
        found += [(mark_of(each), Subject(identities=(each,))) for each in identities]
        named = await session.scalars(select(Interaction.customer_id).where(Interaction.customer_id.is_not(None)))
        customers = {*await session.scalars(select(Customer.id)), *(each for each in named if each)}
        found += [(f"customer:{each}", Subject(customers=(each,))) for each in customers]
        users = await session.scalars(select(User.id).where(User.removed_at.is_(None)))
        found += [(f"user:{each}", Subject(users=(each,))) for each in users]
    return found


def _by_moment(found: Found, missing: dict[str, float], ground: Ground) -> dict[float, Subject]:
    """One subject for each moment until which is to be forgotten."""
    parts: dict[float, list[Subject]] = defaultdict(list)
    for mark, subject in found:
        if (until := missing.get(ground.memory.mac(mark))) is not None:
            parts[until].append(subject)
    return {
        until: Subject(
            identities=tuple(dict.fromkeys(each for part in subjects for each in part.identities)),
            customers=tuple(dict.fromkeys(each for part in subjects for each in part.customers)),
            users=tuple(dict.fromkeys(each for part in subjects for each in part.users)),
        )
        for until, subjects in parts.items()
    }
