"""A description with fewer codecs, or in another order of them: what the other side of a trunk wants to hear of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from media.sdp.session import Media, parse, refused

_EVENT = "TELEPHONE-EVENT"
_OF_FORMATS = ("rtpmap", "fmtp")


def with_codecs(text: str, codecs: Sequence[str], *, best_only: bool = False) -> str:
    """Every audio line with these codecs in this order, and its telephone-event; the rest of the text as it is read.

    `best_only` leaves the first of them that is there. Raises MediaError("not-acceptable") when none is.
    """
    session = parse(text)
    wanted = [name.upper() for name in codecs]
    media = tuple(_narrowed(line, wanted, best_only) if line.kind == "audio" else line for line in session.media)
    return replace(session, media=media).serialise()


def _narrowed(line: Media, wanted: list[str], best_only: bool) -> Media:
    if line.port == 0:
        return line
    names = {str(codec.payload_type): codec.name.upper() for codec in line.codecs}
    kept = sorted(
        (each for each in line.formats if names.get(each) in wanted), key=lambda each: wanted.index(names[each])
    )
    if not kept:
        raise refused(f"None of the codecs {', '.join(wanted)} is offered.")
    events = [each for each in line.formats if names.get(each) == _EVENT]
    formats = (*(kept[:1] if best_only else kept), *events)
    attributes = tuple(
        (name, value)
        for name, value in line.attributes
        if name not in _OF_FORMATS or (value or "").partition(" ")[0] in formats
    )
    return replace(line, formats=formats, attributes=attributes)
