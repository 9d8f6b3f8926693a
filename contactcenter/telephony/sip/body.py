"""Message bodies: session descriptions and digits."""

from __future__ import annotations

import re

from contactcenter.telephony.sip.message import Message

_BOUNDARY = re.compile(r';\s*boundary\s*=\s*(?:"([^"]{1,70})"|([^\s;"]{1,70}))', re.IGNORECASE)
_PART_TYPE = re.compile(
    rb"(?:^|\r\n)content-type[ \t]*:[ \t]*application/sdp[ \t]*(?:;[^\r\n]*)?(?:\r\n|$)", re.IGNORECASE
)
_SIGNAL = re.compile(r"^[ \t]*signal[ \t]*=[ \t]*([0-9A-Da-d*#]|1[0-5])[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_NUMBERED = {"10": "*", "11": "#", "12": "A", "13": "B", "14": "C", "15": "D"}
MAX_PARTS = 16


def _decode(body: bytes) -> str | None:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _multipart(message: Message) -> bytes | None:
    """The first application/sdp part of a multipart body (RFC 5621), None when it has none."""
    match = _BOUNDARY.search(message.first("content-type") or "")
    if match is None:
        return None
    boundary = b"--" + (match[1] or match[2]).encode()
    for part in (b"\r\n" + message.body).split(b"\r\n" + boundary, MAX_PARTS)[1:]:
        head, separator, content = part.partition(b"\r\n\r\n")
        if separator and _PART_TYPE.search(head):
            return content
    return None


def sdp_of(message: Message) -> str | None:
    """The session description in a message, None when there is none that can be read."""
    if not message.body:
        return None
    if message.content_type == "application/sdp":
        return _decode(message.body)
    if message.content_type.startswith("multipart/"):
        part = _multipart(message)
        return _decode(part) if part else None
    return None


def digit_of(message: Message) -> str | None:
    """The digit of an INFO body (application/dtmf-relay: ``Signal=5``; application/dtmf: the digit alone)."""
    text = _decode(message.body)
    if not text:
        return None
    if message.content_type == "application/dtmf-relay":
        match = _SIGNAL.search(text)
        digit = match[1].upper() if match else ""
    else:
        digit = text.strip().upper()
    digit = _NUMBERED.get(digit, digit)
    return digit if len(digit) == 1 and digit in "0123456789*#ABCD" else None
