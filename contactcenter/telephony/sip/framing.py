"""Cuts SIP messages out of a byte stream (RFC 3261 §18.3, §7.5; keep-alives of RFC 5626 §4.4.1)."""

from __future__ import annotations

import re

from contactcenter.telephony.sip.message import MAX_HEAD, MAX_MESSAGE

_LENGTH = re.compile(rb"\r\n(?:content-length|l)[ \t]*:[ \t]*(\d{1,9})[ \t]*(?=\r\n)", re.IGNORECASE)
PONG = b"\r\n"


class FramingError(ValueError):
    """The stream cannot be cut any further; ``head`` is what was read of the broken message, ``status`` the answer."""

    def __init__(self, sentence: str, head: bytes = b"", status: int = 400) -> None:
        super().__init__(sentence)
        self.head = head
        self.status = status


class StreamFramer:
    """Feed bytes, take whole messages. Holds at most one message of MAX_MESSAGE bytes."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._scanned = 0
        self._wanted = 0
        self.pings = 0

    def feed(self, data: bytes) -> list[bytes]:
        """Take in bytes and return the messages they complete; counts CRLF CRLF pings. Raises FramingError."""
        self._buffer += data
        messages: list[bytes] = []
        while True:
            if self._wanted == 0 and not self._find_head():
                return messages
            if len(self._buffer) < self._wanted:
                return messages
            messages.append(bytes(self._buffer[: self._wanted]))
            del self._buffer[: self._wanted]
            self._wanted = self._scanned = 0

    def _skip_keepalives(self) -> None:
        buffer = self._buffer
        while buffer.startswith(b"\r\n\r\n"):
            del buffer[:4]
            self.pings += 1
        # A lone CRLF may be the first half of a ping; before a message it is only padding.
        if buffer.startswith(b"\r\n") and len(buffer) > 2 and buffer[2:3] != b"\r":
            del buffer[:2]

    def _find_head(self) -> bool:
        self._skip_keepalives()
        buffer = self._buffer
        end = buffer.find(b"\r\n\r\n", max(0, self._scanned - 3))
        if end < 0:
            self._scanned = len(buffer)
            if len(buffer) > MAX_HEAD:
                raise FramingError("no end of header fields")
            return False
        head = bytes(buffer[: end + 2])
        lengths = _LENGTH.findall(head)
        if len(lengths) != 1:
            raise FramingError("a message on a stream needs one Content-Length", head)
        self._wanted = end + 4 + int(lengths[0])
        if self._wanted > MAX_MESSAGE:
            raise FramingError("message too large", head, 513)
        return True
