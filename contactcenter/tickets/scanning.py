"""Looking for viruses with a clamd of the house (INSTREAM of its protocol, clamd(8))."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Final, Literal

import structlog

Verdict = Literal["clean", "infected", "unscanned", "failed"]
"""`unscanned`: no scanner is set up; `failed`: it could not be asked or did not know."""

PIECE_BYTES: Final = 64 * 1024
_LONGEST_ANSWER = 4096
_END = (0).to_bytes(4, "big")

log = structlog.get_logger(__name__)


def passes(verdict: str, *, scanned: bool) -> bool:
    """Whether a file may be given out; `scanned`: only what the scanner has found clean."""
    return verdict == "clean" or (verdict != "infected" and not scanned)


class Scanner:
    """`address`: "host:port" or "unix:/path"; empty: none is set up. `within_s`: for one file, all in all."""

    def __init__(self, address: str, *, within_s: float = 60.0) -> None:
        self._address = address
        self._within_s = within_s

    @property
    def set_up(self) -> bool:
        return bool(self._address)

    async def verdict(self, content: bytes) -> Verdict:
        if not self.set_up:
            return "unscanned"
        try:
            async with asyncio.timeout(self._within_s):
                answer = await self._ask(content)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
            log.warning("ticket_file.scanner_away", error=type(error).__name__)
            return "failed"
        return verdict_of(answer)

    async def _ask(self, content: bytes) -> str:
        reader, writer = await self._connect()
        try:
            # It stops reading, and answers, when a file is larger than it takes.
            with suppress(ConnectionError):
                writer.write(b"zINSTREAM\0")
                for start in range(0, len(content), PIECE_BYTES):
                    piece = content[start : start + PIECE_BYTES]
                    writer.write(len(piece).to_bytes(4, "big") + piece)
                    await writer.drain()
                writer.write(_END)
                await writer.drain()
            return (await reader.readuntil(b"\0")).rstrip(b"\0").decode("utf-8", "replace")
        finally:
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._address.startswith("unix:"):
            return await asyncio.open_unix_connection(self._address.removeprefix("unix:"), limit=_LONGEST_ANSWER)
        host, _, port = self._address.rpartition(":")
        return await asyncio.open_connection(host.strip("[]"), int(port), limit=_LONGEST_ANSWER)


def verdict_of(answer: str) -> Verdict:
    """Of "stream: OK", "stream: NAME FOUND", or a sentence that ends with ERROR."""
    if answer == "stream: OK":
        return "clean"
    if answer.startswith("stream: ") and answer.endswith(" FOUND"):
        return "infected"
    log.warning("ticket_file.not_scanned", answer_length=len(answer))
    return "failed"
