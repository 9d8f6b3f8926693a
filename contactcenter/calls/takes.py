"""Recordings of what callers say after a tone, until somebody has decided what becomes of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from contactcenter.flows.effects import Record
from media.events import RecordingFinished


@dataclass(slots=True)
class Take:
    """`recording_id` is that of the interaction it becomes. `speech_s`: from the first word to the last."""

    asked: Record
    recording_id: str
    path: Path
    finished: asyncio.Future[RecordingFinished]
    settled: bool = False

    @property
    def speech_s(self) -> float:
        spoken = [(start, end) for channel, start, end in self.finished.result().segments if channel == 0]
        return spoken[-1][1] - spoken[0][0] if spoken else 0.0

    def described(self) -> dict[str, object]:
        """As interactions keep it."""
        event = self.finished.result()
        segments = [list(segment) for segment in event.segments]
        return {"path": event.path, "duration_s": event.duration_s, "segments": segments}


@dataclass(slots=True)
class OpenTakes:
    """All that nobody has decided on yet, by recording: their files stay plain, so that they can be heard again."""

    takes: dict[str, tuple[Take, Callable[[], None]]] = field(default_factory=dict)

    def __contains__(self, recording_id: object) -> bool:
        return recording_id in self.takes

    def add(self, take: Take, silent: Callable[[], None]) -> None:
        self.takes[take.recording_id] = (take, silent)

    def finished(self, event: RecordingFinished) -> bool:
        """Whether it was one of these."""
        found = self.takes.get(event.recording_id)
        if found is not None and not found[0].finished.done():
            found[0].finished.set_result(event)
        return found is not None

    def silent(self, recording_id: str) -> None:
        if found := self.takes.get(recording_id):
            found[1]()

    def forget(self, recording_id: str) -> None:
        self.takes.pop(recording_id, None)
