"""Offer and answer for plain RTP (RFC 3264), by codec name; and what the two sides agreed on."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from media.sdp.session import Codec, Media, Origin, Session, parse, refused

Direction = Literal["sendrecv", "sendonly", "recvonly", "inactive"]

_DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
_REVERSED: dict[str, Direction] = {
    "sendrecv": "sendrecv",
    "sendonly": "recvonly",
    "recvonly": "sendonly",
    "inactive": "inactive",
}
# What each codec is called on the wire: payload type used in our offers, clock rate in Hz, channels.
_KNOWN = {"PCMU": (0, 8000, 1), "PCMA": (8, 8000, 1), "OPUS": (111, 48000, 2)}
_TELEPHONE_EVENT = 101
_PTIME = re.compile(r"[0-9]{1,3}", re.ASCII)
_DEFAULT_PTIME_MS = 20
# The feedback of RTP/AVPF is for the asking only (RFC 4585 §4.2): an answer that names none sends and gets none.
_PROTOCOLS = ("RTP/AVP", "RTP/AVPF")


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What an offer and its answer agreed on, seen from our side.

    `codec` is one of the names asked for ("PCMU", "PCMA", "opus"), `payload_type` and `telephone_event` (None:
    no digits as events) are the numbers to send with, `clock_rate` is in Hz and holds for both, `direction` is
    ours ("recvonly": we only receive), `ptime` the packet length the far end asks for, in milliseconds.
    `offered_event` is our own number for telephone-event where we made the offer: an answer may renumber it, and
    then either number may come in (RFC 3264 §5.1, §6.1).
    """

    codec: str
    payload_type: int
    telephone_event: int | None
    remote_host: str
    remote_port: int
    direction: Direction
    clock_rate: int
    ptime: int
    offered_event: int | None = None


def answer_rtp(
    offer: str,
    *,
    host: str,
    port: int,
    codecs: Sequence[str] = ("PCMU", "PCMA"),
    version: int,
    session_id: str | None = None,
) -> tuple[str, Negotiated]:
    """Answer an offer with our address; the first of `codecs` that the offer has is taken.

    The first usable audio line is accepted, every other line refused with port 0 in its place (RFC 3264 §6).
    `version` must grow by one with each changed description of a call; `session_id` must stay the same over a
    call (default: derived from `port`). Raises MediaError("not-acceptable").
    """
    remote = parse(offer)
    index, negotiated = _choose(remote, codecs)
    media = tuple(
        _accepted(negotiated, port, line.protocol) if place == index else refusal(line)
        for place, line in enumerate(remote.media)
    )
    answer = Session(Origin("-", session_id or str(port), version, host), connection=host, media=media)
    return answer.serialise(), negotiated


def offer_rtp(
    *,
    host: str,
    port: int,
    codecs: Sequence[str] = ("PCMU", "PCMA"),
    version: int,
    session_id: str | None = None,
    telephone_event: int | None = None,
) -> str:
    """Our own offer of `codecs` in that order, each clock rate with its telephone-event (RFC 4733 §2.1).

    `telephone_event` is the number of the first one (None: 101): in a running call a number keeps its meaning (RFC 3264
    §8.3.2).
    """
    entries: list[Codec] = []
    for name in codecs:
        payload_type, rate, channels = _KNOWN[name.upper()]
        entries.append(Codec(payload_type, name, rate, channels))
    rates = sorted({entry.clock_rate for entry in entries})
    first_event = _TELEPHONE_EVENT if telephone_event is None else telephone_event
    events = [Codec(first_event + i, "telephone-event", rate, 1, "0-15") for i, rate in enumerate(rates)]
    media = audio_line(port, "RTP/AVP", [*entries, *events], "sendrecv")
    return Session(Origin("-", session_id or str(port), version, host), connection=host, media=(media,)).serialise()


def negotiate_answer(our_offer: str, answer: str) -> Negotiated:
    """What an answer to our offer settles; raises MediaError("not-acceptable") when it settles nothing."""
    ours, theirs = parse(our_offer), parse(answer)
    index = next((i for i, media in enumerate(ours.media) if media.kind == "audio"), None)
    if index is None:
        raise refused("Our offer has no audio line.")
    if index >= len(theirs.media) or theirs.media[index].kind != "audio" or theirs.media[index].port == 0:
        raise refused("The far end refused the audio stream.")
    media = theirs.media[index]
    if media.protocol != "RTP/AVP":
        raise refused(f"The far end answered with {media.protocol}; plain RTP/AVP was offered.")
    offered = [codec.name for codec in ours.media[index].codecs if codec.name != "telephone-event"]
    # The answerer's order rules here: its first codec is the one it will send (RFC 3264 §7).
    named = [codec.name for codec in media.codecs]
    wanted = sorted(offered, key=lambda name: _place(named, name))
    negotiated = settle(theirs, media, wanted)
    if negotiated is None:
        raise refused("The far end answered without any of the codecs offered.")
    if negotiated.telephone_event is not None:
        event = _event(ours.media[index], negotiated.clock_rate)
        negotiated = replace(negotiated, offered_event=event.payload_type if event else None)
    return _on_hold(negotiated)


