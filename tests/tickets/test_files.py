"""Attachments: taken, sealed, given to who may see them, and gone when nothing names them."""

from __future__ import annotations

import hashlib
import io
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from PIL import Image

from contactcenter.api.problems import Problem
from contactcenter.api.uploads import Uploaded
from contactcenter.plugin import Person
from contactcenter.tickets import files_routes, permissions
from contactcenter.tickets.acting import staff
from contactcenter.tickets.documents import NewMessage
from contactcenter.tickets.files import TicketContents
from contactcenter.tickets.files_kept import MOST_UNSENT, TicketFiles
from contactcenter.tickets.scanning import Scanner
from contactcenter.vault.reseal import GRACE_S, Resealer
from contactcenter.vault.service import Vault
from tests.fakes.api import served
from tests.fakes.clamd import VIRUS, clamd
from tests.fakes.keys import open_vault
from tests.tickets.desk import ANNA, BERT, CARA, Desk, desk, principal

TEXT = b"The invoice of May\n" * 20_000
SEES = principal("boss")
BOSS = staff(SEES)


@asynccontextmanager
async def shelf(folder: Path, scanner: str = "") -> AsyncIterator[tuple[Desk, TicketFiles, Vault]]:
    async with desk(folder) as made:
        vault = await open_vault(made.database, folder)
        contents = TicketContents(vault, folder / "files")
        yield made, TicketFiles(made.tickets, contents, Scanner(scanner), most_bytes=2**20), vault


def a_file(data: bytes = TEXT, name: str = "invoice.txt", media_type: str = "text/plain") -> Uploaded:
    return Uploaded(name=name, media_type=media_type, data=data)


def contents(folder: Path) -> list[Path]:
    return sorted((folder / "files").glob("*/*"))


async def _sent(house: Desk, files: TicketFiles, data: bytes = TEXT, **more: Any) -> tuple[str, str]:
    """Ids of a ticket and of what is attached to it."""
    taken = await files.take(a_file(data, **more), BOSS)
    ticket = await house.make()
    await house.tickets.say(ticket.id, NewMessage(text="See there", attachments=[taken.id]), BOSS)
    return ticket.id, taken.id


async def test_one_content_is_kept_once_and_sealed(tmp_path: Path) -> None:
    async with shelf(tmp_path) as (_, files, _):
        one, two = await files.take(a_file(), ANNA), await files.take(a_file(name="again.txt"), BERT)
        assert (one.name, two.name, one.scan) == ("invoice.txt", "again.txt", "unscanned")
        (path,) = contents(tmp_path)
        assert path.name.startswith(hashlib.sha256(TEXT).hexdigest())
        assert TEXT[:50] not in path.read_bytes()
        assert await files.contents.read(path.stem) == TEXT


async def test_who_has_not_uploaded_it_cannot_send_it(tmp_path: Path) -> None:
    async with shelf(tmp_path) as (house, files, _):
        taken = await files.take(a_file(), ANNA)
        ticket = await house.make()
        with pytest.raises(Problem) as caught:
            await house.tickets.say(ticket.id, NewMessage(text="Mine", attachments=[taken.id]), BERT)
        assert (caught.value.status, caught.value.extra["field"]) == (422, "attachments.0")
        with pytest.raises(Problem) as caught:
            await files.drop(taken.id, BERT)
        assert caught.value.status == 404


async def test_what_was_not_sent_is_gone_after_a_day_and_what_was_stays(tmp_path: Path) -> None:
    async with shelf(tmp_path) as (house, files, _):
        await files.take(a_file(b"unsent"), BOSS)
        ticket, attached = await _sent(house, files)
        house.pass_hours(23)
        await files.sweep()
        assert len(contents(tmp_path)) == 2
        house.pass_hours(2)
        await files.sweep()
        assert [path.stem for path in contents(tmp_path)] == [hashlib.sha256(TEXT).hexdigest()]
        async with house.database.session() as session:
            row = await files_routes.attachment_of(session, await house.tickets.row(session, ticket, SEES), attached)
        assert await files.read(row) == TEXT


async def test_the_content_goes_with_the_last_that_names_it(tmp_path: Path) -> None:
    async with shelf(tmp_path) as (_, files, _):
        one, two = await files.take(a_file(), ANNA), await files.take(a_file(), BERT)
        await files.drop(one.id, ANNA)
        assert len(contents(tmp_path)) == 1
        await files.drop(two.id, BERT)
        assert contents(tmp_path) == []


async def test_who_is_forgotten_leaves_no_file(tmp_path: Path) -> None:
    async with shelf(tmp_path) as (house, files, _):
        taken = await files.take(a_file(), ANNA)
        await house.make(requester=CARA, attachments=[taken.id])
        await house.helpdesk.privacy.erase(Person(customers=frozenset({CARA})), 100)
        await files.sweep()
        assert contents(tmp_path) == []


