"""From a text to the terms a model knows it by: whole words, and the pieces of each. No I/O."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

VERSION: Final = 1
"""Of what stands here: terms of another version mean something else."""
LONGEST_TEXT: Final = 4000
LONGEST_WORD: Final = 40
PIECES: Final = (3, 4, 5)
"""Letters of a piece; the beginning and the end of the word count as one each."""
_WORD: Final = re.compile(r"[^\W_]+")
_DIGITS: Final = re.compile(r"\d+")


def text_of(subject: str, message: str) -> str:
    """What of a ticket is looked at."""
    return f"{subject}\n{message}"[:LONGEST_TEXT]


def spelled(text: str) -> list[tuple[str, str]]:
    """The words of a text in order, each as it is looked up and as it was written. Runs of digits are one 0, so that
    no number is ever a word."""
    found = []
    for match in _WORD.finditer(unicodedata.normalize("NFKC", text[:LONGEST_TEXT])):
        written = match.group()
        word = _DIGITS.sub("0", written.casefold())
        if 1 < len(word) <= LONGEST_WORD:
            found.append((word, written))
    return found


def terms_of(word: str) -> list[str]:
    """The word itself, marked by "=", and its pieces, as often as they stand in it."""
    padded = f" {word} "
    pieces = [padded[at : at + size] for size in PIECES for at in range(len(padded) - size + 1)]
    return [f"={word}", *pieces]
