"""The media process may die at any moment: calls, music and recordings go on in the next one."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import textwrap
import wave
from collections.abc import AsyncIterator
from pathlib import Path

import numpy as np
import pytest

from media.config import MediaConfig
from media.errors import MediaError
from media.events import LegClosed, MediaEvent, PlaybackFinished, RecordingFinished, WorkerRestarted
from media.tones import level_of, tone, write_wav
from media.worker_plane import WorkerPlane, restart_delay
from tests.fakes.rtp_peer import RtpPeer, power
from tests.fakes.waiting import until


@pytest.fixture
async def plane() -> AsyncIterator[WorkerPlane]:
    plane = WorkerPlane(MediaConfig(bind_host="127.0.0.1", rtp_port_min=34000, rtp_port_max=34998))
    await plane.start()
    yield plane
    await plane.stop()


@pytest.fixture
async def peers() -> AsyncIterator[list[RtpPeer]]:
    peers = [await RtpPeer().open(), await RtpPeer().open()]
    yield peers
    for peer in peers:
        await peer.close()


async def open_both(plane: WorkerPlane, peers: list[RtpPeer]) -> None:
    for leg_id, peer in zip(("a", "b"), peers, strict=True):
        peer.accept(await plane.open_leg(leg_id, kind="rtp", offer=peer.offer()))


def kill(plane: WorkerPlane) -> int:
    pid = plane.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    return pid


async def test_a_bridged_and_recorded_call_survives_the_workers_death(
    plane: WorkerPlane, peers: list[RtpPeer], tmp_path: Path
) -> None:
    events: list[MediaEvent] = []
    plane.subscribe(events.append)
    path = str(tmp_path / "call.wav")
    first, second = peers
    await open_both(plane, peers)
    await plane.connect("a", "b")
    await plane.start_recording("r", path, "a", "b")
    first.talk(440)
    second.talk(1000)
    await asyncio.sleep(2.2)  # by then it has been written
    assert second.hears(440)
    old = kill(plane)
    await until(lambda: WorkerRestarted(()) in events)
    assert plane.pid != old
    heard = len(second.packets)
    await until(lambda: len(second.packets) > heard + 25 and second.hears(440) and first.hears(1000))
    await asyncio.sleep(0.5)
    await plane.stop_recording("r")
    finished = next(event for event in events if isinstance(event, RecordingFinished))
    with wave.open(path) as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), dtype="<i2").reshape(-1, 2)
    assert len(pcm) / 8000 == pytest.approx(finished.duration_s, abs=0.01)
    for channel, frequency in ((0, 440), (1, 1000)):
        assert level_of(pcm[1600:4000, channel], frequency) > 0.9
        assert level_of(pcm[-2400:, channel], frequency) > 0.9
        voiced = [segment for segment in finished.segments if segment[0] == channel]
        assert len(voiced) == 2, "speech before and after the gap"
        gap = pcm[round(voiced[0][2] * 8000) + 200 : round(voiced[1][1] * 8000) - 200, channel]
        assert power(gap) == 0


async def test_music_goes_on_and_ends_once(plane: WorkerPlane, peers: list[RtpPeer], tmp_path: Path) -> None:
    events: list[MediaEvent] = []
    plane.subscribe(events.append)
    music = str(tmp_path / "music.wav")
    write_wav(music, tone((700,), 1.0))
    await open_both(plane, peers)
    await plane.play("a", "hold", [music], loop=True)
    await until(lambda: peers[0].hears(700))
    kill(plane)
    await until(lambda: WorkerRestarted(()) in events)
    heard = len(peers[0].packets)
    await until(lambda: len(peers[0].packets) > heard + 20)
    assert peers[0].hears(700)
    assert not any(isinstance(event, PlaybackFinished) for event in events)
    await plane.close_leg("a")
    await until(lambda: any(isinstance(event, LegClosed) for event in events))
    assert [event for event in events if isinstance(event, PlaybackFinished)] == [
        PlaybackFinished("a", "hold", completed=False)
    ]


async def test_a_request_in_flight_fails_and_the_next_one_waits_for_the_new_worker(
    plane: WorkerPlane, peers: list[RtpPeer]
) -> None:
    await open_both(plane, peers)
    pid = plane.pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    request = asyncio.get_running_loop().create_task(plane.connect("a", "b"))
    repeatable = asyncio.get_running_loop().create_task(plane.set_muted("a", True))
    await asyncio.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    with pytest.raises(MediaError) as caught:
        await request
    assert caught.value.code == "worker-lost"
    await repeatable
    await plane.connect("a", "b")
    assert (await plane.stats())["bridges"] == 1


async def test_a_leg_closed_while_the_worker_is_down_is_closed(plane: WorkerPlane, peers: list[RtpPeer]) -> None:
    events: list[MediaEvent] = []
    plane.subscribe(events.append)
    await open_both(plane, peers)
    kill(plane)
    await plane.close_leg("a")
    await plane.close_leg("b")
    stats = await plane.stats()
    assert stats["legs"] == 0
    assert [event.leg_id for event in events if isinstance(event, LegClosed)] == ["a", "b"]


async def test_stopping_during_a_restart_ends_cleanly(plane: WorkerPlane) -> None:
    kill(plane)
    await asyncio.sleep(0.02)
    await plane.stop()
    with pytest.raises(MediaError):
        await plane.stats()


CORE = """
import asyncio, sys
from media.config import MediaConfig
from media.worker_plane import WorkerPlane
from tests.fakes.rtp_peer import RtpPeer

