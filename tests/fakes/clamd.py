"""A clamd that knows one virus: it speaks INSTREAM as clamd(8) says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

VIRUS = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


@dataclass(slots=True)
class Clamd:
    """`largest`: octets it takes; `seen`: what it was asked about; `answer`: said in place of a verdict."""

    address: str = ""
    largest: int = 10**6
    answer: bytes = b""
    seen: list[bytes] = field(default_factory=list)

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            assert await reader.readuntil(b"\0") == b"zINSTREAM\0"
            content = b""
            while length := int.from_bytes(await reader.readexactly(4), "big"):
                content += await reader.readexactly(length)
                if len(content) > self.largest:
                    writer.write(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            self.seen.append(content)
            found = b"stream: Eicar-Test-Signature FOUND\0" if VIRUS in content else b"stream: OK\0"
            writer.write(self.answer or found)
        finally:
            writer.close()
            await writer.wait_closed()


@asynccontextmanager
async def clamd() -> AsyncIterator[Clamd]:
    made = Clamd()
    server = await asyncio.start_server(made.talk, "127.0.0.1", 0)
    made.address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield made
    finally:
        server.close()
        await server.wait_closed()
