"""The house's looks: readable whatever colour is chosen, shown to everybody, changed by few."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from hypothesis import given
from hypothesis import settings as effort
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select

from contactcenter.audit.models import AuditEntry
from contactcenter.branding import colours, permissions
from contactcenter.branding.plugin import load
from contactcenter.branding.service import Branding
from contactcenter.branding.settings import BrandingBody, contrasts, style_sheet, variables
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from tests.fakes.api import served

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def test_contrast_is_that_of_the_recommendation() -> None:
    assert colours.contrast("#ffffff", "#000000") == pytest.approx(21)
    assert colours.contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@given(COLOURS, COLOURS)
@effort(max_examples=200, deadline=None)
def test_whatever_is_chosen_can_be_read(accent: str, header: str) -> None:
    body = BrandingBody(accent=accent, portal_header=header, widget_accent=header)
    for found, surfaces in zip(variables(body), (colours.LIGHT_SURFACES, colours.DARK_SURFACES), strict=True):
        pairs = [(found["accent"], found["on-accent"]), (found["portal-header"], found["portal-on-header"])]
        pairs += [(found["widget-accent"], found["widget-on-accent"]), (found["text"], found["soft"])]
        pairs += [(found["text"], surface) for surface in surfaces]
        assert min(colours.contrast(one, other) for one, other in pairs) >= colours.AA
    for warning in contrasts(body):
        assert warning.ratio < warning.least <= 4.5


def test_a_readable_colour_is_left_as_it_is() -> None:
    assert contrasts(BrandingBody(portal_accent="#3654c4")) == []
    assert variables(BrandingBody(accent="#3654C4"))[0]["accent"] == "#3654c4"
    yellow = contrasts(BrandingBody(accent="#ffd400"))
    assert {each.on for each in yellow} == {"white text", "light pages"}
    assert yellow[0].ratio == pytest.approx(1.43, abs=0.01)


def test_without_a_colour_the_pages_look_as_they_come() -> None:
    assert "{" not in style_sheet(BrandingBody(name="Northwind"))
    assert "--cc-accent:" in style_sheet(BrandingBody(accent="#884400"))
    assert "--cc-accent:" not in style_sheet(BrandingBody(portal_accent="#884400"))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[tuple[aiohttp.ClientSession, Database]]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await upgrade(url)
    database = Database(url)
    branding = Branding(database)
    await branding.reload()
    async with served(load(branding).routes, permissions.ALL) as client:
        yield client, database
    await database.stop()


async def test_everybody_sees_it_and_who_has_it_already_is_told_so(
    server: tuple[aiohttp.ClientSession, Database],
) -> None:
    client, _ = server
    async with client.get("/api/v1/branding") as answer:
        assert (await answer.json())["name"] == ""
        etag = answer.headers["ETag"]
    async with client.get("/api/v1/branding", headers={"If-None-Match": etag}) as answer:
        assert answer.status == 304
    body = {"name": "Northwind", "accent": "#FFD400"}
    async with client.put("/api/v1/branding/settings", json=body) as answer:
        assert answer.status == 200
        assert (await answer.json())["contrast"][0]["field"] == "accent"
    async with client.get("/api/v1/branding", headers={"If-None-Match": etag}) as answer:
        assert (await answer.json())["name"] == "Northwind"
    async with client.get("/api/v1/branding.css") as answer:
        assert answer.content_type == "text/css"
        assert "--brand-accent:" in await answer.text()


@pytest.mark.parametrize(
    ("field", "value"), [("accent", "red"), ("accent", "#12345"), ("name", "a" * 101), ("language", "english!")]
)
async def test_a_bad_setting_names_its_field(
    server: tuple[aiohttp.ClientSession, Database], field: str, value: str
) -> None:
    async with server[0].put("/api/v1/branding/settings", json={field: value}) as answer:
        assert (answer.status, (await answer.json())["field"]) == (422, field)


def _form(data: bytes) -> aiohttp.FormData:
    form = aiohttp.FormData(default_to_multipart=True)
    form.add_field("file", data, filename="logo.png")
    return form


async def test_the_logo_is_drawn_anew_and_made_to_fit(server: tuple[aiohttp.ClientSession, Database]) -> None:
    client, database = server
    file = io.BytesIO()
    Image.new("RGBA", (2000, 300), (10, 20, 30, 128)).save(file, format="PNG")
    async with client.put("/api/v1/branding/logo", data=_form(file.getvalue() + b"<script>")) as answer:
        logo = (await answer.json())["logo"]
    assert (logo["width"], logo["height"]) == (800, 120)
    async with client.get(logo["url"]) as answer:
        data = await answer.read()
        assert b"script" not in data
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    with Image.open(io.BytesIO(data)) as drawn:
        assert drawn.mode == "RGBA"
    async with client.put("/api/v1/branding/logo", data=_form(b"<svg onload='x()'/>")) as answer:
        assert (answer.status, (await answer.json())["field"]) == (422, "file")
    async with client.delete("/api/v1/branding/logo") as answer:
        assert (await answer.json())["logo"] is None
    async with client.get("/api/v1/branding/logo") as answer:
        assert answer.status == 404
    async with database.session() as session:
        acts = (await session.scalars(select(AuditEntry.act))).all()
    assert acts == ["branding.logo", "branding.logo"]