def settle(session: Session, media: Media, codecs: Sequence[str]) -> Negotiated | None:
    """What `media` of the far end's description allows with `codecs` in our order; None without a common codec."""
    codec = next((found for name in codecs if (found := _find(media, name)) is not None), None)
    if codec is None:
        return None
    name, entry = codec
    event = _event(media, entry.clock_rate)
    ptime = media.attribute("ptime") or ""
    ptime_ms = int(ptime) if _PTIME.fullmatch(ptime) else _DEFAULT_PTIME_MS
    return Negotiated(
        codec=name,
        payload_type=entry.payload_type,
        telephone_event=event.payload_type if event else None,
        remote_host=media.connection or session.connection or "",
        remote_port=media.port,
        direction=_REVERSED[direction_of(session, media)],
        clock_rate=entry.clock_rate,
        ptime=ptime_ms if 10 <= ptime_ms <= 200 else _DEFAULT_PTIME_MS,
    )


def _event(media: Media, clock_rate: int) -> Codec | None:
    named = (codec for codec in media.codecs if codec.name.lower() == "telephone-event")
    return next((codec for codec in named if codec.clock_rate == clock_rate), None)


def direction_of(session: Session, media: Media) -> str:
    """The far end's direction: the media's own attribute, else the session's, else sendrecv (RFC 8866 §6.7)."""
    for attributes in (media.attributes, session.attributes):
        for name, _ in attributes:
            if name in _DIRECTIONS:
                return name
    return "sendrecv"


def refusal(media: Media) -> Media:
    """The same line refused: port 0, formats kept because a line must have one (RFC 3264 §6)."""
    return Media(media.kind, 0, media.protocol, media.formats)


def audio_line(port: int, protocol: str, codecs: Sequence[Codec], direction: str) -> Media:
    """An audio line with rtpmap and fmtp of each codec, 20 ms packets."""
    attributes: list[tuple[str, str | None]] = []
    for codec in codecs:
        channels = f"/{codec.channels}" if codec.channels > 1 else ""
        attributes.append(("rtpmap", f"{codec.payload_type} {codec.name}/{codec.clock_rate}{channels}"))
        if codec.parameters:
            attributes.append(("fmtp", f"{codec.payload_type} {codec.parameters}"))
    attributes += [("ptime", str(_DEFAULT_PTIME_MS)), (direction, None)]
    return Media("audio", port, protocol, tuple(str(c.payload_type) for c in codecs), attributes=tuple(attributes))


def agreed_codecs(negotiated: Negotiated) -> list[Codec]:
    """The codecs an answer lists: the chosen one and its telephone-event."""
    _, rate, channels = _KNOWN[negotiated.codec.upper()]
    codecs = [Codec(negotiated.payload_type, negotiated.codec, rate, channels)]
    if negotiated.telephone_event is not None:
        codecs.append(Codec(negotiated.telephone_event, "telephone-event", rate, 1, "0-15"))
    return codecs


def _choose(remote: Session, codecs: Sequence[str]) -> tuple[int, Negotiated]:
    problem = "The offer has no audio stream."
    for index, media in enumerate(remote.media):
        if media.kind != "audio" or media.port == 0:
            continue
        if media.protocol not in _PROTOCOLS:
            problem = f"The offer asks for {media.protocol}; only plain RTP/AVP is spoken here."
            continue
        negotiated = settle(remote, media, codecs)
        if negotiated is None:
            problem = f"The offer has none of the codecs {', '.join(codecs)}."
            continue
        return index, _on_hold(negotiated)
    raise refused(problem)


def _on_hold(negotiated: Negotiated) -> Negotiated:
    """Check the address; an unspecified one is RFC 2543's hold: the far end wants to receive nothing."""
    try:
        address = ipaddress.ip_address(negotiated.remote_host)
    except ValueError:
        raise refused("The c= line for the audio stream is missing or is not an IP address.") from None
    if address.is_multicast or str(address) == "255.255.255.255":
        raise refused("The c= line names a group address; calls go to one address.")
    if address.is_unspecified:
        silent: dict[str, Direction] = {"sendrecv": "recvonly", "sendonly": "inactive"}
        direction = silent.get(negotiated.direction, negotiated.direction)
        return replace(negotiated, direction=direction)
    return negotiated


def _accepted(negotiated: Negotiated, port: int, protocol: str) -> Media:
    return audio_line(port, protocol, agreed_codecs(negotiated), negotiated.direction)


def _find(media: Media, name: str) -> tuple[str, Codec] | None:
    _, rate, channels = _KNOWN[name.upper()]
    for codec in media.codecs:
        if codec.name.upper() == name.upper() and codec.clock_rate == rate and codec.channels == channels:
            return name, codec
    return None


def _place(names: Sequence[str], name: str) -> int:
    upper = [n.upper() for n in names]
    return upper.index(name.upper()) if name.upper() in upper else len(upper)
