"""The chain: each entry is sealed together with the seal of the one before, under a key the database does not hold.

mac = HMAC-SHA256(key, previous mac ‖ canonical bytes of the entry). An entry's place needs no sealing of its own: it is
the one after the entry whose mac it holds as `previous`, back to the first (GENESIS) or to a signed anchor.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal, Protocol

import orjson

GENESIS: Final = "0" * 64
"""What the very first entry has as `previous`."""
_ENTRY = b"contactcenter audit entry 1\n"
_ANCHOR = b"contactcenter audit anchor 1\n"

Kind = Literal["changed", "missing", "moved", "cut", "replaced", "unknown-key", "bad-anchor"]


class Entry(Protocol):
    """What is sealed of an act, as it stands in the database."""

    moment: datetime
    actor_kind: str
    actor_id: str
    actor_name: str
    address: str
    session_id: str
    request_id: str
    act: str
    subject_kind: str
    subject_id: str
    subject_name: str
    before: str | None
    after: str | None
    hidden: str | None


class SealedEntry(Entry, Protocol):
    seq: int | None
    previous: str | None
    mac: str | None
    key_id: str | None


@dataclass(frozen=True, slots=True)
class Head:
    """An entry's place and mac; whoever holds the newest one notices when something behind it goes."""

    seq: int
    mac: str


START: Final = Head(0, GENESIS)


@dataclass(frozen=True, slots=True)
class Anchor:
    """All entries up to `seq`, whose mac was `mac`, have been cut at `cut_at` by whoever holds the key."""

    seq: int
    mac: str
    cut_at: datetime
    key_id: str
    signature: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Keys by id; new entries are sealed with `current`."""

    by_id: Mapping[str, bytes]
    current: str

    def seal(self, previous: str, entry: Entry) -> str:
        """The mac of `entry` after the entry whose mac is `previous`, in hexadecimal."""
        return _mac(self.by_id[self.current], previous, entry)

    def anchor(self, head: Head, cut_at: datetime) -> Anchor:
        signature = _sign(self.by_id[self.current], head.seq, head.mac, cut_at)
        return Anchor(head.seq, head.mac, cut_at, self.current, signature)

    def holds(self, anchor: Anchor) -> bool:
        """Whether the anchor is ours and unchanged."""
        key = self.by_id.get(anchor.key_id)
        if key is None:
            return False
        signature = _sign(key, anchor.seq, anchor.mac, anchor.cut_at)
        return hmac.compare_digest(anchor.signature.encode(), signature.encode())


def key_id(key: bytes) -> str:
    """A name for a key that tells nothing about it."""
    return hashlib.sha256(b"contactcenter audit key\n" + key).hexdigest()[:16]


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def _canonical(entry: Entry) -> bytes:
    return orjson.dumps(
        [
            _iso(entry.moment),
            entry.actor_kind,
            entry.actor_id,
            entry.actor_name,
            entry.address,
            entry.session_id,
            entry.request_id,
            entry.act,
            entry.subject_kind,
            entry.subject_id,
            entry.subject_name,
            entry.before,
            entry.after,
            entry.hidden,
        ]
    )


def _mac(key: bytes, previous: str, entry: Entry) -> str:
    return hmac.digest(key, _ENTRY + previous.encode() + b"\n" + _canonical(entry), "sha256").hex()


def _sign(key: bytes, seq: int, mac: str, cut_at: datetime) -> str:
    return hmac.digest(key, _ANCHOR + orjson.dumps([seq, mac, _iso(cut_at)]), "sha256").hex()


@dataclass(frozen=True, slots=True)
class Finding:
    """The first thing wrong with a chain, at the place `seq`. `previous`: of a "missing" one, the mac that was expected
    to be before it: where an entry with this mac is elsewhere, it has been moved and is not missing."""

    kind: Kind
    seq: int
    previous: str = ""

    @property
    def sentence(self) -> str:
        return _SENTENCES[self.kind].format(seq=self.seq)


_SENTENCES: Final[dict[Kind, str]] = {
    "changed": "Entry {seq} has been changed, or was put in by somebody without the key.",
    "missing": "Entry {seq} is missing.",
    "moved": "Entry {seq} does not stand where it was written.",
    "cut": "Entry {seq} and all after it are missing: the end of the trail has been cut off.",
    "replaced": "Entry {seq} is not the one that was told to the log and to the file of heads.",
    "unknown-key": "Entry {seq} is sealed with a key that is not in the key file: another file, or not our entry.",
    "bad-anchor": "The anchor at entry {seq}, up to which old entries are cut, is not ours.",
}


class Verifier:
    """Walks a chain. `start` is the entry before the first one given (START, or that of an anchor), `heads` what has
    been told outside the database, by place."""

    def __init__(self, keys: Keys, start: Head = START, heads: Mapping[int, str] | None = None) -> None:
        self._keys = keys
        self._heads = dict(heads or {})
        self.last = start

    def take(self, entry: SealedEntry) -> Finding | None:
        """The next entry by place. After a finding there is no going on."""
        seq, expected = entry.seq or 0, self.last.seq + 1
        if seq != expected:
            return Finding("missing", expected) if seq > expected else Finding("moved", seq)
        key = self._keys.by_id.get(entry.key_id or "")
        if key is None:
            return Finding("unknown-key", seq)
        previous, mac = entry.previous or "", entry.mac or ""
        if not hmac.compare_digest(mac.encode(), _mac(key, previous, entry).encode()):
            return Finding("changed", seq)
        if previous != self.last.mac:
            return Finding("missing", seq, previous)
        if self._heads.get(seq, mac) != mac:
            return Finding("replaced", seq)
        self.last = Head(seq, mac)
        return None

    def end(self) -> Finding | None:
        """After the last entry there is."""
        if self._heads and max(self._heads) > self.last.seq:
            return Finding("cut", self.last.seq + 1)
        return None