async def main():
    plane = WorkerPlane(MediaConfig(bind_host="127.0.0.1", rtp_port_min=35000, rtp_port_max=35998))
    await plane.start()
    peers = [await RtpPeer().open(), await RtpPeer().open()]
    for leg_id, peer in zip("ab", peers):
        peer.accept(await plane.open_leg(leg_id, kind="rtp", offer=peer.offer()))
        peer.talk(440)
    await plane.start_recording("r", sys.argv[1], "a", "b")
    sys.stdout.write(f"{plane.pid}\\n")
    sys.stdout.flush()
    await asyncio.sleep(60)

asyncio.run(main())
"""


async def start_core(path: str) -> tuple[asyncio.subprocess.Process, int]:
    core = await asyncio.create_subprocess_exec(
        sys.executable, "-c", textwrap.dedent(CORE), path, stdout=asyncio.subprocess.PIPE
    )
    assert core.stdout is not None
    return core, int(await core.stdout.readline())


async def test_a_killed_worker_and_core_leave_a_playable_file(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    core, worker = await start_core(str(path))
    await until(lambda: path.exists() and path.stat().st_size > 32_000 + 44)
    core.kill()
    os.kill(worker, signal.SIGKILL)
    await core.wait()
    with wave.open(str(path)) as file:
        frames = file.getnframes()
        pcm = np.frombuffer(file.readframes(frames), dtype="<i2").reshape(-1, 2)
    assert frames == (path.stat().st_size - 44) // 4
    assert level_of(pcm[2400:6000, 0], 440) > 0.9


async def test_the_worker_ends_with_the_core_and_finishes_its_recordings(tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    core, worker = await start_core(str(path))
    await asyncio.sleep(0.5)
    core.kill()
    await core.wait()

    def gone() -> bool:
        try:
            with open(f"/proc/{worker}/stat") as status:
                return status.read().split()[2] == "Z"
        except FileNotFoundError:
            return True

    await until(gone)
    with wave.open(str(path)) as file:
        assert file.getnframes() > 2400


def test_restarts_are_immediate_at_first_and_then_rarer_and_rarer() -> None:
    delays = [restart_delay(deaths) for deaths in range(1, 12)]
    assert delays[0] == 0.0
    assert delays[1] == 0.5
    assert delays == sorted(delays)
    assert delays[-1] == 10.0
