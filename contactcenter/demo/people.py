"""The public of the demo: people with names, numbers that cannot ring anywhere, and a reason to call."""

import random
from dataclasses import dataclass

GIVEN = (
    "Nora",
    "Emil",
    "Ines",
    "Jonas",
    "Priya",
    "Marek",
    "Leila",
    "Tom",
    "Greta",
    "Samir",
    "Yuki",
    "Paula",
    "Dario",
    "Hanna",
)
FAMILY = (
    "Keller",
    "Rossi",
    "Novak",
    "Ahmed",
    "Lind",
    "Marsh",
    "Okoye",
    "Berg",
    "Costa",
    "Weiss",
    "Sato",
    "Doyle",
    "Blum",
)
VOICES = ("en-us", "en-us+f2", "en-gb+m3", "en-gb+f4", "en-us+m5", "en-us+f5")
REASONS = ("1", "2", "3")
REASON_WEIGHTS = (0.3, 0.45, 0.25)
REGULARS = 12
REGULAR_SHARE = 0.35

# Ranges that are kept free for drama: Berlin by the Bundesnetzagentur, the United Kingdom by Ofcom.
_RANGES = (("+493023125", 3), ("+441632960", 3))


@dataclass(frozen=True, slots=True)
class Person:
    """`number` is E.164, `reason` the menu key, `voice` a voice of the speech engine."""

    name: str
    number: str
    customer_number: str
    reason: str
    voice: str


class Public:
    """Who calls next: now and then somebody who has called before, so that agents see a history."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._regulars = regulars()

    def next(self) -> Person:
        return self._rng.choice(self._regulars) if self._rng.random() < REGULAR_SHARE else _stranger(self._rng)


def regulars() -> list[Person]:
    """The same ones in every demo: they are customers of it."""
    rng = random.Random(REGULARS)
    return [_stranger(rng) for _ in range(REGULARS)]


def _stranger(rng: random.Random) -> Person:
    prefix, digits = rng.choice(_RANGES)
    return Person(
        name=f"{rng.choice(GIVEN)} {rng.choice(FAMILY)}",
        number=f"{prefix}{rng.randrange(10**digits):0{digits}d}",
        customer_number=f"{rng.randrange(100_000, 1_000_000)}",
        reason=rng.choices(REASONS, REASON_WEIGHTS)[0],
        voice=rng.choice(VOICES),
    )
