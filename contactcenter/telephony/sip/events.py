"""What a call reports to the application."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class CallRinging:
    """A provisional response above 100 came; ``sdp`` is early media, when offered."""

    code: int
    sdp: str | None = None


@dataclass(frozen=True, slots=True)
class CallAnswered:
    """The far end took our call."""

    answer_sdp: str


@dataclass(frozen=True, slots=True)
class CallRejected:
    """The far end refused our call; the call is over."""

    code: int
    reason: str


@dataclass(frozen=True, slots=True)
class CallEnded:
    """The call is over. Every call ends with exactly one CallEnded or CallRejected."""

    reason: Literal["bye", "cancel", "timeout", "error", "local"]
    code: int = 0


@dataclass(frozen=True, slots=True)
class CallOffered:
    """A re-INVITE came: answer with ``answer_offer`` or ``reject_offer``.

    ``sdp`` None asks for an offer of ours; the answer then comes with CallAcked.
    """

    sdp: str | None


@dataclass(frozen=True, slots=True)
class CallAcked:
    """Our 2xx was acknowledged; ``sdp`` is the answer to an offer made in that 2xx."""

    sdp: str | None


@dataclass(frozen=True, slots=True)
class CallDigit:
    """A digit came by INFO."""

    digit: str


@dataclass(frozen=True, slots=True)
class ReofferAnswered:
    """The far end accepted our re-INVITE."""

    sdp: str | None


@dataclass(frozen=True, slots=True)
class ReofferRejected:
    """The far end refused our re-INVITE; the session goes on as it was (RFC 3261 §14.1)."""

    code: int


CallEvent = (
    CallRinging
    | CallAnswered
    | CallRejected
    | CallEnded
    | CallOffered
    | CallAcked
    | CallDigit
    | ReofferAnswered
    | ReofferRejected
)
