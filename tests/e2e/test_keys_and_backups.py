"""Administration in a real browser: an area found by another word, a backup made and checked, keys replaced."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from playwright.async_api import expect

from contactcenter.app import App
from contactcenter.identity.models import UserRole
from tests.e2e.looks import fine
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.fakes.center import populate, running, settings

LONG_MS = 60_000
"""A backup is made by a process that gives way to everything else."""


@fixture
async def center(tmp_path: Path) -> AsyncIterator[App]:
    config = settings(tmp_path, backup={"dir": str(tmp_path / "backups")})
    await populate(config)
    async with running(config) as app:
        async with app.database.transaction() as session:
            session.add(UserRole(user_id="anna", role="administrator"))
        yield app


async def test_an_administrator_looks_after_backups_and_keys(center: App, enter: Enter) -> None:
    page = await enter("anna")
    await page.goto("/admin")
    search = page.get_by_role("searchbox", name="Find an area")
    await expect(search).to_be_focused()
    await search.fill("zebra")
    await expect(page.get_by_role("heading", name="No area has to do with")).to_be_visible()
    await search.fill("single sign-on")
    await expect(page.get_by_text("Enter opens Sign-in providers")).to_be_visible()
    await search.fill("")
    await search.press("ArrowDown")
    await expect(
        page.get_by_role("region", name="Queues and agents").get_by_role("link", name="Queues", exact=True)
    ).to_be_focused()
    await fine(page, "admin")
    await search.fill("restore")
    await search.press("Enter")

    await expect(page.get_by_role("heading", level=1, name="Backups")).to_be_visible()
    # The schedule makes the first one as soon as the server has started.
    await expect(page.get_by_text("The newest backup was made")).to_be_visible(timeout=LONG_MS)
    kept = page.get_by_role("region", name="Kept backups")
    await expect(kept.get_by_text("not yet")).to_be_visible()
    await kept.get_by_role("button", name="Check the backup").click()
    await expect(page.get_by_text("The backup is whole")).to_be_visible(timeout=LONG_MS)
    await expect(kept.get_by_text("whole", exact=True)).to_be_visible()
    await kept.get_by_role("button", name="How to restore").click()
    await expect(kept.get_by_text("contactcenter restore /")).to_be_visible()
    await fine(page, "backups")

    await page.goto("/admin/keys")
    keys = page.get_by_role("region", name="Data keys").first
    await expect(page.get_by_text("The master key is in its place")).to_be_visible()
    await fine(page, "keys")
    await page.get_by_role("button", name="Replace the data keys").click()
    await page.get_by_role("dialog").get_by_role("button", name="Replace", exact=True).click()
    await expect(page.get_by_text("New data keys are in use")).to_be_visible()
    await expect(keys.get_by_text("replaced", exact=True)).to_have_count(2)

    before = (await center.vault.status())[0].master
    await page.get_by_role("button", name="Replace the master key").click()
    dialog = page.get_by_role("dialog")
    await expect(dialog.get_by_role("button", name="Replace", exact=True)).to_be_disabled()
    await dialog.get_by_label("I have kept a copy").check()
    await dialog.get_by_role("button", name="Replace", exact=True).click()
    await expect(page.get_by_text("The master key was replaced")).to_be_visible()
    await expect(page.get_by_text(before)).to_have_count(0)
    await page.goto("/admin/backups")
    await expect(kept.get_by_text("older master key")).to_be_visible()
