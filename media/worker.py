"""The media process: a LocalPlane behind a socket. Run as `python -m media.worker --fd N`.

It lives as long as the socket: when the core goes away, recordings are finished and the process ends.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
import uvloop

from media import wire
from media.errors import MediaError
from media.events import MediaEvent
from media.local_plane import LocalPlane

log = structlog.get_logger(__name__)

# Requests whose answer carries what is needed to reopen the leg elsewhere.
_WITH_STATE = frozenset({"open_leg", "accept_answer", "reoffer", "renegotiate"})
_OPERATIONS = _WITH_STATE | {
    "connect",
    "disconnect",
    "play",
    "stop_playing",
    "send_digits",
    "set_muted",
    "start_recording",
    "stop_recording",
    "pause_recording",
    "replace_recorded_leg",
    "close_leg",
    "stats",
    "stop",
}


class Server:
    """Answers the core's requests, each as a task of its own, and passes events on in order."""

    def __init__(self, plane: LocalPlane, writer: asyncio.StreamWriter) -> None:
        self._plane = plane
        self._writer = writer
        self._tasks: set[asyncio.Task[None]] = set()
        plane.subscribe(self._on_event)

    def submit(self, request: wire.Message) -> None:
        task = asyncio.get_running_loop().create_task(self._answer(request))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def finish(self) -> None:
        """Let running requests come to their end."""
        await asyncio.gather(*self._tasks)

    async def _answer(self, request: wire.Message) -> None:
        reply: wire.Message = {"id": request["id"]}
        try:
            reply["result"] = await self._perform(request["op"], request["args"])
            if request["op"] in _WITH_STATE:
                reply["leg"] = self._plane.leg_state(request["args"]["leg_id"])
        except MediaError as error:
            reply["error"] = [error.code, error.sentence]
        except Exception:
            log.exception("media.request_failed", op=request["op"])
            reply["failure"] = f"the media worker failed at {request['op']}"
        self._send(reply)

    async def _perform(self, operation: str, arguments: Mapping[str, Any]) -> Any:
        if operation == "restore_leg":
            state = wire.read_state(arguments["state"])
            if state is None:
                raise MediaError("unknown-leg", "A leg without state cannot be restored.")
            return await self._plane.restore_leg(arguments["leg_id"], state)
        if operation not in _OPERATIONS:
            raise ValueError(f"no such request: {operation!r}")
        if operation == "start_recording":
            await self._plane.start_recording(**arguments)
            return self._plane.recording_started_at(arguments["recording_id"])
        perform: Callable[..., Awaitable[Any]] = getattr(self._plane, operation)
        return await perform(**arguments)

    def _on_event(self, event: MediaEvent) -> None:
        self._send(wire.event_message(event))

    def _send(self, message: wire.Message) -> None:
        if not self._writer.is_closing():
            self._writer.write(wire.pack(message))


async def serve(descriptor: int) -> None:
    """Serve the core on an inherited socket until it closes. The first message is the configuration."""
    loop = asyncio.get_running_loop()
    reader, writer = await asyncio.open_connection(sock=socket.socket(fileno=descriptor))
    first = await wire.read(reader)
    if first is None:
        return
    plane = LocalPlane(wire.read_config(first["config"]))
    server = Server(plane, writer)
    await plane.start()
    # Ctrl-C reaches the whole process group; when to end is the core's to say.
    loop.add_signal_handler(signal.SIGINT, lambda: None)
    writer.write(wire.pack({"id": first["id"], "result": None}))
    gc.collect()
    gc.set_threshold(50_000, 20, 50)
    freezing = loop.create_task(_freeze(plane))
    while (message := await wire.read(reader)) is not None:
        server.submit(message)
    await server.finish()
    await plane.stop()
    await freezing
    writer.close()


async def _freeze(plane: LocalPlane) -> None:
    """Keep the garbage collector from looking through all modules while calls run."""
    await plane.loaded()
    gc.freeze()


def main() -> None:
    parser = argparse.ArgumentParser(description="The contact center's media process; started by the server itself.")
    parser.add_argument("--fd", type=int, required=True, help="descriptor of the inherited socket")
    arguments = parser.parse_args()
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(serve(arguments.fd))


if __name__ == "__main__":
    main()
