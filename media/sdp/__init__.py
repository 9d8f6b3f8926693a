"""SDP (RFC 8866) and offer/answer (RFC 3264, RFC 9429) by codec name: pure text in, text out."""

from media.sdp.answer import Direction, Negotiated, answer_rtp, negotiate_answer, offer_rtp
from media.sdp.narrow import with_codecs
from media.sdp.session import Attributes, Codec, Media, Origin, Session, parse
from media.sdp.webrtc import Candidate, Fingerprint, RemoteIce, Setup, answer_webrtc, read_webrtc

__all__ = [
    "Attributes",
    "Candidate",
    "Codec",
    "Direction",
    "Fingerprint",
    "Media",
    "Negotiated",
    "Origin",
    "RemoteIce",
    "Session",
    "Setup",
    "answer_rtp",
    "answer_webrtc",
    "negotiate_answer",
    "offer_rtp",
    "parse",
    "read_webrtc",
    "with_codecs",
]
