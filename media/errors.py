"""The one error the media packages raise to their callers."""

from __future__ import annotations

from typing import Literal, cast, get_args

MediaErrorCode = Literal["not-acceptable", "no-ports", "unknown-leg", "worker-lost", "bad-file"]


class MediaError(Exception):
    """A media request that cannot be met.

    `code` is stable and for programs: "not-acceptable" (no common codec or unusable SDP, a SIP 488),
    "no-ports", "unknown-leg", "worker-lost" or "bad-file"; `sentence` is for people.
    """

    def __init__(self, code: MediaErrorCode, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code: MediaErrorCode = code
        self.sentence = sentence


def error_code(text: str) -> MediaErrorCode:
    """Narrow a code received as plain text; raises ValueError for one that does not exist."""
    if text not in get_args(MediaErrorCode):
        raise ValueError(f"no such media error code: {text!r}")
    return cast(MediaErrorCode, text)
