"""One deadline, and what it is for."""

from __future__ import annotations

from enum import Enum, auto
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from acd.bonds import Offer, Refusal, WrapUp
    from acd.state import Contact, Member


class Due(Enum):
    OFFER_EXPIRES = auto()
    MAX_WAIT = auto()
    WRAP_UP_EXPIRES = auto()
    REFUSAL_LAPSES = auto()
    WIDENS = auto()
    RINGS_NEXT = auto()
    FAIR_WINDOW_PASSES = auto()


Subject: TypeAlias = "Contact | Offer | WrapUp | Refusal | Member"


class Timer(Struct, eq=False):
    """One deadline. `subject` is None once cancelled."""

    at: float
    number: int
    due: Due
    subject: Subject | None
    in_heap: bool = True
