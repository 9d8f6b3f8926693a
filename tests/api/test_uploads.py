"""Files from outside: by content, without tricks in their names, images drawn anew."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from contactcenter.api import uploads
from contactcenter.api.http import build_app
from contactcenter.api.problems import Problem
from contactcenter.api.routes import PUBLIC, Call, Route, Router, Upload
from contactcenter.audit.acts import NotAudited

PICTURE = Upload(most_bytes=100_000, kinds=uploads.IMAGES, most_files=2)


def picture(kind: str = "PNG", size: tuple[int, int] = (30, 20), **options: Any) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, (200, 30, 30)).save(file, format=kind, **options)
    return file.getvalue()


async def _nobody(token: str) -> None:
    return None


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def take(call: Call) -> dict[str, Any]:
        form = await uploads.received(call, PICTURE)
        return {"files": [[each.name, each.media_type, len(each.data)] for each in form.files], "fields": form.fields}

    router = Router()
    router.add(Route("POST", "/take", take, PUBLIC, "Take", upload=PICTURE, audited=NotAudited("a test")))
    runner = web.AppRunner(build_app(router, authenticate=_nobody), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/take"
    await runner.cleanup()


async def _send(url: str, **options: Any) -> tuple[int, dict[str, Any]]:
    async with aiohttp.ClientSession() as client, client.post(url, **options) as response:
        return response.status, await response.json(content_type=None)


def _form(*files: tuple[str, bytes], **fields: str) -> aiohttp.FormData:
    form = aiohttp.FormData(fields, quote_fields=False, default_to_multipart=True)
    for name, data in files:
        form.add_field("file", data, filename=name, content_type="text/html")
    return form


async def test_files_and_texts_arrive_under_what_they_are(server: str) -> None:
    status, got = await _send(server, data=_form(("../../etc/Gr\u202eüße.png", picture()), title="Grüße"))
    assert status == 200
    assert got["files"][0][:2] == ["Grüße.png", "image/png"]
    assert got["fields"] == {"title": "Grüße"}


@pytest.mark.parametrize(
    ("files", "status", "words"),
    [
        ([("a.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>")], 422, "SVG"),
        ([("a.png", b"MZ\x90\x00\x03")], 422, "none of the kinds"),
        ([("a.png", b"")], 422, "empty"),
        ([("a.png", picture() + b"x" * 100_000)], 413, "larger than 97 KiB"),
        ([("a.png", picture())] * 3, 422, "at most 2 files"),
        ([], 422, "choose a file"),
    ],
)
async def test_what_is_not_taken_names_the_field(
    server: str, files: list[tuple[str, bytes]], status: int, words: str
) -> None:
    got_status, problem = await _send(server, data=_form(*files, title="x"))
    assert (got_status, problem["field"]) == (status, "file")
    assert words in problem["detail"]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"{}", "application/json", 415),
        (b"no parts", "multipart/form-data; boundary=x", 400),
        (b"no parts", "multipart/form-data", 400),
        (b"--x\r\n-388--x--\r\n", "multipart/form-data; boundary=x", 400),
        (b"--x\r\n\r\nnameless\r\n--x--", "multipart/form-data; boundary=x", 422),
        (b'--x\r\nContent-Disposition: form-data; name="file"\r\n\r\ncut o', "multipart/form-data; boundary=x", 422),
        (
            b'--x\r\nContent-Disposition: form-data; name="t"\r\n\r\n\xff\r\n--x--',
            "multipart/form-data; boundary=x",
            422,
        ),
    ],
)
async def test_broken_forms_are_the_senders_fault(server: str, body: bytes, content_type: str, status: int) -> None:
    got, problem = await _send(server, data=body, headers={"Content-Type": content_type})
    assert (got, problem["status"]) == (status, status)


@given(st.binary(max_size=300))
@settings(max_examples=100, deadline=None)
def test_anything_is_some_kind_of_file(data: bytes) -> None:
    assert "/" in uploads.media_type_of(data)


@given(st.text(max_size=300))
@example("../../x")
@example("C:\\autoexec.bat")
@example("a" * 400 + ".png")
@example("..")
def test_names_are_no_paths(name: str) -> None:
    safe = uploads.safe_name(name)
    assert 0 < len(safe) <= 150
    assert not set(safe) & set('/\\<>:"|?*\x00\n\u202e')
    assert not safe.startswith(".")
    assert uploads.safe_name(safe) == safe


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (picture("JPEG"), "image/jpeg"),
        (picture("WEBP"), "image/webp"),
        (picture("GIF"), "image/gif"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b"RIFF\0\0\0\0WAVEfmt ", "audio/wav"),
        (b"\xff\xfb\x90\x00", "audio/mpeg"),
        ("Grüße\n".encode(), "text/plain"),
        (b"  <!DOCTYPE html><p>", "text/html"),
        (b"<?xml version='1.0'?><svg/>", "image/svg+xml"),
        (b"\x00\x01", "application/octet-stream"),
    ],
)
def test_kinds_are_told_by_content(data: bytes, media_type: str) -> None:
    assert uploads.media_type_of(data) == media_type


def test_office_documents_are_told_from_other_archives() -> None:
    for inside, ending in (("word/document.xml", "wordprocessingml.document"), ("other.txt", "application/zip")):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("[Content_Types].xml", "")
            archive.writestr(inside, "")
        assert uploads.media_type_of(file.getvalue()).endswith(ending)


def test_an_image_drawn_anew_has_nothing_but_pixels() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010E] = "SECRET PLACE"
    info = PngInfo()
    info.add_text("Comment", "SECRET PLACE")
    for data in (picture("JPEG", exif=exif, comment=b"SECRET PLACE"), picture("PNG", exif=exif, pnginfo=info)):
        assert b"SECRET" in data
        drawn = uploads.redraw(data + b"SECRET behind it")
        assert b"SECRET" not in drawn.data
        assert (drawn.width, drawn.height) == (20, 30)
        assert uploads.redraw(drawn.data, box=(10, 10), media_type="image/webp").height == 10


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n", picture()[:60], b"\xff\xd8\xff" + b"\0" * 50, b"hello"])
def test_damaged_images_are_refused(data: bytes) -> None:
    with pytest.raises(Problem) as refused:
        uploads.redraw(data, name="logo")
    assert (refused.value.status, refused.value.extra["field"]) == (422, "logo")


@given(st.data())
@settings(max_examples=40, deadline=None)
def test_no_change_of_an_image_gets_through_as_an_error(data: st.DataObject) -> None:
    whole = bytearray(picture("PNG"))
    for _ in range(data.draw(st.integers(1, 5))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(Problem):
        uploads.redraw(bytes(whole))


def test_an_image_too_large_to_unpack_is_refused_before() -> None:
    bomb = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(bomb, format="PNG")
    with pytest.raises(Problem, match="million pixels"):
        uploads.redraw(bomb.getvalue())


@given(
    st.lists(
        st.sampled_from([b"--x", b"\r\n", b"--", b"Content-Disposition: form-data; name=file", b": ", b"\0", b"a"])
    )
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_no_form_is_an_error_of_ours(server: str, parts: list[bytes]) -> None:
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    status, _ = await _send(server, data=b"--x\r\n" + b"".join(parts), headers=headers)
    assert status in {200, 400, 413, 415, 422}
