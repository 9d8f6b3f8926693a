"""Dual-channel recordings: taps collect packets, now and then they are decoded in a batch and written by a thread."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import structlog
from numpy.typing import NDArray

from media import wav
from media.codecs import FRAME_SAMPLES, SAMPLE_RATE
from media.events import RecordingFailed, RecordingFinished, RecordingSilent
from media.leg import Emit, Leg
from media.tape import Track
from media.timeline import Timelines
from media.vad import VoiceActivity, frame_powers

# How often each recording is written; with what is held back, a crash costs less than 2 s.
FLUSH_TICKS = 80
# Recordings written together, so that the code is warm after the first of them: every 200 ms.
GROUP_TICKS = 10
# How often what was heard is decoded: seldom enough to be many packets at once, often enough to find them in the cache.
PLACE_TICKS = 5
# Packets later than this find their place already written.
HOLD_BACK_S = 0.3
# A file left by a crash is continued with the gap as silence up to this; older ones are simply appended to.
MAX_GAP_S = 600.0

# What one flush needs, unless the loop has been held up.
BLOCK_SAMPLES = (FLUSH_TICKS + GROUP_TICKS) * FRAME_SAMPLES
# A group of 500 recordings; what piled up beyond it while the disk stood still is given back.
MAX_SPARE_BLOCKS = 64

Samples = NDArray[np.int16]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Channel:
    leg_id: str
    track: Track
    voice: VoiceActivity
    leg: Leg | None = None


@dataclass(slots=True)
class _Recording:
    recording_id: str
    path: str
    descriptor: int
    start: float
    flushed: int
    slot: int
    window: int
    channels: tuple[_Channel, _Channel]
    silence_s: float | None
    paused: bool = False
    failed: bool = False


@dataclass(frozen=True, slots=True)
class _Write:
    recording: _Recording
    first_sample: int
    samples: Samples


class Recorder:
    """All recordings of a plane. The hot path only appends; `tick` spreads the flushes over time."""

    def __init__(self, emit: Emit, find_leg: Callable[[str], Leg | None]) -> None:
        self._emit = emit
        self._find_leg = find_leg
        self._recordings: dict[str, _Recording] = {}
        self._timelines = Timelines()
        self._writer = ThreadPoolExecutor(1, "media-recorder")
        self._slot = 0
        # Blocks written go round: fresh memory of this size costs a page fault every 4096 octets.
        self._blocks: list[Samples] = []

    def __len__(self) -> int:
        return len(self._recordings)

    async def start(
        self,
        recording_id: str,
        path: str,
        left: str,
        right: str | None,
        *,
        silence_s: float | None = None,
        started_at: float | None = None,
    ) -> None:
        """Open the file and attach both legs, open or yet to come. Raises "bad-file".

        `started_at` (unix seconds) is when a continued file began; unknown, its last change tells how long the
        gap was.
        """
        await self.stop(recording_id)
        now, unix_now = time.monotonic(), time.time()
        loop = asyncio.get_running_loop()
        file, voices = await loop.run_in_executor(self._writer, _open, path)
        done_s = file.samples / SAMPLE_RATE
        if started_at is None:
            gap = unix_now - file.modified_at if file.samples else 0.0
            started_at = unix_now - done_s - (gap if 0 < gap < MAX_GAP_S else 0.0)
        start = now - max(done_s, unix_now - started_at)
        first = max(file.samples, int((now - start) * SAMPLE_RATE))
        first -= first % -FRAME_SAMPLES  # voice activity counts whole frames
        for voice in voices:
            voice.skip((first - file.samples) // FRAME_SAMPLES)
        self._slot = (self._slot + GROUP_TICKS) % FLUSH_TICKS
        window, tracks = self._timelines.open(start, first)
        channels = (_Channel(left, tracks[0], voices[0]), _Channel(right or "", tracks[1], voices[1]))
        recording = _Recording(
            recording_id, path, file.descriptor, start, first, self._slot, window, channels, silence_s
        )
        self._recordings[recording_id] = recording
        for channel in recording.channels:
            self._attach(channel, self._find_leg(channel.leg_id))

    def started_at(self, recording_id: str) -> float | None:
        """Unix seconds of the first sample; None for an unknown recording."""
        recording = self._recordings.get(recording_id)
        return None if recording is None else time.time() - (time.monotonic() - recording.start)

    async def stop(self, recording_id: str) -> None:
        """Write what is left, close the file and report; unknown ids are ignored."""
        recording = self._recordings.pop(recording_id, None)
        if recording is None:
            return
        for channel in recording.channels:
            self._detach(channel)
        self._write([self._cut(recording, time.monotonic())])
        self._timelines.close(recording.window)
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._writer, os.close, recording.descriptor)
        segments = tuple(
            (number, start, end)
            for number, channel in enumerate(recording.channels)
            for start, end in channel.voice.segments()
        )
        duration = recording.flushed / SAMPLE_RATE
        self._emit(RecordingFinished(recording.recording_id, recording.path, round(duration, 3), segments))

    async def stop_all(self) -> None:
        for recording_id in list(self._recordings):
            await self.stop(recording_id)
        self._writer.shutdown()

    def pause(self, recording_id: str, paused: bool) -> None:
        """Silence on both channels from now on, or what is heard again; unknown ids are ignored."""
        recording = self._recordings.get(recording_id)
        if recording is None or recording.paused == paused:
            return
        recording.paused = paused
        for channel in recording.channels:
            if paused:
                self._detach(channel)
            else:
                self._attach(channel, self._find_leg(channel.leg_id))

    def replace_leg(self, recording_id: str, old: str, new: str) -> None:
        """Let `new` speak on the channel of `old` from now on."""
        recording = self._recordings.get(recording_id)
        for channel in recording.channels if recording else ():
            if channel.leg_id == old:
                self._detach(channel)
                channel.leg_id = new
                if recording is not None and not recording.paused:
                    self._attach(channel, self._find_leg(new))
                return

    def leg_opened(self, leg: Leg) -> None:
        """Attach a leg that a recording waits for; also after its codec may have changed."""
        for recording in self._recordings.values():
            for channel in recording.channels:
                if channel.leg_id == leg.leg_id and not recording.paused:
                    self._detach(channel)
                    self._attach(channel, leg)

    def leg_closed(self, leg: Leg) -> None:
        for recording in self._recordings.values():
            for channel in recording.channels:
                if channel.leg is leg:
                    self._detach(channel)

    def tick(self, now: float, tick: int) -> None:
        """Read the tape, and flush the recordings whose turn it is."""
        if tick % PLACE_TICKS == 0:
            self._timelines.place()
        slot = tick % FLUSH_TICKS
        due = [recording for recording in self._recordings.values() if recording.slot == slot]
        if due:
            self._write([self._cut(recording, now - HOLD_BACK_S) for recording in due])
            for recording in due:
                self._tell_of_silence(recording)

    def _tell_of_silence(self, recording: _Recording) -> None:
        """Once; it is found out when the recording's turn to be written comes."""
        silence_s = recording.silence_s
        if silence_s is not None and recording.channels[0].voice.silent_s >= silence_s:
            recording.silence_s = None
            self._emit(RecordingSilent(recording.recording_id))

    def _attach(self, channel: _Channel, leg: Leg | None) -> None:
        channel.leg = leg
        if leg is not None:
            self._timelines.begin(channel.track, leg.codec)
            leg.taps = (*leg.taps, channel.track)

    def _detach(self, channel: _Channel) -> None:
        leg, channel.leg = channel.leg, None
        if leg is not None:
            leg.taps = tuple(tap for tap in leg.taps if tap is not channel.track)

    def _cut(self, recording: _Recording, until: float) -> _Write:
        length = max(0, int((until - recording.start) * SAMPLE_RATE) - recording.flushed)
        length -= length % FRAME_SAMPLES
        first = recording.flushed
        both = self._block(length)
        pcm = self._timelines.ahead(recording.window, length)
        for number, powers in enumerate(frame_powers(pcm)):
            recording.channels[number].voice.feed(powers)
            both[:, number] = pcm[number]  # by side: all at once, numpy's inner loop would be two samples long
        self._timelines.advance(recording.window, length)
        recording.flushed += length
        return _Write(recording, first, both)

    def _block(self, length: int) -> Samples:
        if length > BLOCK_SAMPLES:
            return np.empty((length, wav.CHANNELS), dtype="<i2")
        block = self._blocks.pop() if self._blocks else np.empty((BLOCK_SAMPLES, wav.CHANNELS), dtype="<i2")
        return block[:length]

    def _write(self, writes: list[_Write]) -> None:
        loop = asyncio.get_running_loop()
        self._writer.submit(self._write_all, writes, lambda failure: loop.call_soon_threadsafe(self._emit, failure))

    def _write_all(self, writes: list[_Write], fail: Callable[[RecordingFailed], object]) -> None:
        for write in writes:
            _write_one(write, fail)
            block = write.samples.base
            if block is not None and len(block) == BLOCK_SAMPLES and len(self._blocks) < MAX_SPARE_BLOCKS:
                self._blocks.append(block)


