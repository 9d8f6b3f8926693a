"""The engine's whole memory as bytes, and back.

What is written is what history decided; whatever follows from it (who fits which cell, who is first, who is counted
where) is built anew by `load`. Same history, same bytes, in every process: lists keep the order that commands gave
them, sets are sorted, and no hash is walked. An engine that was brought back goes on exactly like the one it was.
"""

from __future__ import annotations

import msgspec

from acd.floor import Floor
from acd.forward import bring_forward
from acd.memory import VERSION, Memory
from acd.recall import recall
from acd.remember import remember


class _Versioned(msgspec.Struct):
    version: int


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Memory)
_version_decoder = msgspec.msgpack.Decoder(_Versioned)


class SnapshotError(ValueError):
    """These bytes are no snapshot, or of a later version; the text is a sentence."""


def dump(floor: Floor) -> bytes:
    """Everything, between two commands."""
    # Decoded once: a whole number where a fraction may stand is written as a fraction, whoever gave it.
    return _encoder.encode(_decoder.decode(_encoder.encode(remember(floor))))


def load(data: bytes) -> Floor:
    """The floor that was dumped, by this version or an earlier one. Raises SnapshotError."""
    try:
        version = _version_decoder.decode(data).version
        if version > VERSION:
            raise SnapshotError(f"The snapshot has version {version}, and only those up to {VERSION} are known.")
        memory = _decoder.decode(data) if version == VERSION else _earlier(data, version)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SnapshotError(f"This is no snapshot of the routing engine: {error}.") from error
    try:
        return recall(memory)
    except (LookupError, ValueError, AttributeError, AssertionError) as error:
        raise SnapshotError(f"The snapshot contradicts itself: {error!r}.") from error


def _earlier(data: bytes, version: int) -> Memory:
    plain = msgspec.msgpack.decode(data)
    try:
        brought = bring_forward(plain, version, VERSION)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise SnapshotError(f"The snapshot of version {version} cannot be read: {error!r}.") from error
    return msgspec.convert(brought, Memory)
