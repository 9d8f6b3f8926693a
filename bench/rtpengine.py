"""rtpengine as the peer of the media bench: started in the foreground, asked over its ng protocol."""

from __future__ import annotations

import asyncio
import secrets
import shutil
import socket
from typing import Any

from media import sdp


def encode(value: Any) -> bytes:
    """Bencoding of strings, integers, lists and dictionaries."""
    if isinstance(value, dict):
        return b"d" + b"".join(encode(key) + encode(item) for key, item in sorted(value.items())) + b"e"
    if isinstance(value, list):
        return b"l" + b"".join(map(encode, value)) + b"e"
    if isinstance(value, int):
        return b"i%de" % value
    octets = value.encode() if isinstance(value, str) else value
    return b"%d:" % len(octets) + octets


def decode(data: bytes) -> Any:
    return _decode(data, 0)[0]


def _decode(data: bytes, at: int) -> tuple[Any, int]:
    kind = data[at : at + 1]
    if kind == b"i":
        end = data.index(b"e", at)
        return int(data[at + 1 : end]), end + 1
    if kind in (b"l", b"d"):
        items, at = [], at + 1
        while data[at : at + 1] != b"e":
            item, at = _decode(data, at)
            items.append(item)
        return (items if kind == b"l" else dict(zip(items[::2], items[1::2], strict=True))), at + 1
    colon = data.index(b":", at)
    end = colon + 1 + int(data[at:colon])
    return data[colon + 1 : end].decode("latin-1"), end


class Rtpengine:
    """One instance on loopback; `available` tells whether it is installed."""

    def __init__(self) -> None:
        self._process: asyncio.subprocess.Process | None = None
        self._control = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._control.settimeout(2)

    @staticmethod
    def available() -> bool:
        return shutil.which("rtpengine") is not None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self._process = await asyncio.create_subprocess_exec(
            *("rtpengine", "--foreground", "--table=-1", "--interface=127.0.0.1", f"--listen-ng=127.0.0.1:{port}"),
            *("--port-min=40000", "--port-max=43998", "--log-level=3", "--log-stderr"),
            stderr=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
        )
        self._control.connect(("127.0.0.1", port))
        for _ in range(50):
            try:
                await asyncio.to_thread(self._ask, {"command": "ping"})
                return
            except OSError:
                await asyncio.sleep(0.1)
        raise RuntimeError("rtpengine does not answer")

    async def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            await self._process.wait()
        self._control.close()

    def bridge(self, first: int, second: int) -> tuple[int, int]:
        """Set up a call between two telephones' ports; the ports each of them sends to."""
        call, caller, callee = (secrets.token_hex(8) for _ in range(3))
        common = {"call-id": call, "from-tag": caller, "ICE": "remove"}
        offered = self._ask({"command": "offer", "sdp": _sdp(first), **common})
        answered = self._ask({"command": "answer", "sdp": _sdp(second), "to-tag": callee, **common})
        return _port(answered["sdp"]), _port(offered["sdp"])

    def _ask(self, request: dict[str, Any]) -> Any:
        cookie = secrets.token_hex(4).encode()
        self._control.send(cookie + b" " + encode(request))
        while True:
            answer = self._control.recv(65535)
            if answer.startswith(cookie):
                reply = decode(answer[len(cookie) + 1 :])
                if reply["result"] not in ("ok", "pong"):
                    raise RuntimeError(f"rtpengine: {reply}")
                return reply


def _sdp(port: int) -> str:
    return sdp.offer_rtp(host="127.0.0.1", port=port, codecs=("PCMU",), version=1)


def _port(text: str) -> int:
    return int(sdp.parse(text).media[0].port)
