"""Legs that cannot be relayed: decoded, summed and encoded together at every tick, all groups in one batch."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count

import numpy as np
from numpy.typing import NDArray

from media.codecs import FRAME_SAMPLES, Codec, Decoder, Encoder, g711, new_decoder, new_encoder
from media.jitter import JitterBuffer
from media.leg import Leg


class MixedLeg:
    """One leg's place in a mix: its jitter buffer and, for codecs with state, its decoder and encoder."""

    __slots__ = ("codec", "decoder", "encoder", "group", "jitter", "leg", "sending")

    def __init__(self, leg: Leg, group: int) -> None:
        self.leg = leg
        self.group = group
        self.codec: Codec = leg.codec
        self.jitter = JitterBuffer(leg.codec.frame_ticks, leg.codec.clock_rate)
        self.decoder: Decoder = new_decoder(leg.codec)
        self.encoder: Encoder = new_encoder(leg.codec)
        self.sending = False

    def put(self, sequence: int, timestamp: int, payload: bytes, now: float) -> None:
        """Take received audio; G.711 packets longer than a frame are cut, so that others' ptime does not matter."""
        if self.codec.is_g711 and len(payload) != FRAME_SAMPLES:
            for offset in range(0, len(payload) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
                self.jitter.put((timestamp + offset) & 0xFFFFFFFF, payload[offset : offset + FRAME_SAMPLES], now)
            return
        self.jitter.put(timestamp, payload, now)


class Mixer:
    """Groups of legs in which each hears all others (n-1 mix)."""

    def __init__(self) -> None:
        self._legs: list[MixedLeg] = []
        self._groups = count(1)

    def __len__(self) -> int:
        return len(self._legs)

    def add(self, legs: Sequence[Leg]) -> None:
        """Mix these legs with each other; each gets its place as sink."""
        group = next(self._groups)
        for leg in legs:
            mixed = MixedLeg(leg, group)
            leg.sink = mixed
            # kept next to each other: the sums go over runs of equal group numbers
            self._legs.append(mixed)

    def remove(self, leg: Leg) -> None:
        """Dissolve the group of this leg, if it is in one."""
        groups = {mixed.group for mixed in self._legs if mixed.leg is leg}
        if groups:
            self._legs = [mixed for mixed in self._legs if mixed.group not in groups]

    def tick(self, now: float) -> None:
        """Play one frame of every leg to the others of its group."""
        legs = self._legs
        if not legs:
            return
        heard = self._decode(legs)
        groups = np.fromiter((mixed.group for mixed in legs), dtype=np.int64, count=len(legs))
        starts = np.flatnonzero(np.diff(groups, prepend=-1))
        sizes = np.diff(np.append(starts, len(legs)))
        sums = np.add.reduceat(heard.astype(np.int32), starts, axis=0)
        told = np.clip(np.repeat(sums, sizes, axis=0) - heard, -32768, 32767).astype(np.int16)
        self._send(legs, told, now)

    def _decode(self, legs: list[MixedLeg]) -> NDArray[np.int16]:
        heard = np.zeros((len(legs), FRAME_SAMPLES), dtype=np.int16)
        rows: dict[str, list[int]] = {g711.MU_LAW: [], g711.A_LAW: []}
        payloads: dict[str, list[bytes]] = {g711.MU_LAW: [], g711.A_LAW: []}
        for row, mixed in enumerate(legs):
            payload = mixed.jitter.take()
            if payload is None:
                continue
            if mixed.codec.is_g711:
                rows[mixed.codec.name].append(row)
                payloads[mixed.codec.name].append(payload)
            else:
                pcm = mixed.decoder.decode(payload)[:FRAME_SAMPLES]
                heard[row, : len(pcm)] = pcm
        for law, numbers in rows.items():
            if numbers:
                heard[numbers] = g711.decode(law, b"".join(payloads[law])).reshape(-1, FRAME_SAMPLES)
        return heard

    def _send(self, legs: list[MixedLeg], told: NDArray[np.int16], now: float) -> None:
        encoded = {
            law: g711.encode_table(law)[told.view(np.uint16)]
            for law in {mixed.codec.name for mixed in legs if mixed.codec.is_g711}
        }
        for row, mixed in enumerate(legs):
            if not mixed.leg.relaying:
                mixed.sending = False
                continue
            law = mixed.codec.name
            payload = encoded[law][row].tobytes() if law in encoded else mixed.encoder.encode(told[row])
            mixed.leg.send_frame(payload, now, start=not mixed.sending)
            mixed.sending = True
