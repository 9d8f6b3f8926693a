"""Which passwords are taken: long enough, not to be guessed (zxcvbn), none of the last ones. NIST SP 800-63B §3.1.1."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Container, Iterable
from typing import Final

import structlog
from zxcvbn import zxcvbn

log = structlog.get_logger(__name__)

LONGEST: Final = 1024
WEAKEST_SCORE: Final = 3
"""Of 0 to 4: at least 10^8 guesses, "safely unguessable: moderate protection from offline slow-hash scenario"."""
HISTORY: Final = 5
"""So many of the last passwords are not taken again."""
_LOOKED_AT = 72
"""zxcvbn's time grows with the square of the length; what is longer than this is judged by its beginning."""
_PRODUCT = ("contactcenter", "contact center", "callcenter", "call center")


def context_words(*texts: str) -> list[str]:
    """What somebody who knows the person tries first: the parts of name and email, and the product."""
    words = {part.lower() for text in texts for part in (text, *re.split(r"[\W_]+", text)) if len(part) >= 3}
    return [*sorted(words), *_PRODUCT]


def weakness(
    password: str, words: Iterable[str], *, min_length: int, breached: Container[str] | None = None
) -> str | None:
    """Why this password is not taken, in sentences; None when it is. Takes up to a tenth of a second. `breached`: those
    that have been stolen somewhere."""
    if len(password) < min_length:
        return f"The password must have at least {min_length} characters."
    if len(password) > LONGEST:
        return f"The password must have at most {LONGEST} characters."
    try:
        if breached is not None and password in breached:
            return "This password is in a list of stolen ones, and will be tried by others. Choose another one."
    except OSError as error:
        # Without the traceback, whose variables hold the password.
        log.error("passwords.breached_list_unreadable", reason=error.strerror)
        return "The list of stolen passwords cannot be read, so no password can be set. Tell your administrator."
    result = zxcvbn(password[:_LOOKED_AT], user_inputs=list(words), max_length=_LOOKED_AT)
    if result["score"] >= WEAKEST_SCORE:
        return None
    feedback = result["feedback"]
    sentences = [feedback["warning"], *feedback["suggestions"]]
    told = " ".join(sentence.rstrip(".") + "." for sentence in sentences if sentence)
    return f"This password is easily guessed. {told}".strip()


async def weakness_off_loop(
    password: str, words: Iterable[str], *, min_length: int, breached: Container[str] | None = None
) -> str | None:
    """As `weakness`, in a thread."""
    return await asyncio.to_thread(weakness, password, list(words), min_length=min_length, breached=breached)
