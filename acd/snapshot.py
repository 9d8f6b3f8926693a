"""The engine's whole memory as bytes, and back.

What is written is what history decided; whatever follows from it (who fits which cell, who is first, who is counted
where) is built anew by `load`. Same history, same bytes, in every process: lists keep the order that commands gave
them, sets are sorted, and no hash is walked. An engine that was brought back goes on exactly like the one it was.
"""

from __future__ import annotations

import msgspec

from acd.floor import Floor
from acd.memory import VERSION, Memory
from acd.recall import recall
from acd.remember import remember

_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Memory)


class SnapshotError(ValueError):
    """These bytes are no snapshot, or of another version; the text is a sentence."""


def dump(floor: Floor) -> bytes:
    """Everything, between two commands."""
    # Decoded once: a whole number where a fraction may stand is written as a fraction, whoever gave it.
    return _encoder.encode(_decoder.decode(_encoder.encode(remember(floor))))


def load(data: bytes) -> Floor:
    """The floor that was dumped. Raises SnapshotError."""
    try:
        memory = _decoder.decode(data)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SnapshotError(f"This is no snapshot of the routing engine: {error}.") from error
    if memory.version != VERSION:
        raise SnapshotError(f"The snapshot has version {memory.version}, and only {VERSION} is known.")
    try:
        return recall(memory)
    except (LookupError, ValueError, AttributeError, AssertionError) as error:
        raise SnapshotError(f"The snapshot contradicts itself: {error!r}.") from error
