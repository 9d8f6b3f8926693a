"""Accounts and their OpenID provider: linked, unlinked, proven by, tried out."""

from __future__ import annotations

from typing import Any

import aiohttp
from sqlalchemy import select

from contactcenter.identity.sign_in_models import OutsideIdentity
from tests.fakes.open_id import FakeOpenId
from tests.identity.sso.conftest import Place
from tests.identity.sso.test_open_id import RULES, acts, change_provider, refusal


async def test_an_account_is_linked_and_unlinked_by_its_owner(place: Place, fake: FakeOpenId) -> None:
    fake.person = {"sub": "ann-there", "email": "private@elsewhere.example"}
    await place.provider(fake)
    async with place.browser() as browser, place.browser() as other:
        await browser.sign_in("ann@example.com")
        assert [each["id"] for each in (await browser.get("account/identities"))["offered"]] == ["corp"]
        _, ticket = await browser.at_provider(await browser.to_provider("account/identities/corp"))
        assert (await browser.post("account/identities", {"ticket": ticket})).status == 204
        linked = await browser.get("account/identities")
        assert [(each["provider"], each["name"]) for each in linked["items"]] == [("corp", "Corp")]
        assert linked["offered"] == []
        assert (await other.sign_in_by()).status == 200
        await other.post("session", {"email": "root@example.com", "password": "correct horse battery"})
        _, ticket = await other.at_provider(await other.to_provider("account/identities/corp"))
        assert (await (await other.post("account/identities", {"ticket": ticket})).json())["code"] == "linked-elsewhere"
        assert (await browser.ask("DELETE", "account/identities/corp")).status == 204
        assert (await browser.ask("DELETE", "account/identities/corp")).status == 404
    told = await acts(place)
    assert (told.count("outside_identity.linked"), told.count("outside_identity.unlinked")) == (1, 1)


async def test_the_only_way_in_is_not_unlinked(place: Place, fake: FakeOpenId) -> None:
    fake.person = {"sub": "n", "email": "new@example.com", "email_verified": True}
    await place.provider(fake, provision=True, default_roles=[{"role": "agent"}])
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
        answer = await browser.ask("DELETE", "account/identities/corp")
        assert (answer.status, (await answer.json())["type"]) == (409, "/problems/last-way-in")


async def test_a_proof_by_the_provider_asks_anew_and_must_be_of_the_same_person(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
        place.house.clock.now += 599
        assert (await browser.post("account/recovery-codes")).status == 409
        place.house.clock.now += 2
        stale = await browser.post("account/recovery-codes")
        assert (await stale.json())["type"] == "/problems/step-up"

        async def prove() -> aiohttp.ClientResponse:
            intent, ticket = await browser.at_provider(await browser.to_provider("session/providers/corp/proof"))
            assert intent == "proof"
            return await browser.post("session/provider-proof", {"ticket": ticket})

        fake.asks_who = False
        assert await refusal(await prove()) == "stale"
        fake.person["auth_time"] = int(place.house.clock.now) - 61
        assert await refusal(await prove()) == "stale"
        del fake.person["auth_time"]
        fake.asks_who, fake.person["sub"] = True, "somebody-else"
        assert await refusal(await prove()) == "other-person"
        fake.person["sub"] = "sub-1"
        assert (await prove()).status == 204
        assert (fake.authorized[-1]["prompt"], fake.authorized[-1]["max_age"]) == ("login", "0")
        assert (await browser.post("account/recovery-codes")).status == 409
    assert (await acts(place)).count("session.confirmed") == 1


async def test_a_provider_that_proves_nothing_is_not_asked_to(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True, proves=False)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
        assert not (await browser.get("account/identities"))["items"][0]["proves"]
        assert (await browser.post("session/providers/corp/proof")).status == 409


async def test_trying_a_provider_shows_what_it_says_and_signs_nobody_in(place: Place, fake: FakeOpenId) -> None:
    fake.person |= {"groups": ["cc-leads", "x"], "realm_access": {"roles": ["y"]}}
    await place.provider(fake, enabled=False, rules=RULES)
    async with place.browser() as admin:
        await admin.sign_in("root@example.com")

        async def trial() -> Any:
            _, ticket = await admin.at_provider(await admin.to_provider("identity-providers/corp/trial"))
            return await (await admin.post("identity-provider-trials", {"ticket": ticket})).json()

        found = await trial()
        assert found["ends_in"] == "nothing"
        assert "account with your address" in found["trouble"]
        assert (found["email"], found["values"]) == ("ann@example.com", ["cc-leads", "x"])
        assert found["claims"]["sub"] == "sub-1"
        assert [each["role"] for each in found["roles"]] == ["supervisor"]
        await change_provider(admin, link_by_email=True, roles_claim="realm_access.roles")
        found = await trial()
        assert (found["ends_in"], found["trouble"], found["values"]) == ("link", None, ["y"])
        fake.in_token = {"aud": "another"}
        found = await trial()
        assert (found["ends_in"], found["detail"]) == ("nothing", "The ID token is for another client.")
        assert (await admin.get("session"))["email"] == "root@example.com"
    async with place.house.database.session() as session:
        assert list(await session.scalars(select(OutsideIdentity))) == []
