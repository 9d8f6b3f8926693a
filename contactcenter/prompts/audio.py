"""A sound file of any kind as telephones play it: PCM 16 bit, mono, 8 kHz, in a WAV file."""

from __future__ import annotations

import io
import wave
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import av
import numpy as np

from contactcenter.api.fields import bad
from contactcenter.api.uploads import media_type_of

RATE: Final = 8000
LONGEST_S: Final = 600.0
_FORMATS = {"audio/wav": "wav", "audio/mpeg": "mp3", "audio/ogg": "ogg", "audio/flac": "flac"}


@dataclass(frozen=True, slots=True)
class Audio:
    wav: bytes = field(repr=False)
    length_s: float


def telephone_audio(data: bytes, name: str = "file") -> Audio:
    """Takes as long as it takes: for a thread. Raises Problem 422 that names the field `name` for what is no sound, has
    none in it, or is longer than LONGEST_S."""
    kind = _FORMATS.get(media_type_of(data))
    if kind is None:
        raise bad(name, "by its content this is no WAV, MP3, OGG or FLAC file.", "bad-file")
    found: list[bytes] = []
    count = 0
    try:
        with av.open(io.BytesIO(data), mode="r", format=kind) as container:
            for samples in _samples(container):
                found.append(samples)
                count += len(samples) // 2
                if count > LONGEST_S * RATE:
                    raise bad(name, f"is longer than {LONGEST_S / 60:g} minutes.", "bad-file")
    # Its decoders raise av.FFmpegError of many kinds, and bare Python errors on broken files.
    except (av.FFmpegError, ValueError, IndexError, EOFError, MemoryError) as error:
        raise bad(name, "this sound file is damaged, or holds no sound.", "bad-file") from error
    if count == 0:
        raise bad(name, "there is no sound in this file.", "bad-file")
    return Audio(in_wav(b"".join(found)), count / RATE)


def _samples(container: Any) -> Iterator[bytes]:
    """PCM 16 bit, mono, 8 kHz."""
    if not container.streams.audio:
        return
    stream = container.streams.audio[0]
    resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
    for frame in container.decode(stream):
        # Its time stamps may go backwards in joined files; the resampler would make silence of that.
        frame.pts = None
        for out in resampler.resample(frame):
            yield np.ascontiguousarray(out.to_ndarray()).tobytes()
    for out in resampler.resample(None):
        yield np.ascontiguousarray(out.to_ndarray()).tobytes()


def in_wav(pcm: bytes) -> bytes:
    """Samples of 16 bit, mono, 8 kHz as a WAV file."""
    packed = io.BytesIO()
    with wave.open(packed, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(pcm)
    return packed.getvalue()