def _open(path: str) -> tuple[wav.OpenedFile, tuple[VoiceActivity, VoiceActivity]]:
    file = wav.open_for_append(path)
    voices = VoiceActivity(), VoiceActivity()
    block = 60 * SAMPLE_RATE
    for first in range(0, file.samples, block):
        raw = os.pread(file.descriptor, block * wav.FRAME_BYTES, wav.HEADER_BYTES + first * wav.FRAME_BYTES)
        samples = np.frombuffer(raw[: len(raw) - len(raw) % wav.FRAME_BYTES], dtype="<i2").reshape(-1, wav.CHANNELS)
        whole = len(samples) - len(samples) % FRAME_SAMPLES
        for voice, powers in zip(voices, frame_powers(samples[:whole].T), strict=True):
            voice.feed(powers)
    return file, voices


def _write_one(write: _Write, fail: Callable[[RecordingFailed], object]) -> None:
    if not len(write.samples):
        return
    recording = write.recording
    try:
        wav.write(recording.descriptor, write.first_sample, write.samples.data.cast("B"))
    except OSError as error:
        if not recording.failed:
            recording.failed = True
            reason = error.strerror or str(error)
            log.error("media.recording_write_failed", recording_id=recording.recording_id, error=reason)
            fail(RecordingFailed(recording.recording_id, reason))
