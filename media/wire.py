"""What core and media worker say to each other: length-prefixed JSON over a socketpair, dataclasses as objects."""

from __future__ import annotations

import asyncio
import dataclasses
import struct
from collections.abc import Mapping
from typing import Any

import orjson

from media import events
from media.config import MediaConfig
from media.events import LegStats, MediaEvent
from media.rtp_leg import RtpLegState
from media.sdp import Negotiated

_LENGTH = struct.Struct("!I")
MAX_MESSAGE = 16 * 1024 * 1024

Message = dict[str, Any]

_EVENTS: Mapping[str, type[MediaEvent]] = {
    cls.__name__: cls
    for cls in (
        events.LegConnected,
        events.LegLost,
        events.RemoteHeld,
        events.DigitReceived,
        events.PlaybackFinished,
        events.RecordingFailed,
        events.RecordingSilent,
        events.RecordingFinished,
        events.LegClosed,
        events.WorkerRestarted,
    )
}


def pack(message: Mapping[str, Any]) -> bytes:
    """One message with its length before it."""
    body = orjson.dumps(message)
    return _LENGTH.pack(len(body)) + body


async def read(reader: asyncio.StreamReader) -> Message | None:
    """The next message; None when the other side is gone. Raises ValueError for what is none of ours."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        if length > MAX_MESSAGE:
            raise ValueError(f"a message of {length} octets")
        message = orjson.loads(await reader.readexactly(length))
    except (asyncio.IncompleteReadError, ConnectionError):
        return None
    if not isinstance(message, dict):
        raise ValueError("a message is an object")
    return message


def event_message(event: MediaEvent) -> Message:
    return {"event": type(event).__name__, "fields": event}


def read_event(message: Message) -> MediaEvent:
    """The event of a message; raises ValueError for an unknown one."""
    cls = _EVENTS.get(message["event"])
    if cls is None:
        raise ValueError(f"no such media event: {message['event']!r}")
    fields = dict(message["fields"])
    if cls is events.LegClosed:
        fields["stats"] = LegStats(**fields["stats"])
    elif cls is events.RecordingFinished:
        fields["segments"] = tuple((int(c), float(start), float(end)) for c, start, end in fields["segments"])
    elif cls is events.WorkerRestarted:
        fields["lost_legs"] = tuple(fields["lost_legs"])
    return cls(**fields)


def read_config(fields: Mapping[str, Any]) -> MediaConfig:
    """The plane's settings as they came over the wire."""
    settings: dict[str, Any] = dict(fields)
    for name in ("ice_hosts", "ice_servers"):
        settings[name] = tuple(settings[name])
    return MediaConfig(**settings)


def read_state(fields: Mapping[str, Any] | None) -> RtpLegState | None:
    """A leg's state as it came over the wire."""
    if fields is None:
        return None
    negotiated = fields["negotiated"]
    known = {field.name for field in dataclasses.fields(RtpLegState)}
    return RtpLegState(
        **{name: value for name, value in fields.items() if name in known and name != "negotiated"},
        negotiated=None if negotiated is None else Negotiated(**negotiated),
    )
