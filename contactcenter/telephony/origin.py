"""Where a call comes from, as far as the trunks know it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """A call of a trunk. `called` and `caller` are its numbers in canonical form, None: as they stand in the INVITE.
    ``codecs`` are those it takes, the first best; empty: all of ours."""

    trunk: str
    called: str | None = None
    caller: str | None = None
    caller_name: str | None = None
    codecs: tuple[str, ...] = ()


class Trunks(Protocol):
    """What the user agent asks about calls that come in."""

    def origin(self, invite: Request, source: Peer) -> Origin | None:
        """The trunk this INVITE comes by, None when it is of none."""
        ...

    def knows(self, host: str) -> bool:
        """Whether this address is a trunk's."""
        ...

    def names_of(self, host: str) -> frozenset[str]:
        """The names, beside the host's own, that the certificate of a trunk there may have."""
        ...

    def has_room(self, trunk: str) -> bool:
        """Whether one more call may be on this trunk."""
        ...
