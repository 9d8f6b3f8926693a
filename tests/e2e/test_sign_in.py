"""Passkeys, authenticator app and proofs in a real browser, with Chromium's virtual authenticator."""

from __future__ import annotations

import re

import pyotp
from playwright.async_api import BrowserContext, Page, expect

from contactcenter.app import App
from tests.e2e.loop import fixture
from tests.e2e.pages import Enter
from tests.fakes.center import PASSWORD

EMAIL = "sue@example.com"


@fixture
async def page(center: App, enter: Enter) -> Page:
    # By name: a passkey belongs to a domain, and 127.0.0.1 is none.
    return await enter(None, base_url=f"http://localhost:{center.http_port}")


async def authenticator(context: BrowserContext, page: Page) -> None:
    devtools = await context.new_cdp_session(page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


async def sign_in(page: Page) -> None:
    await page.goto("/signin")
    await page.get_by_label("E-mail").fill(EMAIL)
    await page.get_by_label("Password", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()


async def sign_out(page: Page) -> None:
    await page.get_by_role("button", name="Profile of Sue").click()
    await page.get_by_role("button", name="Sign out").click()
    await expect(page.get_by_label("E-mail")).to_be_visible()


async def test_a_passkey_is_added_and_signs_in_and_stands_in_for_the_second_factor(page: Page) -> None:
    await authenticator(page.context, page)
    await sign_in(page)
    await expect(page).not_to_have_url(re.compile("signin"))
    await page.goto("/account")
    form = page.locator("form").filter(has=page.get_by_role("button", name="Add a passkey"))
    await form.get_by_label("Name").fill("Work laptop")
    await form.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("button", name="Remove Work laptop")).to_be_visible()
    await sign_out(page)

    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page).not_to_have_url(re.compile("signin"))
    await sign_out(page)

    await sign_in(page)
    await expect(page.get_by_text("Second step")).to_be_visible()
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page).not_to_have_url(re.compile("signin"))

    await page.goto("/account")
    await page.get_by_role("button", name="Remove Work laptop").click()
    await expect(page.get_by_text("There is no passkey.")).to_be_visible()
    await sign_out(page)
    await page.get_by_role("button", name="Use a passkey").click()
    await expect(page.get_by_text("This passkey is not known here.")).to_be_visible()


async def test_an_app_is_set_up_and_asked_for_and_an_old_proof_is_renewed(center: App, page: Page) -> None:
    await sign_in(page)
    await expect(page).not_to_have_url(re.compile("signin"))
    await page.goto("/account")
    await page.get_by_role("button", name="Set up an app").click()
    key = (await page.locator("form code").inner_text()).replace(" ", "")
    totp = pyotp.TOTP(key)
    await page.get_by_label("Code").fill(totp.now())
    await page.get_by_role("button", name="Confirm").click()
    await expect(page.get_by_text("Recovery codes", exact=True)).to_be_visible()
    recovery = await page.locator("section code").first.inner_text()
    await page.get_by_role("button", name="I have kept them").click()

    _make_proof_old(center)
    await page.get_by_role("button", name="New recovery codes").click()
    dialog = page.get_by_role("dialog")
    await dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    await dialog.get_by_role("button", name="Go on").click()
    await expect(page.get_by_role("button", name="I have kept them")).to_be_visible()
    newer = await page.locator("section code").first.inner_text()
    assert newer != recovery
    await page.get_by_role("button", name="I have kept them").click()
    await sign_out(page)

    await sign_in(page)
    await page.get_by_role("button", name="Use a recovery code").click()
    await page.get_by_label("Recovery code").fill(newer)
    await page.get_by_role("button", name="Go on").click()
    await expect(page).not_to_have_url(re.compile("signin"))


def _make_proof_old(center: App) -> None:
    for cached in center.identity.sessions._cache.values():
        object.__setattr__(cached.principal, "authenticated_at", 0.0)
        cached.checked = center.identity.now() + 60
