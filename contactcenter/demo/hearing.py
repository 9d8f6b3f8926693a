"""What a synthetic person makes of the sound in the ear: music, somebody speaking, or quiet."""

from enum import Enum

LOUD = 300.0
"""Root mean square of a PCM16 frame above which it counts as sound; telephone noise stays below 100."""
QUIET_S = 1.0
"""Longer than the pauses inside an announcement, about what people leave before they take their turn."""
GAP_S = 0.25
"""Speech has gaps this long every second or two, music has none."""
MUSIC_S = 2.5
"""Sound without a gap for this long is taken for music."""


class Sound(Enum):
    QUIET = "quiet"
    VOICE = "voice"
    MUSIC = "music"


class Ear:
    """Fed with the loudness of frames as they come. Times are in seconds of any steady clock."""

    def __init__(self, now: float) -> None:
        self.sound = Sound.QUIET
        self._loud_at = now
        self._since_gap = now

    def hear(self, rms: float, now: float) -> Sound | None:
        """One frame; returns what is heard when that has changed."""
        if rms < LOUD:
            return self.tick(now)
        if self.sound is Sound.QUIET or now - self._loud_at >= GAP_S:
            self._since_gap = now
        self._loud_at = now
        if self.sound is Sound.QUIET:
            return self._become(Sound.VOICE)
        if now - self._since_gap >= MUSIC_S:
            return self._become(Sound.MUSIC)
        return None

    def tick(self, now: float) -> Sound | None:
        """No sound until now, whether silent frames came or none at all."""
        silent = now - self._loud_at
        if silent >= QUIET_S:
            return self._become(Sound.QUIET)
        if silent >= GAP_S and self.sound is Sound.MUSIC:
            return self._become(Sound.VOICE)
        return None

    def _become(self, sound: Sound) -> Sound | None:
        if sound is self.sound:
            return None
        self.sound = sound
        return sound
