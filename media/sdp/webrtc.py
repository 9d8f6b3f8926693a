"""Answers to a browser's offer (RFC 9429): one bundled audio line under DTLS-SRTP, everything else refused."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from media.sdp.answer import Negotiated, agreed_codecs, audio_line, refusal, settle
from media.sdp.session import Attributes, Media, Origin, Session, parse, refused

_PROTOCOLS = ("UDP/TLS/RTP/SAVPF", "UDP/TLS/RTP/SAVP", "RTP/SAVPF", "RTP/SAVP")
_UFRAG = re.compile(r"[A-Za-z0-9+/]{4,256}", re.ASCII)
_PASSWORD = re.compile(r"[A-Za-z0-9+/]{22,256}", re.ASCII)
_FINGERPRINT = re.compile(r"(sha-256|sha-384|sha-512) +([0-9A-F]{2}(?::[0-9A-F]{2}){31,63})", re.ASCII | re.IGNORECASE)
_STREAM = "contactcenter"

Setup = Literal["passive", "active"]
"""Who begins the DTLS handshake, as we answer it: "passive" lets the browser begin."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A local ICE candidate (RFC 8839 §5.1); `related_*` for server-reflexive and relayed ones."""

    foundation: str
    priority: int
    host: str
    port: int
    type: str = "host"
    component: int = 1
    transport: str = "udp"
    related_host: str | None = None
    related_port: int | None = None

    def to_sdp(self) -> str:
        """The value of an a=candidate attribute."""
        text = f"{self.foundation} {self.component} {self.transport} {self.priority} {self.host} {self.port}"
        text += f" typ {self.type}"
        if self.related_host is not None and self.related_port is not None:
            text += f" raddr {self.related_host} rport {self.related_port}"
        return text


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A certificate digest: `algorithm` as "sha-256", `value` upper-case hexadecimal with colons (RFC 8122)."""

    algorithm: str
    value: str


@dataclass(frozen=True, slots=True)
class RemoteIce:
    """What the browser's offer says of its transport; its candidates are not needed, its checks reveal them."""

    ufrag: str
    pwd: str
    fingerprints: tuple[Fingerprint, ...]


def read_webrtc(
    offer: str, codecs: Sequence[str] = ("PCMU", "PCMA", "opus"), setup: Setup = "passive"
) -> tuple[Negotiated, RemoteIce]:
    """What an offer asks for, before anything is opened for it. Raises MediaError("not-acceptable")."""
    _, negotiated, ice, _ = _read(parse(offer), codecs, setup)
    return negotiated, ice


def answer_webrtc(
    offer: str,
    *,
    ufrag: str,
    pwd: str,
    fingerprint: Fingerprint,
    candidates: Sequence[Candidate],
    codecs: Sequence[str] = ("PCMU", "PCMA", "opus"),
    version: int,
    setup: Setup = "passive",
    ssrc: int | None = None,
    session_id: str = "1",
) -> tuple[str, Negotiated, RemoteIce]:
    """Answer a browser with our ICE and DTLS parameters; the first of `codecs` that it offers is taken.

    No header extension is accepted, so packets carry none. `ssrc` is announced when given; `version` grows by
    one with each answer of a session. Raises MediaError("not-acceptable").
    """
    remote = parse(offer)
    audio, negotiated, ice, index = _read(remote, codecs, setup)
    transport: list[tuple[str, str | None]] = [
        ("ice-ufrag", ufrag),
        ("ice-pwd", pwd),
        ("fingerprint", f"{fingerprint.algorithm} {fingerprint.value}"),
        ("setup", setup),
        ("rtcp-mux", None),
        ("msid", f"{_STREAM} {_STREAM}-audio"),
    ]
    if ssrc is not None:
        transport.append(("ssrc", f"{ssrc} cname:{_STREAM}"))
    transport += [("candidate", candidate.to_sdp()) for candidate in candidates]
    transport.append(("end-of-candidates", None))
    default = candidates[0] if candidates else Candidate("1", 1, "0.0.0.0", 9)  # noqa: S104 - RFC 8840 §4.1.1
    line = audio_line(default.port, audio.protocol, agreed_codecs(negotiated), negotiated.direction)
    mid = audio.attribute("mid")
    accepted = Media(
        "audio", default.port, audio.protocol, line.formats, default.host, (*_mid(mid), *line.attributes, *transport)
    )
    media = tuple(accepted if place == index else _refused(offered) for place, offered in enumerate(remote.media))
    bundle: Attributes = (("group", f"BUNDLE {mid}"),) if mid and _bundled(remote, mid) else ()
    session = Session(Origin("-", session_id, version, "127.0.0.1"), attributes=bundle, media=media)
    return session.serialise(), negotiated, ice


def _read(remote: Session, codecs: Sequence[str], setup: Setup) -> tuple[Media, Negotiated, RemoteIce, int]:
    index, negotiated = _choose(remote, codecs)
    audio = remote.media[index]
    ice = _remote_ice(remote, audio)
    _check_transport(remote, audio, setup)
    return audio, negotiated, ice, index


def _choose(remote: Session, codecs: Sequence[str]) -> tuple[int, Negotiated]:
    problem = "The browser's offer has no audio stream."
    for index, media in enumerate(remote.media):
        if media.kind != "audio" or media.port == 0:
            continue
        if media.protocol not in _PROTOCOLS:
            problem = f"The browser's offer asks for {media.protocol}; only DTLS-SRTP is spoken here."
            continue
        negotiated = settle(remote, media, codecs)
        if negotiated is None:
            problem = f"The browser offers none of the codecs {', '.join(codecs)}."
            continue
        return index, negotiated
    raise refused(problem)


def _remote_ice(session: Session, media: Media) -> RemoteIce:
    ufrag = _either(session, media, "ice-ufrag")
    pwd = _either(session, media, "ice-pwd")
    if not _UFRAG.fullmatch(ufrag) or not _PASSWORD.fullmatch(pwd):
        raise refused("The browser's offer has no usable ICE user name and password.")
    texts = media.values("fingerprint") or [value or "" for key, value in session.attributes if key == "fingerprint"]
    fingerprints = tuple(
        Fingerprint(match[1].lower(), match[2].upper()) for match in map(_FINGERPRINT.fullmatch, texts) if match
    )
    if not fingerprints:
        raise refused("The browser's offer has no certificate fingerprint of a supported kind (SHA-256 or longer).")
    return RemoteIce(ufrag, pwd, fingerprints)


def _check_transport(session: Session, media: Media, setup: str) -> None:
    theirs = _either(session, media, "setup") or "actpass"
    if theirs != "actpass" and theirs == setup:
        raise refused(f"Both sides would be {setup} in the DTLS handshake.")
    if media.attribute("rtcp-mux") is None:
        raise refused("The browser's offer does not multiplex RTCP with RTP (rtcp-mux).")


def _either(session: Session, media: Media, name: str) -> str:
    return media.attribute(name) or session.attribute(name) or ""


def _bundled(session: Session, mid: str) -> bool:
    groups = [(value or "").split() for key, value in session.attributes if key == "group"]
    return any(group[:1] == ["BUNDLE"] and mid in group[1:] for group in groups)


def _refused(media: Media) -> Media:
    line = refusal(media)
    return Media(line.kind, 0, line.protocol, line.formats, None, _mid(media.attribute("mid")))


def _mid(mid: str | None) -> Attributes:
    return (("mid", mid),) if mid else ()
