"""Both sides of recordings on the wall clock: packets laid out by arrival and RTP timestamp, all at once."""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import as_strided
from numpy.typing import NDArray

from media import rtp
from media.codecs import FRAME_SAMPLES, SAMPLE_RATE, Codec, Decoder, codec_named, g711, new_decoder
from media.codecs.g711 import Octets, Pcm
from media.tape import Single, Tape, Track

SIDES = 2
# The time between flushes, what is held back of it, and room for early packets and a loop held up.
WINDOW = 3 * SAMPLE_RATE
# Timestamps place packets exactly; when they disagree with arrival by more than this, the sender's clock jumped.
MAX_SKEW = SAMPLE_RATE // 5

# More than a core can record: growing copies all windows, while untouched memory costs nothing.
_FIRST_WINDOWS = 1024
_LAWS = (g711.MU_LAW, g711.A_LAW)
_OTHER_CODEC = len(_LAWS)
_TRACK = np.dtype(
    [
        ("start", np.float64),  # of the recording, seconds
        ("first", np.int64),  # position of the window's first sample
        ("ssrc", np.int64),  # of the source heard last; -1 for none
        ("anchor", np.int64),  # where the source's packet of timestamp `stamp` lies
        ("stamp", np.int64),
        ("scale", np.int64),  # timestamp units a sample
        ("law", np.int64),  # index into _LAWS, or _OTHER_CODEC
    ]
)

Ints = NDArray[np.int64]


