"""What tickets are spoken of in: classes of states, priorities, kinds of entries and messages. No I/O."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final


class StateClass(StrEnum):
    """What a state means to the clock and to the customer. Every state, ready-made or own, is of one class."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    PENDING = "pending"
    RESOLVED = "resolved"
    CLOSED = "closed"
    REOPENED = "reopened"

    @property
    def done(self) -> bool:
        return self in DONE


DONE: Final = frozenset({StateClass.RESOLVED, StateClass.CLOSED})


class Priority(IntEnum):
    """A greater one goes first."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3
    URGENT = 4

    @property
    def word(self) -> str:
        return self.name.lower()

    @classmethod
    def of(cls, word: str) -> Priority:
        return cls[word.upper()]


class EntryKind(StrEnum):
    """What the history of a ticket is made of."""

    MADE = "made"
    CHANGED = "changed"
    REPLIED = "replied"
    NOTED = "noted"
    ASIDE = "aside"
    ASIDE_ENDED = "aside_ended"
    LINKED = "linked"
    UNLINKED = "unlinked"
    MERGED = "merged"
    UNMERGED = "unmerged"
    SPLIT = "split"
    ASKED = "asked"
    DECIDED = "decided"
    WARNED = "warned"
    BREACHED = "breached"
    NOTIFIED = "notified"


class MessageKind(StrEnum):
    """Who reads a message: customer and staff; staff only; staff and the third party of a side conversation."""

    PUBLIC = "public"
    NOTE = "note"
    SIDE = "side"


class Author(StrEnum):
    """Who acted on a ticket. `PARTNER` is whom a side conversation asks from outside, by its id and the address; `RULE`
    is an automation, `SYSTEM` the product itself."""

    AGENT = "agent"
    CUSTOMER = "customer"
    PARTNER = "partner"
    RULE = "rule"
    SYSTEM = "system"


class LinkKind(StrEnum):
    """Read from the first ticket to the second: it is the parent of, a duplicate of, related to it."""

    PARENT = "parent"
    DUPLICATE = "duplicate"
    RELATED = "related"
