"""baresip as the caller's telephone, driven over its control socket."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from tests.e2e.server import free_port
from tests.e2e.tones import Pcm

MODULES = "/usr/lib/baresip/modules"
ANSWER_S = 15.0
WAV_HEADER = 44
CONFIG = """
poll_method epoll
sip_listen 127.0.0.1:{sip}
net_interface 127.0.0.1
audio_player aubridge,sink
audio_source aufile,{microphone}
audio_alert aubridge,alert
ausrc_srate 8000
auplay_srate 8000
ausrc_channels 1
auplay_channels 1
rtp_ports {rtp}-{rtp_end}
snd_path {heard}
module_path {modules}
module g711.so
module aufile.so
module aubridge.so
module sndfile.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
"""


class Baresip:
    """Speaks a WAV file and records what it hears. It hangs up by itself at the end of its file.

    `account` is its line in the file accounts, in place of one that registers nowhere."""

    def __init__(self, folder: Path, microphone: Path, number: str, *, account: str | None = None) -> None:
        self.heard_folder = folder / "heard"
        self.heard_folder.mkdir(parents=True)
        self._folder = folder
        self._control = free_port()
        rtp = free_port() & ~1
        settings = CONFIG.format(
            sip=free_port(),
            microphone=microphone,
            rtp=rtp,
            rtp_end=rtp + 20,
            heard=self.heard_folder,
            modules=MODULES,
            control=self._control,
        )
        (folder / "config").write_text(settings)
        nowhere = f"<sip:{number}@127.0.0.1>;regint=0;audio_codecs=pcmu,pcma\n"
        (folder / "accounts").write_text(nowhere if account is None else account)
        (folder / "contacts").touch()
        self.events: list[str] = []
        self._changed = asyncio.Event()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def start(self) -> None:
        with (self._folder / "baresip.log").open("wb") as log:
            self._process = await asyncio.create_subprocess_exec(
                "baresip", "-f", str(self._folder), stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log
            )
        async with asyncio.timeout(ANSWER_S):
            while True:
                try:
                    reader, self._writer = await asyncio.open_connection("127.0.0.1", self._control)
                    break
                except ConnectionError:
                    await asyncio.sleep(0.1)
        self._reading = asyncio.create_task(self._read(reader))

    async def stop(self) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)
        if self._writer is not None:
            self._writer.close()
            with suppress(ConnectionError):
                await self._writer.wait_closed()
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()

    async def dial(self, uri: str) -> None:
        await self._command("dial", uri)
        await self.until("CALL_ESTABLISHED")

    async def press(self, keys: str) -> None:
        for key in keys:
            await self._command("sndcode", key)
            await asyncio.sleep(0.25)

    async def hang_up(self) -> None:
        await self._command("hangup")

    async def until(self, event: str) -> None:
        async with asyncio.timeout(ANSWER_S):
            while event not in self.events:
                self._changed.clear()
                await self._changed.wait()

    def heard(self) -> Pcm:
        """What has arrived so far, at 8 kHz; libsndfile completes the header only at the end."""
        raw = max(self.heard_folder.glob("*-dec.wav")).read_bytes()[WAV_HEADER:]
        return np.frombuffer(raw[: len(raw) & ~1], dtype="<i2")

    async def _command(self, command: str, params: str = "") -> None:
        assert self._writer is not None
        message = json.dumps({"command": command, "params": params}).encode()
        self._writer.write(b"%d:%b," % (len(message), message))
        await self._writer.drain()

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Netstrings of JSON."""
        with suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                length = int((await reader.readuntil(b":"))[:-1])
                message: dict[str, Any] = json.loads((await reader.readexactly(length + 1))[:-1])
                if message.get("event"):
                    self.events.append(str(message["type"]))
                    self._changed.set()
