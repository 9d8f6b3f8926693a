"""The load generator as a process of its own: `python -m contactcenter.demo.load`.

Reads one line of JSON (`LoadConfig`) from standard input, then lines that change it (`LoadChange`), and ends when
standard input closes: whoever started it need not outlive it.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path

import structlog
import uvloop
from pydantic import ValidationError

from contactcenter import logs
from contactcenter.demo.config import AgentSignIn, LoadChange, LoadConfig
from contactcenter.demo.generator import LoadGenerator
from contactcenter.demo.seed import Demo

STOP_S = 5.0

log = structlog.get_logger(__name__)


class LoadProcess:
    """The running child; `stop` never leaves it behind."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    async def set_rate(self, callers_per_minute: float) -> None:
        """Raises ConnectionError when the process has ended."""
        await self._write(LoadChange(callers_per_minute=callers_per_minute).model_dump_json())

    async def stop(self) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        stdin.close()
        for signal_number in (signal.SIGTERM, signal.SIGKILL):
            try:
                async with asyncio.timeout(STOP_S):
                    await self.process.wait()
                return
            except TimeoutError:
                log.warning("demo.load_does_not_stop")
                self.process.send_signal(signal_number)
        await self.process.wait()

    async def _write(self, line: str) -> None:
        stdin = self.process.stdin
        assert stdin is not None
        stdin.write(line.encode() + b"\n")
        await stdin.drain()


async def spawn(
    *,
    http: str,
    certificate: Path | None = None,
    sip: str,
    number: str,
    demo: Demo,
    callers_per_minute: float,
    speech_dir: Path | None = None,
) -> LoadProcess:
    """Start the load generator with the synthetic agents of `demo`."""
    config = LoadConfig(
        http=http,
        certificate=certificate,
        sip=sip,
        number=number,
        callers_per_minute=callers_per_minute,
        password=demo.password,
        agents=tuple(
            AgentSignIn(email=agent.email, name=agent.name, sip_username=agent.sip_username) for agent in demo.synthetic
        ),
        speech_dir=speech_dir,
    )
    return await spawn_with(config)


async def spawn_with(config: LoadConfig) -> LoadProcess:
    # A session of its own: Ctrl-C in the terminal reaches the parent only, which then stops this process in order.
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "contactcenter.demo.load", stdin=asyncio.subprocess.PIPE, start_new_session=True
    )
    load = LoadProcess(process)
    await load._write(config.model_dump_json())
    return load


async def run() -> int:
    """Until standard input closes or SIGTERM comes. Returns the exit status."""
    loop = asyncio.get_running_loop()
    lines = asyncio.StreamReader()
    transport, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), sys.stdin)
    try:
        try:
            config = LoadConfig.model_validate_json(await lines.readline())
        except ValidationError as error:
            sys.stderr.write(f"The load generator cannot use its settings: {_words(error)}\n")
            return 2
        logs.configure(level=config.log_level, format=config.log_format)
        generator = LoadGenerator(config)
        await generator.start()
        following = asyncio.ensure_future(_follow(lines, generator))
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, following.cancel)
        try:
            with suppress(asyncio.CancelledError):
                await following
        finally:
            async with asyncio.timeout(STOP_S):
                await generator.stop()
        return 0
    finally:
        transport.close()


async def _follow(lines: asyncio.StreamReader, generator: LoadGenerator) -> None:
    while line := await lines.readline():
        try:
            generator.set_rate(LoadChange.model_validate_json(line).callers_per_minute)
        except ValidationError as error:
            log.warning("demo.change_ignored", reason=_words(error))


def _words(error: ValidationError) -> str:
    """Without the input, which holds a password."""
    return "; ".join(f"{'.'.join(map(str, item['loc'])) or 'JSON'}: {item['msg']}" for item in error.errors())


if __name__ == "__main__":
    sys.exit(uvloop.run(run()))
