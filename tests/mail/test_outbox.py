"""Mail is sent after the commit, tried again, given up, and kept sealed meanwhile."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from sqlalchemy import select

from contactcenter.mail.models import OutgoingMail
from contactcenter.mail.outbox import ATTEMPTS, Mail, MailRefused, Outbox
from contactcenter.storage import migrations
from contactcenter.storage.database import Database
from tests.fakes.house import Clock
from tests.fakes.keys import open_vault

MAIL = Mail(to="ann@example.com", subject="Hello", text="a link that opens the account")


class Post:
    """A mail server that takes, cannot be reached, or refuses."""

    def __init__(self) -> None:
        self.taken: list[Mail] = []
        self.error: Exception | None = None
        self.told: list[str | None] = []

    async def send(self, mail: Mail) -> None:
        if self.error is not None:
            raise self.error
        self.taken.append(mail)


@pytest.fixture
async def outbox(tmp_path: Path) -> AsyncIterator[tuple[Outbox, Post, Clock, Database]]:
    url = f"sqlite+aiosqlite:///{tmp_path}/cc.db"
    await migrations.upgrade(url)
    database, post, clock = Database(url), Post(), Clock()
    vault = await open_vault(database, tmp_path)
    yield Outbox(database, vault, post.send, tell=post.told.append, now=clock), post, clock, database
    await database.stop()


async def put(box: Outbox, database: Database) -> None:
    async with database.transaction() as session:
        assert await box.put(session, MAIL)


async def test_sent_once(outbox: tuple[Outbox, Post, Clock, Database]) -> None:
    box, post, _, database = outbox
    await put(box, database)
    async with database.session() as session:
        row = (await session.scalars(select(OutgoingMail))).one()
    assert b"link" not in row.content.raw
    await box.deliver_due()
    await box.deliver_due()
    assert post.taken == [MAIL]
    assert await box.waiting() == 0


async def test_nothing_of_a_change_that_failed_is_sent(outbox: tuple[Outbox, Post, Clock, Database]) -> None:
    box, post, _, database = outbox
    async with database.session() as session:
        await box.put(session, MAIL)
        await session.flush()
        await session.rollback()
    await box.deliver_due()
    assert post.taken == []


async def test_tried_again_later_and_given_up_in_the_end(outbox: tuple[Outbox, Post, Clock, Database]) -> None:
    box, post, clock, database = outbox
    post.error = OSError("away")
    await put(box, database)
    await box.deliver_due()
    await box.deliver_due()
    assert await box.waiting() == 1
    for _ in range(ATTEMPTS - 2):
        clock.now += 7200
        await box.deliver_due()
    assert await box.waiting() == 1
    clock.now += 7200
    await box.deliver_due()
    assert await box.waiting() == 0
    assert post.told[-1] is not None
    assert "given up" in post.told[-1]


async def test_a_mail_that_is_refused_is_given_up_at_once(outbox: tuple[Outbox, Post, Clock, Database]) -> None:
    box, post, _, database = outbox
    post.error = MailRefused("550")
    await put(box, database)
    await box.deliver_due()
    assert await box.waiting() == 0
