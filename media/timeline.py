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
# The time between flushes, what is held back of it, and room for early packets.
WINDOW = 3 * SAMPLE_RATE
# Timestamps place packets exactly; when they disagree with arrival by more than this, the sender's clock jumped.
MAX_SKEW = SAMPLE_RATE // 5
# No packet is longer: a datagram of G.711.
MAX_SAMPLES = 2048

_LAWS = (g711.MU_LAW, g711.A_LAW)
_OTHER_CODEC = len(_LAWS)
_FIRST_WINDOWS = 64

Ints = NDArray[np.int64]


class Timelines:
    """Windows of WINDOW samples into recordings, two tracks each, filled from one tape by `place`.

    `ahead` and `advance` give back a window's PCM in order. Positions count samples of 8 kHz from the recording's
    start (seconds, same clock as the arrivals). Track 2n + side is that side of window n.
    """

    def __init__(self, windows: int = _FIRST_WINDOWS) -> None:
        self.tape = Tape()
        self._free: list[int] = []
        self._latest = 0.0
        self._decoders: list[Decoder] = []
        self._windows = np.zeros((0, WINDOW, SIDES), np.int16)
        self._start = np.zeros(0)
        self._first = np.zeros(0, np.int64)
        # of each track: its source, where in the recording one timestamp of it lies, and how to decode it
        self._ssrc = np.zeros(0, np.int64)
        self._anchor = np.zeros(0, np.int64)
        self._stamp = np.zeros(0, np.int64)
        self._scale = np.zeros(0, np.int64)
        self._law = np.zeros(0, np.int64)
        self._grow(windows)

    def open(self, start: float, first: int) -> tuple[int, tuple[Track, Track]]:
        """A silent window from sample `first` on of a recording begun at `start`, and its left and right track."""
        self.place()
        if not self._free:
            self._grow(len(self._windows))
        window = self._free.pop()
        self._windows[window] = 0
        sides = slice(SIDES * window, SIDES * (window + 1))
        self._start[sides] = start
        self._first[sides] = first
        left, right = Track(self.tape, SIDES * window), Track(self.tape, SIDES * window + 1)
        for track in (left, right):
            self.begin(track, codec_named("PCMU"))
        return window, (left, right)

    def close(self, window: int) -> None:
        """Let another recording have the window; nothing may be put on its tracks any more."""
        self.place()
        self._free.append(window)

    def begin(self, track: Track, codec: Codec) -> None:
        """Expect packets of `codec` from a new source."""
        self.place()
        number = track.number
        self._decoders[number] = new_decoder(codec)
        self._law[number] = _LAWS.index(codec.name) if codec.is_g711 else _OTHER_CODEC
        self._scale[number] = codec.clock_rate // SAMPLE_RATE
        self._ssrc[number] = -1

    def ahead(self, window: int, length: int) -> Pcm:
        """The next `length` samples of both sides, shape (length, 2); what has not come by now is silence.

        `advance` makes it void.
        """
        self.place()
        pcm = self._windows[window]
        if length > WINDOW:  # after a long stall
            return np.concatenate((pcm, np.zeros((length - WINDOW, SIDES), np.int16)))
        ahead: Pcm = pcm[:length]
        return ahead

    def advance(self, window: int, length: int) -> None:
        """Be done with the next `length` samples."""
        pcm, first = self._windows[window], SIDES * window
        latest = int((self._latest - self._start[first]) * SAMPLE_RATE) + MAX_SKEW + MAX_SAMPLES
        filled = min(WINDOW, max(0, latest - int(self._first[first])))
        left = max(0, filled - length)
        pcm[:left] = pcm[length : length + left]
        pcm[left:filled] = 0
        self._first[first : first + SIDES] += length

    def place(self) -> None:
        """Decode what is on the tape into the windows."""
        self.tape.read(self._place)

    def _grow(self, windows: int) -> None:
        known = len(self._windows)
        self._free.extend(range(known + windows - 1, known - 1, -1))
        self._decoders.extend([new_decoder(codec_named("PCMU"))] * (SIDES * windows))
        for name in ("_windows", "_start", "_first", "_ssrc", "_anchor", "_stamp", "_scale", "_law"):
            values = getattr(self, name)
            count = windows if name == "_windows" else SIDES * windows
            # zeros rather than a concatenation: memory not written to yet costs nothing
            grown = np.zeros((len(values) + count, *values.shape[1:]), values.dtype)
            grown[: len(values)] = values
            setattr(self, name, grown)
        # every place where a frame may begin; the samples of one side lie between the other's
        size = self._windows.itemsize
        frames = self._windows.size - SIDES * (FRAME_SAMPLES - 1)
        self._frames = as_strided(self._windows, (frames, FRAME_SAMPLES), (size, SIDES * size))

    def _place(self, packets: Octets, tracks: Ints, arrivals: NDArray[np.float64], singles: list[Single]) -> None:
        """Put down at once what follows its source's timestamps, and one by one all of a track with anything else."""
        self._latest = max(float(arrivals.max(initial=self._latest)), *(arrival for _, _, arrival, _ in singles), 0.0)
        words = packets.view(">u4")
        stamps, ssrcs = words[:, 1].astype(np.int64), words[:, 2].astype(np.int64)
        positions = self._anchor[tracks] + _signed(stamps - self._stamp[tracks])
        skews = positions - (arrivals - self._start[tracks]) * SAMPLE_RATE
        offsets = positions - self._first[tracks]
        laws = self._law[tracks]
        regular = (
            (ssrcs == self._ssrc[tracks])
            & (np.abs(skews) <= MAX_SKEW)
            & (offsets >= 0)
            & (offsets <= WINDOW - FRAME_SAMPLES)
            & (laws != _OTHER_CODEC)
        )
        if singles or not regular.all():
            irregular = np.union1d(tracks[~regular], np.array([track for _, track, _, _ in singles], np.int64))
            for track in irregular.tolist():
                self._place_singly(track, packets, tracks, arrivals, singles)
            regular = ~np.isin(tracks, irregular)
        places = tracks // SIDES * (WINDOW * SIDES) + offsets * SIDES + tracks % SIDES
        for law, name in enumerate(_LAWS):
            chosen = regular & (laws == law)
            if chosen.all():
                self._frames[places] = _decode(name, packets[:, rtp.HEADER_SIZE :])
            elif chosen.any():
                self._frames[places[chosen]] = _decode(name, packets[chosen, rtp.HEADER_SIZE :])

    def _place_singly(
        self, track: int, packets: Octets, tracks: Ints, arrivals: NDArray[np.float64], singles: list[Single]
    ) -> None:
        taped = np.flatnonzero(tracks == track).tolist()
        entries = [(number, float(arrivals[number]), packets[number].tobytes()) for number in taped]
        others = [(before - 0.5, arrival, packet) for before, of, arrival, packet in singles if of == track]
        for _, arrival, packet in sorted([*entries, *others], key=lambda entry: entry[0]):
            _, _, _, timestamp, ssrc = rtp.HEADER.unpack_from(packet)
            position = self._position(track, ssrc, timestamp, arrival)
            self._put(track, position, self._decoders[track].decode(packet[rtp.HEADER_SIZE :]))

    def _position(self, track: int, ssrc: int, timestamp: int, arrival: float) -> int:
        arrived = int((arrival - self._start[track]) * SAMPLE_RATE)
        if ssrc == self._ssrc[track]:
            ahead = _signed(timestamp - self._stamp[track])
            position = int(self._anchor[track] + ahead // self._scale[track])
            if abs(position - arrived) <= MAX_SKEW:
                return position
        self._ssrc[track], self._anchor[track], self._stamp[track] = ssrc, arrived, timestamp
        return arrived

    def _put(self, track: int, position: int, pcm: Pcm) -> None:
        offset = position - int(self._first[track])
        if offset < 0:
            pcm, offset = pcm[-offset:], 0
        pcm = pcm[: max(0, WINDOW - offset)]
        self._windows[track // SIDES, offset : offset + len(pcm), track % SIDES] = pcm


def _signed(difference: Ints) -> Ints:
    """A difference of RTP timestamps as the nearer way round."""
    return ((difference + 0x80000000) & 0xFFFFFFFF) - 0x80000000


def _decode(law: str, payloads: Octets) -> Pcm:
    # any mode but "raise" spares numpy a copy; octets are always within the table
    pcm: Pcm = g711.decode_table(law).take(payloads, mode="wrap")
    return pcm
