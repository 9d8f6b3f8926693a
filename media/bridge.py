"""Which leg talks with which: packets relayed as they are when codecs agree, the mixer in between when not."""

from __future__ import annotations

from collections.abc import Callable

from media.leg import Leg
from media.mixer import Mixer


class Bridges:
    """Two-way bridges of two legs each. `send_digits` sends keys to a leg where events cannot be relayed."""

    def __init__(self, mixer: Mixer, send_digits: Callable[[Leg, str], None]) -> None:
        self._mixer = mixer
        self._send_digits = send_digits
        self._partner: dict[str, Leg] = {}

    def __len__(self) -> int:
        return len(self._partner) // 2

    def partner(self, leg_id: str) -> Leg | None:
        return self._partner.get(leg_id)

    def connect(self, leg_a: Leg, leg_b: Leg) -> None:
        """Bridge two legs, which leave the bridges they were in."""
        self.disconnect(leg_a)
        self.disconnect(leg_b)
        self._partner[leg_a.leg_id] = leg_b
        self._partner[leg_b.leg_id] = leg_a
        self._join(leg_a, leg_b)

    def disconnect(self, leg: Leg) -> Leg | None:
        """Leave the bridge, if any; returns the leg left alone."""
        partner = self._partner.pop(leg.leg_id, None)
        if partner is None:
            return None
        del self._partner[partner.leg_id]
        self._part(leg, partner)
        return partner

    def codec_changed(self, leg: Leg) -> None:
        """Choose anew between relay and mixer."""
        partner = self._partner.get(leg.leg_id)
        if partner is not None:
            self._part(leg, partner)
            self._join(leg, partner)

    def _join(self, leg_a: Leg, leg_b: Leg) -> None:
        if leg_a.codec == leg_b.codec:
            leg_a.peer, leg_b.peer = leg_b, leg_a
            if leg_a.event_type < 0 or leg_b.event_type < 0:
                self._pass_digits(leg_a, leg_b)
        else:
            self._mixer.add((leg_a, leg_b))
            self._pass_digits(leg_a, leg_b)
        for leg in (leg_a, leg_b):
            leg.update_relaying()

    def _pass_digits(self, leg_a: Leg, leg_b: Leg) -> None:
        """Where event packets cannot be relayed, each recognised key is sent anew."""
        leg_a.on_digit = lambda digit: self._send_digits(leg_b, digit)
        leg_b.on_digit = lambda digit: self._send_digits(leg_a, digit)

    def _part(self, leg_a: Leg, leg_b: Leg) -> None:
        self._mixer.remove(leg_a)
        for leg in (leg_a, leg_b):
            leg.peer = leg.sink = leg.on_digit = None
            leg.update_relaying()
