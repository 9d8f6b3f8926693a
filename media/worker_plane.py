"""The media plane in a process of its own: it may die in mid-call, and the calls go on in the next one."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from typing import Any, cast

import structlog

from media import wire
from media.config import MediaConfig
from media.errors import MediaError, error_code
from media.events import LegLost, MediaEvent, PlaybackFinished, RecordingFailed, WorkerRestarted
from media.plane import LegKind, Listener
from media.wanted import Wanted

START_TIMEOUT_S = 30.0
STOP_TIMEOUT_S = 10.0
PING_S = 2.0
HUNG_AFTER_S = 10.0
# A worker that lived this long had a chance; its death is not part of a series.
HEALTHY_S = 5.0
MAX_DELAY_S = 10.0

log = structlog.get_logger(__name__)


def _absolute(path: str) -> str:
    """The worker need not share our folder."""
    return os.path.abspath(path)


def _worker_environment() -> dict[str, str]:
    """Ours, with the package's folder importable wherever the server was started."""
    folder = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    known = os.environ.get("PYTHONPATH")
    # numpy's linear algebra is not used here, and its idle threads spin
    threads = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    return {**threads, **os.environ, "PYTHONPATH": folder + (os.pathsep + known if known else "")}


def restart_delay(early_deaths: int) -> float:
    """Seconds to wait before the next start: none at first, then doubling from half a second to ten."""
    return 0.0 if early_deaths <= 1 else float(min(MAX_DELAY_S, 0.25 * 2 ** min(early_deaths - 1, 10)))


