"""Random numbers that belong to a contact: drawn from its seed one after the other, the same in every replay.

The generator is SplitMix64 (Steele, Lea & Flood, OOPSLA 2014), by number of the draw.
"""

from __future__ import annotations

from zlib import crc32

from acd.state import Contact

_MASK = (1 << 64) - 1


def draw(contact: Contact) -> float:
    """Uniform in [0, 1)."""
    contact.draws += 1
    seed = contact.seed if contact.seed is not None else crc32(contact.contact_id.encode())
    mixed = (seed + contact.draws * 0x9E3779B97F4A7C15) & _MASK
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
    mixed ^= mixed >> 31
    return (mixed >> 11) / (1 << 53)
