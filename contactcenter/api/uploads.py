"""Files people send: how large, what they are by their content, a name without a path, images drawn anew.

A file comes as multipart/form-data (RFC 7578). What the sender says of it, its type and the path in its name, is not
believed. A route declares what it takes with `Route(upload=…)`, and its handler reads it with `received`.
"""

from __future__ import annotations

import asyncio
import io
import os
import re
import unicodedata
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp import BodyPartReader, MultipartReader
from aiohttp.http_exceptions import HttpProcessingError
from PIL import Image, ImageOps

from contactcenter.api.problems import Problem
from contactcenter.api.routes import Call, Upload

# Sizes are checked in `_opened`, before anything is unpacked; Pillow's own check would only warn.
Image.MAX_IMAGE_PIXELS = None

IMAGES: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
AUDIO: Final = frozenset({"audio/wav", "audio/mpeg", "audio/ogg", "audio/flac"})
UNKNOWN: Final = "application/octet-stream"
MOST_PIXELS: Final = 40_000_000
"""Of an image, unpacked: 160 MB in memory at most."""
_NAME_LENGTH = 150
_MALFORMED = (ValueError, RuntimeError, RuntimeWarning, AssertionError, LookupError, EOFError)
_FIELD_BYTES = 256 * 1024
_MOST_PARTS = 100
_DISK_BYTES = 256 * 1024
_WORDS = {
    "image/png": "PNG",
    "image/jpeg": "JPEG",
    "image/webp": "WebP",
    "image/gif": "GIF",
    "audio/wav": "WAV",
    "audio/mpeg": "MP3",
    "audio/ogg": "OGG",
    "audio/flac": "FLAC",
    "application/pdf": "PDF",
    "text/plain": "text",
}
_FORMATS = {"image/png": "PNG", "image/jpeg": "JPEG", "image/webp": "WEBP", "image/gif": "GIF"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Uploaded:
    """`name` is safe to store and to show, not a path; `media_type` is what the content is."""

    name: str
    media_type: str
    data: bytes = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """`fields`: the texts sent beside the files, by name."""

    files: tuple[Uploaded, ...]
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file too large for memory. `name` is safe to show."""

    name: str
    size: int


async def stored(call: Call, wanted: Upload, path: Path) -> Stored:
    """The one file of the request, written to `path` as it comes; nothing is left there when it is refused. Raises
    Problem 400, 413, 415 or 422 that names the field at fault, OSError."""
    _check_form(call, wanted)
    try:
        return await _stored(await call.request.multipart(), wanted, path)
    except BaseException as error:
        await asyncio.to_thread(path.unlink, missing_ok=True)
        if isinstance(error, (*_MALFORMED, HttpProcessingError)):
            raise _malformed(wanted) from error
        raise


async def _stored(reader: MultipartReader, wanted: Upload, path: Path) -> Stored:
    for _ in range(_MOST_PARTS):
        part = await reader.next()
        if part is None:
            break
        if not isinstance(part, BodyPartReader) or not part.name:
            raise _refused(wanted.field, "the form has a part without a name.")
        if part.name != wanted.field:
            await _text(part)
            continue
        size = await _to_disk(part, wanted, path)
        if size == 0:
            raise _refused(wanted.field, "this file is empty.")
        return Stored(name=safe_name(part.filename or ""), size=size)
    raise _refused(wanted.field, "choose a file.")


async def _to_disk(part: BodyPartReader, wanted: Upload, path: Path) -> int:
    size = 0
    file = await asyncio.to_thread(os.open, path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        while chunk := await part.read_chunk(_DISK_BYTES):
            size += len(chunk)
            if size > wanted.most_bytes:
                raise _too_large(wanted.most_bytes, wanted.field)
            await asyncio.to_thread(os.write, file, chunk)
        await asyncio.to_thread(os.fsync, file)
    finally:
        await asyncio.to_thread(os.close, file)
    return size


def _check_form(call: Call, wanted: Upload) -> None:
    if call.request.content_type != "multipart/form-data":
        detail = "Send the file as multipart/form-data."
        raise Problem(415, "unsupported-media-type", "Unsupported media type", detail, field=wanted.field)


def _malformed(wanted: Upload) -> Problem:
    detail = "The form cannot be read; send it as multipart/form-data."
    return Problem(400, "malformed-form", "Malformed form", detail, field=wanted.field)


async def received(call: Call, wanted: Upload) -> Form:
    """What the request holds. Raises Problem 413, 415 or 422 that names the field at fault."""
    _check_form(call, wanted)
    files: list[Uploaded] = []
    fields: dict[str, str] = {}
    try:
        reader = await call.request.multipart()
        for _ in range(_MOST_PARTS):
            part = await reader.next()
            if part is None:
                break
            if not isinstance(part, BodyPartReader) or not part.name:
                raise _refused(wanted.field, "the form has a part without a name.")
            if part.name == wanted.field:
                files.append(await _file(part, wanted, len(files)))
            else:
                fields[part.name] = await _text(part)
    # aiohttp raises these for boundaries, headers and encodings that are none, and warns of names that are none.
    except (*_MALFORMED, HttpProcessingError) as error:
        raise _malformed(wanted) from error
    if len(files) < wanted.least_files:
        raise _refused(wanted.field, "choose a file.")
    return Form(files=tuple(files), fields=fields)


async def _file(part: BodyPartReader, wanted: Upload, count: int) -> Uploaded:
    if count >= wanted.most_files:
        raise _refused(wanted.field, f"at most {wanted.most_files} file{'s' if wanted.most_files > 1 else ''} at once.")
    data = await _bytes(part, wanted.most_bytes, wanted.field)
    return examined(part.filename or "", data, wanted)


def examined(name: str, data: bytes, wanted: Upload) -> Uploaded:
    """A file that came another way (in a mail, as base64). Raises Problem 413 or 422."""
    if len(data) > wanted.most_bytes:
        raise _too_large(wanted.most_bytes, wanted.field)
    if not data:
        raise _refused(wanted.field, "this file is empty.")
    media_type = media_type_of(data)
    if wanted.kinds is not None and media_type not in wanted.kinds:
        raise _refused(wanted.field, _not_taken(media_type, wanted.kinds))
    return Uploaded(name=safe_name(name), media_type=media_type, data=data)


async def _text(part: BodyPartReader) -> str:
    try:
        text = (await _bytes(part, _FIELD_BYTES, part.name or "")).decode()
    except UnicodeDecodeError:
        raise _refused(part.name or "", "must be text in UTF-8.") from None
    if "\x00" in text:
        raise _refused(part.name or "", "must not hold a NUL character.")
    return text


async def _bytes(part: BodyPartReader, most: int, name: str) -> bytes:
    found = bytearray()
    while chunk := await part.read_chunk():
        found += chunk
        if len(found) > most:
            raise _too_large(most, name)
    return bytes(found)


def _too_large(most: int, name: str) -> Problem:
    size = f"{most // 2**20} MiB" if most >= 2**20 else f"{most // 1024} KiB"
    return Problem(413, "too-large", "File too large", f"{name}: is larger than {size}.", field=name)


def _refused(name: str, sentence: str) -> Problem:
    return Problem(422, "bad-file", "This file cannot be used", f"{name}: {sentence}", field=name)


def _not_taken(media_type: str, kinds: frozenset[str]) -> str:
    if media_type == "image/svg+xml":
        return "SVG can hold programs and is not taken; save the picture as PNG."
    taken = ", ".join(sorted(_WORDS.get(kind, kind.rpartition(".")[2]) for kind in kinds))
    return f"by its content this is none of the kinds of file that are taken: {taken}."


def safe_name(name: str) -> str:
    """A file's name without folders, control and direction characters, and not too long; `file` when nothing is left.
    Not a place on the disk: files are stored under ids."""
    last = re.split(r"[\\/]", name)[-1]
    kept = "".join(sign for sign in last if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    kept = " ".join(re.sub(r'[<>:"|?*]', "_", kept).split()).strip(". ")
    if len(kept) > _NAME_LENGTH:
        stem, dot, ending = kept.rpartition(".")
        kept = stem[: _NAME_LENGTH - 10] + dot + ending[:9] if dot and stem else kept[:_NAME_LENGTH]
    return kept or "file"


_SIGNS = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
)
_OFFICE = {"word/": "wordprocessingml.document", "xl/": "spreadsheetml.sheet", "ppt/": "presentationml.presentation"}


def media_type_of(data: bytes) -> str:
    """What a file is by its content (as the MIME Sniffing Standard does it); UNKNOWN when that cannot be told."""
    for sign, media_type in _SIGNS:
        if data.startswith(sign):
            return media_type
    if data[:4] == b"RIFF":
        return {b"WAVE": "audio/wav", b"WEBP": "image/webp"}.get(data[8:12], UNKNOWN)
    if data[:4] == b"PK\x03\x04":
        return _packed(data)
    if data[4:8] == b"ftyp":
        return "image/heic" if data[8:12] in (b"heic", b"heix", b"mif1") else "video/mp4"
    # An MPEG audio frame (ISO 11172-3): eleven bits of sync, then no reserved version, layer, bit rate or sample rate.
    if len(data) > 3 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and data[1] & 0x18 != 0x08 and data[1] & 0x06:
        return "audio/mpeg" if data[2] & 0xF0 != 0xF0 and data[2] & 0x0C != 0x0C else UNKNOWN
    return _written(data)


def _packed(data: bytes) -> str:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, OverflowError):
        return UNKNOWN
    if "[Content_Types].xml" in names:
        for folder, ending in _OFFICE.items():
            if any(name.startswith(folder) for name in names):
                return f"application/vnd.openxmlformats-officedocument.{ending}"
    return "application/zip"


def _written(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return UNKNOWN
    if any(unicodedata.category(sign) == "Cc" and sign not in "\t\r\n\f" for sign in text):
        return UNKNOWN
    start = text[:2048].lstrip().lower()
    if "<svg" in start:
        return "image/svg+xml"
    if start.startswith(("<!doctype html", "<html", "<script", "<head", "<body", "<iframe")):
        return "text/html"
    return "text/xml" if start.startswith("<?xml") else "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    media_type: str
    data: bytes = field(repr=False)
    width: int
    height: int


async def redrawn(
    data: bytes, *, box: tuple[int, int] | None = None, media_type: str | None = None, name: str = "file"
) -> Picture:
    """The image unpacked and packed anew, so that nothing but its pixels is left: no place, no camera, no comment, no
    second file behind it. Turned as its camera said, made smaller to fit into `box` (width, height), of an animation
    the first picture. `media_type` is the kind to make (default: what it was; GIF becomes PNG). Raises Problem 422
    that names the field `name`."""
    return await asyncio.to_thread(redraw, data, box=box, media_type=media_type, name=name)


def redraw(
    data: bytes, *, box: tuple[int, int] | None = None, media_type: str | None = None, name: str = "file"
) -> Picture:
    """As `redrawn`; takes as long as it takes."""
    found = media_type_of(data)
    kind = media_type or ("image/png" if found == "image/gif" else found)
    if found not in IMAGES:
        raise _refused(name, _not_taken(found, IMAGES))
    try:
        with _opened(data, found, name) as image:
            turned = ImageOps.exif_transpose(image)
            clean = turned.convert("RGB" if kind == "image/jpeg" or not turned.has_transparency_data else "RGBA")
            if box is not None:
                clean.thumbnail(box, Image.Resampling.LANCZOS)
            packed = io.BytesIO()
            # Without this, what Pillow kept from the file (comments, colour profile) would be written again.
            clean.info.clear()
            clean.save(packed, format=_FORMATS[kind], quality=88, optimize=True)
    except Problem:
        raise
    # Pillow's decoders raise whatever their parsing runs into.
    except Exception as error:
        raise _refused(name, "this image is damaged.") from error
    return Picture(media_type=kind, data=packed.getvalue(), width=clean.width, height=clean.height)


def _opened(data: bytes, media_type: str, name: str) -> Image.Image:
    image = Image.open(io.BytesIO(data), formats=(_FORMATS[media_type],))
    if image.width * image.height > MOST_PIXELS:
        image.close()
        raise _refused(name, f"this image has more than {MOST_PIXELS // 1_000_000} million pixels; make it smaller.")
    return image