class Timelines:
    """Windows of WINDOW samples into recordings, two tracks each, filled from one tape by `place`.

    `ahead` and `advance` give back a window's PCM in order. Positions count samples of 8 kHz from the recording's
    start (seconds, same clock as the arrivals). Track 2n + side is that side of window n.
    """

    def __init__(self, windows: int = _FIRST_WINDOWS) -> None:
        self.tape = Tape()
        self._free: list[int] = []
        self._decoders: list[Decoder] = []
        self._tracks = np.zeros(0, _TRACK)
        self._pcm = np.zeros((0, WINDOW), np.int16)
        self._grow(windows)

    def open(self, start: float, first: int) -> tuple[int, tuple[Track, Track]]:
        """A silent window from sample `first` on of a recording begun at `start`, and its left and right track."""
        if not self._free:
            self._grow(len(self._tracks) // SIDES)
        window = self._free.pop()
        left, right = (Track(self.tape, SIDES * window + side) for side in range(SIDES))
        for track in (left, right):
            self._pcm[track.number] = 0
            self._tracks[track.number] = (start, first, -1, 0, 0, 1, _OTHER_CODEC)
            self.begin(track, codec_named("PCMU"))
        return window, (left, right)

    def close(self, window: int) -> None:
        """Let another recording have the window; nothing may be put on its tracks any more."""
        self.place()
        self._free.append(window)

    def begin(self, track: Track, codec: Codec) -> None:
        """Expect packets of `codec` from a new source."""
        self.place()
        self._decoders[track.number] = new_decoder(codec)
        of = self._tracks[track.number]
        of["law"] = _LAWS.index(codec.name) if codec.is_g711 else _OTHER_CODEC
        of["scale"] = codec.clock_rate // SAMPLE_RATE
        of["ssrc"] = -1

    def ahead(self, window: int, length: int) -> Pcm:
        """The next `length` samples of both sides, shape (2, length); what has not come by now is silence.

        `advance` makes it void.
        """
        self.place()
        pcm = self._sides(window)
        if length > WINDOW:  # after a long stall
            return np.concatenate((pcm, np.zeros((SIDES, length - WINDOW), np.int16)), axis=1)
        return pcm[:, :length]

    def advance(self, window: int, length: int) -> None:
        """Be done with the next `length` samples."""
        kept = max(0, WINDOW - length)
        for side in self._sides(window):
            side[:kept] = side[WINDOW - kept :]
            side[kept:] = 0
        self._tracks["first"][SIDES * window : SIDES * (window + 1)] += length

    def place(self) -> None:
        """Decode what is on the tape into the windows."""
        self.tape.read(self._place)

    def _sides(self, window: int) -> Pcm:
        sides: Pcm = self._pcm[SIDES * window : SIDES * (window + 1)]
        return sides

    def _grow(self, windows: int) -> None:
        known, more = len(self._tracks), SIDES * windows
        self._free.extend(range(known // SIDES + windows - 1, known // SIDES - 1, -1))
        self._decoders.extend([new_decoder(codec_named("PCMU"))] * more)
        self._tracks = np.concatenate((self._tracks, np.zeros(more, _TRACK)))
        pcm = np.zeros((known + more, WINDOW), np.int16)
        pcm[:known] = self._pcm
        self._pcm = pcm
        # every place where a frame may begin, so that many are put down by one assignment
        self._frames = as_strided(pcm, (pcm.size - FRAME_SAMPLES + 1, FRAME_SAMPLES), (pcm.itemsize, pcm.itemsize))

    def _place(self, packets: Octets, tracks: Ints, arrivals: NDArray[np.float64], singles: list[Single]) -> None:
        """Put down at once what follows its source's timestamps, and one by one all of a track with anything else."""
        of = self._tracks[tracks]
        words = packets.view(">u4")
        stamps, ssrcs = words[:, 1].astype(np.int64), words[:, 2]
        positions = of["anchor"] + _signed(stamps - of["stamp"])
        arrived = ((arrivals - of["start"]) * SAMPLE_RATE).astype(np.int64)
        offsets = positions - of["first"]
        # by its last packet: when this process or the network stood still, those before it come late together
        last = np.empty(len(self._tracks), np.int64)
        last[tracks] = np.arange(len(tracks))
        regular = (
            (ssrcs == of["ssrc"])
            & (np.abs(positions - arrived)[last[tracks]] <= MAX_SKEW)
            & (offsets >= 0)
            & (offsets <= WINDOW - FRAME_SAMPLES)
            & (of["law"] != _OTHER_CODEC)
        )
        if singles or not regular.all():
            irregular = np.concatenate((tracks[~regular], np.array([single[1] for single in singles], np.int64)))
            regular = ~np.isin(tracks, irregular)
            taped = np.flatnonzero(~regular).tolist()
            others = [(at, int(tracks[at]), float(arrivals[at]), packets[at].tobytes()) for at in taped]
            for _, track, arrival, packet in sorted([*singles, *others], key=lambda each: each[0]):
                self._place_one(track, arrival, packet)
        places = tracks * WINDOW + offsets
        for law, name in enumerate(_LAWS):
            chosen = regular & (of["law"] == law)
            if chosen.all():
                self._frames[places] = _decode(name, packets[:, rtp.HEADER_SIZE :])
            elif chosen.any():
                self._frames[places[chosen]] = _decode(name, packets[chosen, rtp.HEADER_SIZE :])

    def _place_one(self, track: int, arrival: float, packet: bytes) -> None:
        _, _, _, timestamp, ssrc = rtp.HEADER.unpack_from(packet)
        offset = self._position(track, ssrc, timestamp, arrival) - int(self._tracks[track]["first"])
        pcm = self._decoders[track].decode(packet[rtp.HEADER_SIZE :])
        if offset < 0:
            pcm, offset = pcm[-offset:], 0
        pcm = pcm[: max(0, WINDOW - offset)]
        self._pcm[track, offset : offset + len(pcm)] = pcm

    def _position(self, track: int, ssrc: int, timestamp: int, arrival: float) -> int:
        of = self._tracks[track]
        arrived = int((arrival - of["start"]) * SAMPLE_RATE)
        if ssrc == of["ssrc"]:
            position = int(of["anchor"] + _signed(timestamp - of["stamp"]) // of["scale"])
            if abs(position - arrived) <= MAX_SKEW:
                return position
        of["ssrc"], of["anchor"], of["stamp"] = ssrc, arrived, timestamp
        return arrived


def _signed(difference: Ints) -> Ints:
    """A difference of RTP timestamps as the nearer way round."""
    return ((difference + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def _decode(law: str, payloads: Octets) -> Pcm:
    # any mode but "raise" spares numpy a copy; pairs of octets are always within the table
    return g711.pair_table(law).take(payloads.view(np.uint16), mode="wrap").view(np.int16)
