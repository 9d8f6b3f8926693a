"""The recording's file: a WAV header that is right after every write, so that a crash leaves a playable file."""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass

from media.codecs import SAMPLE_RATE
from media.errors import MediaError

CHANNELS = 2
FRAME_BYTES = 2 * CHANNELS
HEADER_BYTES = 44
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")


def header(data_bytes: int) -> bytes:
    """The 44-byte header of a PCM16 8 kHz two-channel file holding `data_bytes` of samples."""
    return _HEADER.pack(
        b"RIFF",
        36 + data_bytes,
        b"WAVE",
        b"fmt ",
        16,
        1,
        CHANNELS,
        SAMPLE_RATE,
        SAMPLE_RATE * FRAME_BYTES,
        FRAME_BYTES,
        8 * FRAME_BYTES // CHANNELS,
        b"data",
        data_bytes,
    )


@dataclass(frozen=True, slots=True)
class OpenedFile:
    """A file ready for appending; `samples` per channel are there already, last written at `modified_at`."""

    descriptor: int
    samples: int
    modified_at: float


def open_for_append(path: str) -> OpenedFile:
    """Open or create; what a crashed writer left is kept, with its header mended. Raises "bad-file"."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
    except OSError as error:
        raise MediaError("bad-file", f"The recording file cannot be opened: {error.strerror}.") from error
    try:
        status = os.fstat(descriptor)
        samples = max(0, status.st_size - HEADER_BYTES) // FRAME_BYTES
        found = os.pread(descriptor, HEADER_BYTES, 0)
        if status.st_size >= HEADER_BYTES and found[:4] + found[8:40] != header(0)[:4] + header(0)[8:40]:
            raise MediaError("bad-file", "The recording file exists and is not a recording of this kind.")
        os.pwrite(descriptor, header(samples * FRAME_BYTES), 0)
    except OSError as error:
        os.close(descriptor)
        raise MediaError("bad-file", f"The recording file cannot be written: {error.strerror}.") from error
    except MediaError:
        os.close(descriptor)
        raise
    return OpenedFile(descriptor, samples, status.st_mtime)


def write(descriptor: int, first_sample: int, data: bytes | memoryview) -> None:
    """Write samples at their place (a hole before them reads as silence), then tell the header. Raises OSError."""
    offset = HEADER_BYTES + first_sample * FRAME_BYTES
    view = memoryview(data)
    while view:
        written = os.pwrite(descriptor, view, offset)
        offset += written
        view = view[written:]
    os.pwrite(descriptor, header(offset - HEADER_BYTES), 0)