class WorkerPlane:
    """MediaPlane over a worker process; see media.plane for what each request means.

    Requests made while the worker restarts wait for it. Those in flight when it dies raise "worker-lost", except
    the ones that can be repeated without harm, which are.
    """

    def __init__(self, config: MediaConfig) -> None:
        self._config = config
        self._listeners: list[Listener] = []
        self._wanted = Wanted()
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        self._writer: asyncio.StreamWriter | None = None
        self._pending: dict[int, asyncio.Future[wire.Message]] = {}
        self._number = 0
        self._ready = asyncio.Event()
        self._stopping = asyncio.Event()
        self._supervisor: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """The worker's process id, while it runs."""
        return self._process.pid if self._process is not None else None

    def subscribe(self, listener: Listener) -> None:
        self._listeners.append(listener)

    async def start(self) -> None:
        """Start the worker. Raises MediaError("worker-lost") when it does not come up."""
        await self._spawn()
        self._ready.set()
        self._supervisor = asyncio.get_running_loop().create_task(self._supervise())

    async def stop(self) -> None:
        running = self._ready.is_set()
        self._stopping.set()
        self._ready.set()  # whoever waits for a restart learns that there is none
        if running:
            with contextlib.suppress(MediaError, TimeoutError):
                async with asyncio.timeout(STOP_TIMEOUT_S):
                    await self._ask("stop", {})
            if self._writer is not None:
                self._writer.close()
        if self._supervisor is not None:
            # never cancelled: a start cut off half-way would leave its process behind
            await self._supervisor
            self._supervisor = None

    async def open_leg(self, leg_id: str, *, kind: LegKind, offer: str | None = None, host: str | None = None) -> str:
        reply = await self._request("open_leg", leg_id=leg_id, kind=kind, offer=offer, host=host)
        self._wanted.opened(leg_id, kind, wire.read_state(reply.get("leg")))
        return str(reply["result"])

    async def accept_answer(self, leg_id: str, answer: str) -> None:
        reply = await self._request("accept_answer", leg_id=leg_id, answer=answer)
        self._wanted.negotiated(leg_id, wire.read_state(reply.get("leg")))

    async def reoffer(self, leg_id: str) -> str:
        reply = await self._request("reoffer", leg_id=leg_id)
        self._wanted.negotiated(leg_id, wire.read_state(reply.get("leg")))
        return str(reply["result"])

    async def renegotiate(self, leg_id: str, offer: str) -> str:
        reply = await self._request("renegotiate", leg_id=leg_id, offer=offer)
        self._wanted.negotiated(leg_id, wire.read_state(reply.get("leg")))
        return str(reply["result"])

    async def connect(self, leg_a: str, leg_b: str) -> None:
        await self._request("connect", leg_a=leg_a, leg_b=leg_b)
        self._wanted.connected(leg_a, leg_b)

    async def disconnect(self, leg_id: str) -> None:
        await self._repeatable("disconnect", leg_id=leg_id)
        self._wanted.disconnected(leg_id)

    async def play(self, leg_id: str, play_id: str, files: Sequence[str], *, loop: bool = False) -> None:
        paths = tuple(map(_absolute, files))
        self._wanted.asked_to_play(leg_id, play_id, paths, loop)
        try:
            await self._request("play", leg_id=leg_id, play_id=play_id, files=paths, loop=loop)
        except BaseException:
            self._wanted.not_playing(leg_id, play_id)
            raise
        self._wanted.playing(leg_id, play_id)

    async def stop_playing(self, leg_id: str) -> None:
        await self._repeatable("stop_playing", leg_id=leg_id)

    async def send_digits(self, leg_id: str, digits: str) -> None:
        await self._request("send_digits", leg_id=leg_id, digits=digits)

    async def set_muted(self, leg_id: str, muted: bool) -> None:
        await self._repeatable("set_muted", leg_id=leg_id, muted=muted)
        self._wanted.muted(leg_id, muted)

    async def start_recording(
        self, recording_id: str, path: str, left: str, right: str | None, *, silence_s: float | None = None
    ) -> None:
        path = _absolute(path)
        legs = {"left": left, "right": right, "silence_s": silence_s}
        reply = await self._request("start_recording", recording_id=recording_id, path=path, **legs)
        self._wanted.recording(recording_id, path, left, right, float(reply["result"]), silence_s)

    async def pause_recording(self, recording_id: str, paused: bool) -> None:
        await self._repeatable("pause_recording", recording_id=recording_id, paused=paused)
        self._wanted.recording_paused(recording_id, paused)

    async def stop_recording(self, recording_id: str) -> None:
        await self._repeatable("stop_recording", recording_id=recording_id)

    async def replace_recorded_leg(self, recording_id: str, old: str, new: str) -> None:
        await self._repeatable("replace_recorded_leg", recording_id=recording_id, old=old, new=new)
        self._wanted.recorded_leg_replaced(recording_id, old, new)

    async def close_leg(self, leg_id: str) -> None:
        while not self._stopping.is_set():
            await self._ready.wait()
            if self._wanted.is_lost(leg_id):
                self._emit(self._wanted.close_lost(leg_id))
                return
            try:
                await self._request("close_leg", leg_id=leg_id)
                return
            except MediaError as error:
                if error.code != "worker-lost":
                    raise

    async def stats(self) -> Mapping[str, float]:
        reply = await self._repeatable("stats")
        return cast(Mapping[str, float], reply["result"])

    async def _repeatable(self, operation: str, **arguments: Any) -> wire.Message:
        while True:
            try:
                return await self._request(operation, **arguments)
            except MediaError as error:
                if error.code != "worker-lost" or self._stopping.is_set():
                    raise

    async def _request(self, operation: str, **arguments: Any) -> wire.Message:
        if not self._stopping.is_set():
            await self._ready.wait()
        if self._stopping.is_set():
            raise MediaError("worker-lost", "The media process has been stopped.")
        return await self._ask(operation, arguments)

    async def _ask(self, operation: str, arguments: Mapping[str, Any]) -> wire.Message:
        return await self._exchange({"op": operation, "args": arguments})

    async def _exchange(self, message: Mapping[str, Any]) -> wire.Message:
        if self._writer is None or self._writer.is_closing():
            raise MediaError("worker-lost", "The media process is not running.")
        self._number += 1
        number = self._number
        future: asyncio.Future[wire.Message] = asyncio.get_running_loop().create_future()
        self._pending[number] = future
        try:
            self._writer.write(wire.pack({"id": number, **message}))
            reply = await future
        finally:
            self._pending.pop(number, None)
        if "error" in reply:
            code, sentence = reply["error"]
            raise MediaError(error_code(code), sentence)
        if "failure" in reply:
            raise RuntimeError(reply["failure"])
        return reply

    async def _supervise(self) -> None:
        early_deaths = 0
        while self._reading is not None and not self._stopping.is_set():
            born = time.monotonic()
            watching = asyncio.get_running_loop().create_task(self._watch())
            await asyncio.wait({self._reading})
            watching.cancel()
            if self._stopping.is_set():
                break
            if (error := self._reading.exception()) is not None:
                # what cannot be understood comes from a broken worker: the next one will do better
                log.error("media.worker_unintelligible", exc_info=error)
            early_deaths = 1 if time.monotonic() - born > HEALTHY_S else early_deaths + 1
            log.error("media.worker_died", early_deaths=early_deaths)
            await self._end_process()
            await self._restart(early_deaths)
            self._ready.set()
        await self._end_process()

    async def _restart(self, early_deaths: int) -> None:
        lost: list[str] = []
        while not self._stopping.is_set():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(restart_delay(early_deaths)):
                    await self._stopping.wait()
                return
            try:
                await self._spawn()
                await self._restore(lost)
                return
            except (MediaError, OSError) as error:
                early_deaths += 1
                log.error("media.worker_not_restarted", error=str(error), early_deaths=early_deaths)
                await self._end_process()

    async def _spawn(self) -> None:
        ours, theirs = socket.socketpair()
        try:
            # -P: the same package as ours runs, not one in the folder that the server was started in
            command = (sys.executable, "-P", "-m", "media.worker", "--fd", str(theirs.fileno()))
            self._process = await asyncio.create_subprocess_exec(
                *command, pass_fds=(theirs.fileno(),), env=_worker_environment()
            )
            reader, self._writer = await asyncio.open_connection(sock=ours)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        self._reading = asyncio.get_running_loop().create_task(self._read(reader))
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                await self._exchange({"config": self._config})
        except BaseException as error:
            await self._end_process()
            if isinstance(error, TimeoutError):
                raise MediaError("worker-lost", "The media process did not start in time.") from error
            raise

    async def _read(self, reader: asyncio.StreamReader) -> None:
        """Take answers and events until the worker is gone; then fail what is in flight."""
        try:
            while (message := await wire.read(reader)) is not None:
                if "event" in message:
                    self._emit(wire.read_event(message))
                    continue
                future = self._pending.pop(message["id"], None)
                if future is not None and not future.done():
                    future.set_result(message)
        finally:
            self._ready.clear()
            for future in self._pending.values():
                if not future.done():
                    future.set_exception(MediaError("worker-lost", "The media process died; it is being restarted."))
            self._pending.clear()

    async def _restore(self, lost: list[str]) -> None:
        """Bring everything back; legs that cannot be are added to `lost`, which a repeated restart keeps."""
        gone = list(self._wanted.unrevivable())
        for operation, arguments in self._wanted.reopening():
            if not await self._redo(operation, arguments):
                gone.append(arguments["leg_id"])
        lost += gone
        for leg_id in gone:
            for event in self._wanted.lose(leg_id):
                self._emit(event)
            self._emit(LegLost(leg_id, "worker"))
        for operation, arguments in self._wanted.resuming():
            if await self._redo(operation, arguments):
                continue
            if operation == "play":
                self._emit(PlaybackFinished(arguments["leg_id"], arguments["play_id"], completed=False))
            elif operation == "start_recording":
                self._emit(RecordingFailed(arguments["recording_id"], "The file cannot be continued."))
        self._emit(WorkerRestarted(tuple(lost)))

    async def _redo(self, operation: str, arguments: Mapping[str, Any]) -> bool:
        try:
            await self._ask(operation, arguments)
        except MediaError as error:
            if error.code == "worker-lost":
                raise
            log.error("media.not_restored", op=operation, error=error.sentence)
            return False
        return True

    async def _watch(self) -> None:
        """Kill a worker that is alive but does not answer."""
        while True:
            await asyncio.sleep(PING_S)
            try:
                async with asyncio.timeout(HUNG_AFTER_S):
                    await self._ask("stats", {})
            except TimeoutError:
                log.error("media.worker_hung")
                if self._process is not None and self._process.returncode is None:
                    self._process.kill()
                return
            except MediaError:
                return

    async def _end_process(self) -> None:
        reading, self._reading = self._reading, None
        if reading is not None:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close()
            with contextlib.suppress(ConnectionError):
                await writer.wait_closed()
        process, self._process = self._process, None
        if process is None:
            return
        try:
            async with asyncio.timeout(STOP_TIMEOUT_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    def _emit(self, event: MediaEvent) -> None:
        if not self._wanted.seen(event):
            return
        for listener in self._listeners:
            try:
                listener(event)
            except Exception:
                log.exception("media.listener_failed", media_event=type(event).__name__)