async def test_there_is_room_for_so_many(tmp_path: Path) -> None:
    async with shelf(tmp_path) as (_, files, _):
        for place in range(MOST_UNSENT):
            await files.take(a_file(b"%d" % place), ANNA)
        with pytest.raises(Problem) as caught:
            await files.take(a_file(), ANNA)
        assert caught.value.status == 429
        await files.take(a_file(), BERT)


async def test_keys_are_replaced_under_them(tmp_path: Path) -> None:
    async with shelf(tmp_path) as (house, files, vault):
        await _sent(house, files)
        await vault.replace_keys(["files"], house.now)
        old = [key.id for key in await vault.status() if key.state == "replaced"]
        assert await files.contents.count(old) == 1
        await Resealer(vault, [files.contents]).reseal(house.now + GRACE_S)
        assert await files.contents.count(old) == 0
        assert await files.contents.read(hashlib.sha256(TEXT).hexdigest()) == TEXT


async def test_a_virus_is_refused_and_an_unscanned_file_waits(tmp_path: Path) -> None:
    async with clamd() as guard, shelf(tmp_path, guard.address) as (house, files, _):
        with pytest.raises(Problem) as caught:
            await files.take(a_file(VIRUS), ANNA)
        assert (caught.value.status, caught.value.extra["field"]) == (422, "file")
        assert contents(tmp_path) == []
        guard.answer = b"stream: is out of order ERROR\0"
        ticket, attached = await _sent(house, files)
        async with house.database.session() as session:
            row = await files_routes.attachment_of(session, await house.tickets.row(session, ticket, SEES), attached)
        assert row.scan == "failed"
        with pytest.raises(Problem) as caught:
            await files.open(row)
        assert caught.value.status == 403
        guard.answer = b""
        await files.sweep()
        async with house.database.session() as session:
            row = await files_routes.attachment_of(session, await house.tickets.row(session, ticket, SEES), attached)
        assert await files.read(row) == TEXT


@asynccontextmanager
async def over_http(folder: Path) -> AsyncIterator[tuple[Desk, TicketFiles, aiohttp.ClientSession]]:
    async with shelf(folder) as (house, files, _), served(files_routes.routes(files), permissions.ALL) as client:
        yield house, files, client


async def test_a_file_goes_up_and_comes_down(tmp_path: Path) -> None:
    async with over_http(tmp_path) as (house, _, client):
        # As browsers send it: letters as they are.
        form = aiohttp.FormData(quote_fields=False)
        form.add_field("file", TEXT, filename="../../Straße 5.txt", content_type="text/html")
        async with client.post("/api/v1/ticket-files", data=form) as answer:
            assert answer.status == 201
            taken = await answer.json()
        assert taken["media_type"] == "text/plain"
        ticket = await house.make()
        await house.tickets.say(ticket.id, NewMessage(text="There", attachments=[taken["id"]]), BOSS)
        path = f"/api/v1/tickets/{ticket.number}/attachments/{taken['id']}"
        async with client.get(path) as answer:
            assert await answer.read() == TEXT
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            said = answer.headers["Content-Disposition"]
            assert said.startswith("attachment; ")
            assert "Stra%C3%9Fe" in said
            assert ".." not in said
        async with client.get(path, headers={"Range": "bytes=4-10"}) as answer:
            assert (answer.status, await answer.read()) == (206, TEXT[4:11])
        async with client.get(f"{path}/thumbnail") as answer:
            assert answer.status == 404


async def test_no_file_of_another_ticket_and_none_unsent(tmp_path: Path) -> None:
    async with over_http(tmp_path) as (house, files, client):
        _, attached = await _sent(house, files)
        unsent = (await files.take(a_file(), BOSS)).id
        other = await house.make()
        for each in (attached, unsent, "nothing"):
            async with client.get(f"/api/v1/tickets/{other.id}/attachments/{each}") as answer:
                assert answer.status == 404


async def test_a_picture_is_shown_small_and_without_what_the_camera_wrote(tmp_path: Path) -> None:
    picture = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Secret place"
    Image.new("RGB", (900, 600), "red").save(picture, "JPEG", exif=exif)
    async with over_http(tmp_path) as (house, files, client):
        ticket, attached = await _sent(house, files, picture.getvalue(), name="photo.jpg", media_type="image/jpeg")
        async with client.get(f"/api/v1/tickets/{ticket}/attachments/{attached}/thumbnail") as answer:
            assert answer.content_type == "image/webp"
            small = await answer.read()
        assert b"Secret place" in picture.getvalue()
        assert b"Secret place" not in small
        with Image.open(io.BytesIO(small)) as drawn:
            assert max(drawn.size) == 320


async def test_too_large_is_refused_by_name(tmp_path: Path) -> None:
    async with over_http(tmp_path) as (_, _, client):
        async with client.get("/api/v1/ticket-files") as answer:
            assert await answer.json() == {"most_bytes": 2**20, "scanned": False}
        form = aiohttp.FormData()
        form.add_field("file", io.BytesIO(b"x" * (2**20 + 1)), filename="large.txt")
        async with client.post("/api/v1/ticket-files", data=form) as answer:
            assert answer.status == 413
            assert (await answer.json())["field"] == "file"
        assert contents(tmp_path) == []
