"""Customers that may be one and the same, each pair with the reasons for thinking so."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from difflib import SequenceMatcher

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from contactcenter.customers.models import Customer, CustomerIdentity, CustomerTerm
from contactcenter.customers.settings import DuplicateList, DuplicateOut
from contactcenter.customers.shown import rows_of
from contactcenter.customers.store import group_of, identities_of, root_of
from contactcenter.customers.words import END, name_words

SCORES = {"same-external": 0.98, "same-email": 0.9, "same-handle": 0.85, "same-phone": 0.7, "same-name": 0.5}
SIMILAR = 0.84
"""Names with at least this ratio (difflib) count as similar; "Meyer" and "Meier" in a full name reach it."""
SIMILAR_SCORE = 0.3
MOST_NAMES = 300
MOST_PAIRS = 100

Reasons = dict[tuple[str, str], set[str]]


def similarity(first: str, second: str) -> float:
    """0 to 1 for folded names, whatever the order of their words."""
    one, other = (" ".join(sorted(name.split())) for name in (first, second))
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def score(reasons: Iterable[str]) -> float:
    """Reasons add up as independent chances do."""
    left = 1.0
    for reason in reasons:
        left *= 1 - SCORES.get(reason, SIMILAR_SCORE)
    return round(1 - left, 3)


async def of_customer(session: AsyncSession, customer_id: str) -> DuplicateList:
    """Whom this one may be. Raises Problem 404."""
    row = await root_of(session, customer_id)
    group = await group_of(session, row.id)
    reasons: Reasons = defaultdict(set)
    for held in await identities_of(session, group):
        same = select(Customer.root_id).join(CustomerIdentity, CustomerIdentity.customer_id == Customer.id)
        alike = same.where(
            CustomerIdentity.kind == held.kind,
            CustomerIdentity.value == held.value,
            CustomerIdentity.channel == held.channel,
            Customer.root_id != row.id,
        )
        for other in await session.scalars(alike.distinct().limit(MOST_PAIRS)):
            reasons[row.id, other].add(f"same-{held.kind}")
    for other, name in await _near_names(session, row):
        if name == row.sort_name:
            reasons[row.id, other].add("same-name")
        elif similarity(name, row.sort_name) >= SIMILAR:
            reasons[row.id, other].add("similar-name")
    return await _shown(session, reasons)


async def _near_names(session: AsyncSession, row: Customer) -> list[tuple[str, str]]:
    """Of the same kind, with a word that begins as one of this name does."""
    found: dict[str, str] = {}
    for word in sorted(set(name_words(row.name)), key=len, reverse=True)[:3]:
        start = word[: max(3, len(word) // 2)]
        query = (
            select(Customer.id, Customer.sort_name)
            .join(CustomerTerm, CustomerTerm.customer_id == Customer.id)
            .where(CustomerTerm.term >= start, CustomerTerm.term < start + END)
            .where(Customer.id == Customer.root_id, Customer.id != row.id, Customer.kind == row.kind)
        )
        for other, name in await session.execute(query.limit(MOST_NAMES)):
            found[other] = name
    return list(found.items())


async def everywhere(session: AsyncSession) -> DuplicateList:
    """Pairs in the whole register that share an identity or a name, the likeliest first."""
    reasons: Reasons = defaultdict(set)
    shared = (
        select(CustomerIdentity.kind, CustomerIdentity.channel, CustomerIdentity.value)
        .join(Customer, Customer.id == CustomerIdentity.customer_id)
        .group_by(CustomerIdentity.kind, CustomerIdentity.channel, CustomerIdentity.value)
        .having(func.count(func.distinct(Customer.root_id)) > 1)
        .limit(MOST_PAIRS)
    ).subquery()
    holders = (
        select(shared.c.kind, shared.c.channel, shared.c.value, Customer.root_id)
        .join(
            CustomerIdentity,
            (CustomerIdentity.kind == shared.c.kind)
            & (CustomerIdentity.channel == shared.c.channel)
            & (CustomerIdentity.value == shared.c.value),
        )
        .join(Customer, Customer.id == CustomerIdentity.customer_id)
        .distinct()
    )
    by_identity: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for kind, channel, value, root in await session.execute(holders):
        by_identity[kind, channel, value].append(root)
    for (kind, _, _), roots in by_identity.items():
        _pair(reasons, roots, f"same-{kind}")
    for roots in (await _same_names(session)).values():
        _pair(reasons, roots, "same-name")
    return await _shown(session, reasons)


async def _same_names(session: AsyncSession) -> dict[str, list[str]]:
    twice = (
        select(Customer.sort_name)
        .where(Customer.id == Customer.root_id, Customer.sort_name != "")
        .group_by(Customer.sort_name)
        .having(func.count() > 1)
        .limit(MOST_PAIRS)
    ).subquery()
    named = aliased(Customer)
    query = select(named.sort_name, named.id).join(twice, twice.c.sort_name == named.sort_name)
    found: dict[str, list[str]] = defaultdict(list)
    for name, customer_id in await session.execute(query.where(named.id == named.root_id).limit(10 * MOST_PAIRS)):
        found[name].append(customer_id)
    return found


def _pair(reasons: Reasons, roots: list[str], reason: str) -> None:
    """Each with the first of them: enough to bring all together one after the other."""
    first, *others = sorted(roots)
    for other in others[:20]:
        reasons[first, other].add(reason)


async def _shown(session: AsyncSession, reasons: Reasons) -> DuplicateList:
    best = sorted(reasons, key=lambda pair: (-score(reasons[pair]), pair))[:MOST_PAIRS]
    ids = {customer_id for pair in best for customer_id in pair}
    customers = list(await session.scalars(select(Customer).where(Customer.id.in_(ids))))
    rows = {row.id: row for row in await rows_of(session, customers)}
    return DuplicateList(
        items=[
            DuplicateOut(
                customer=rows[pair[0]],
                other=rows[pair[1]],
                reasons=sorted(reasons[pair]),
                score=score(reasons[pair]),
            )
            for pair in best
        ]
    )
