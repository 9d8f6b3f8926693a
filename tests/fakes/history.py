"""What people at the edges of a running center saw, and whether it can be true where a call is with one agent only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Held:
    """`agent` was told that `contact` is theirs at `start` and let go of it at `end` (seconds of one clock)."""

    contact: str
    agent: str
    start: float
    end: float


def violations(history: Iterable[Held], *, at_once: int = 1) -> list[str]:
    """Sentences: a contact with two agents, an agent with more than `at_once` contacts. Empty when all is well."""
    by_contact, by_agent = defaultdict(list), defaultdict(list)
    for held in history:
        by_contact[held.contact].append(held)
        by_agent[held.agent].append(held)
    found = []
    for contact, spells in by_contact.items():
        if _most_at_once(spells) > 1:
            agents = sorted({spell.agent for spell in spells})
            found.append(f"{contact} was with {' and '.join(agents)} at once")
    for agent, spells in by_agent.items():
        if (most := _most_at_once(spells)) > at_once:
            found.append(f"{agent} had {most} contacts at once")
    return sorted(found)


def _most_at_once(spells: Iterable[Held]) -> int:
    changes = sorted([(spell.start, 1) for spell in spells] + [(spell.end, -1) for spell in spells])
    now = most = 0
    for _, change in changes:
        now += change
        most = max(most, now)
    return most
