"""Signing in by an OpenID provider, over real HTTP on both sides."""

from __future__ import annotations

from typing import Any

import aiohttp
import pytest
from sqlalchemy import select

from contactcenter.audit.models import AuditEntry
from contactcenter.identity.models import TeamMember, User, UserRole
from contactcenter.identity.sso.plugin import Sso
from tests.fakes.keys import open_vault
from tests.fakes.open_id import SECRET, FakeOpenId
from tests.identity.sso.conftest import Browser, Place

RULES = [
    {"value": "cc-leads", "roles": [{"role": "supervisor", "where": {"teams": ["berlin"], "queues": ["sales"]}}]},
    {"value": "cc-agents", "roles": [{"role": "agent"}], "teams": ["berlin"]},
]

BEA = {"sub": "b-1", "email": "bea@example.com", "email_verified": True, "groups": ["cc-leads", "cc-agents"]}
NEW = {"sub": "x", "email": "new@example.com", "email_verified": True}
ANN = {"sub": "x", "email": "ann@example.com", "email_verified": True}
UNVERIFIED = {"sub": "x", "email": "ann@example.com"}
UNVERIFIED_NEW = {"sub": "x", "email": "new@example.com"}


async def refusal(answer: aiohttp.ClientResponse) -> str:
    """The code; every refusal has a reference, and no session comes of it."""
    found = await answer.json()
    assert (answer.status, found["type"]) == (403, "/problems/provider-refused"), found
    assert len(found["reference"]) == 12
    assert found["reference"] in found["detail"]
    assert "cc_session" not in answer.cookies
    return str(found["code"])


async def acts(place: Place) -> list[str]:
    async with place.house.database.session() as session:
        return list(await session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)))


async def test_an_account_is_found_by_its_verified_address(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        answer = await browser.sign_in_by()
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["email"] == "ann@example.com"
        sessions = await browser.get("account/sessions")
        assert sessions["items"][0]["method"] == "sso:corp"
        assert (await browser.sign_in_by()).status == 200
    assert (await acts(place)).count("outside_identity.linked") == 1
    asked = fake.authorized[0]
    assert (asked["scope"], asked["code_challenge_method"]) == ("openid email profile", "S256")
    assert len({asked["state"], asked["nonce"], asked["code_challenge"]}) == 3
    assert "max_age" not in asked
    assert fake.asked["/.well-known/openid-configuration"] == 1
    assert fake.asked["/keys"] == 1


async def test_somebody_new_gets_an_account_with_the_roles_of_the_groups(place: Place, fake: FakeOpenId) -> None:
    fake.person = {
        "sub": "b-1",
        "email": "Bea@Example.com",
        "email_verified": True,
        "groups": ["cc-leads", "cc-agents"],
    }
    fake.user_info = {"name": "Bea Blue"}
    await place.provider(fake, provision=True, rules=RULES)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
        me = await browser.get("session")
    assert (me["email"], me["name"], me["roles"]) == ("bea@example.com", "Bea Blue", ["agent", "supervisor"])
    async with place.house.database.session() as session:
        user = await session.scalar(select(User).where(User.email == "bea@example.com"))
        assert user is not None
        assert user.password_hash is None
        roles = {row.role: (row.teams, row.queues) for row in await session.scalars(_roles_of(user.id))}
        teams = list(await session.scalars(select(TeamMember.team_id).where(TeamMember.user_id == user.id)))
    assert roles == {"agent": (None, None), "supervisor": (["berlin"], ["sales"])}
    assert teams == ["berlin"]
    assert place.house.sent == []


def _roles_of(user_id: str) -> Any:
    return select(UserRole).where(UserRole.user_id == user_id)


async def test_roles_follow_the_groups_when_they_are_to(place: Place, fake: FakeOpenId) -> None:
    fake.person = {
        "sub": "b-1",
        "email": "bea@example.com",
        "email_verified": True,
        "groups": ["cc-leads", "cc-agents"],
    }
    await place.provider(fake, provision=True, rules=RULES, roles_follow=True)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
        fake.person["groups"] = ["cc-leads"]
        assert (await browser.sign_in_by()).status == 200
        assert (await browser.get("session"))["roles"] == ["supervisor"]
        fake.person["groups"] = ["other"]
        assert await refusal(await browser.sign_in_by()) == "no-access"
    async with place.house.database.session() as session:
        user_id = await session.scalar(select(User.id).where(User.email == "bea@example.com"))
        assert list(await session.scalars(_roles_of(str(user_id)))) == []
        assert list(await session.scalars(select(TeamMember.team_id))) == []


@pytest.mark.parametrize(
    ("settings", "person", "code"),
    [
        ({}, NEW, "unknown-person"),
        ({}, ANN, "email-known"),
        ({}, UNVERIFIED, "unknown-person"),
        ({"link_by_email": True}, UNVERIFIED, "email-unverified"),
        ({"provision": True}, NEW, "no-access"),
        (
            {"provision": True, "default_roles": [{"role": "agent"}]},
            UNVERIFIED_NEW,
            "email-unverified",
        ),
        ({"email_domains": ["corp.example"], "link_by_email": True}, ANN, "domain"),
        ({"link_by_email": True}, {**ANN, "sub": "x\n"}, "subject"),
    ],
)
async def test_who_does_not_get_in(
    place: Place, fake: FakeOpenId, settings: dict[str, Any], person: dict[str, Any], code: str
) -> None:
    fake.person = person
    await place.provider(fake, **settings)
    async with place.browser() as browser:
        assert await refusal(await browser.sign_in_by()) == code
        assert (await browser.ask("GET", "session")).status == 401
    assert "session.refused" in await acts(place)


async def test_an_address_given_to_somebody_else_does_not_open_the_account(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
        fake.person["sub"] = "sub-2"
        assert await refusal(await browser.sign_in_by()) == "linked-already"


async def test_a_disabled_person_stays_outside(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser, place.browser() as admin:
        assert (await browser.sign_in_by()).status == 200
        await admin.sign_in("root@example.com")
        body = {"email": "ann@example.com", "name": "Ann", "disabled": True, "roles": [{"role": "agent"}]}
        assert (await admin.ask("PUT", "users/ann", body)).status == 200
        assert await refusal(await browser.sign_in_by()) == "disabled"


async def test_what_came_back_counts_once_and_in_the_browser_that_began(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser, place.browser() as other:
        url = await browser.to_provider()
        async with aiohttp.ClientSession() as abroad, abroad.get(url, allow_redirects=False) as sent:
            callback = sent.headers["Location"]
        _, ticket = await browser.back(await browser.client.session.get(callback, allow_redirects=False))
        # The attacker's own sign-in in the victim's browser, and the victim's ticket in the attacker's.
        answer = await other.post("session/providers", {"ticket": ticket})
        assert (await answer.json())["code"] == "browser"
        again = await browser.post("session/providers", {"ticket": ticket})
        assert (again.status, (await again.json())["type"]) == (401, "/problems/sign-in-expired")
        assert await browser.back(await browser.client.session.get(callback, allow_redirects=False)) == (
            "sign-in",
            "unknown",
        )
        _, ticket = await browser.at_provider(await browser.to_provider())
        for path in ("account/identities", "session/provider-proof", "identity-provider-trials"):
            assert (await browser.post(path, {"ticket": ticket})).status == 401


async def test_a_sign_in_for_one_thing_is_none_for_another(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        await browser.sign_in("ann@example.com")
        intent, ticket = await browser.at_provider(await browser.to_provider("account/identities/corp"))
        assert intent == "link"
        assert (await browser.post("session/providers", {"ticket": ticket})).status == 401


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://other.example.com"},
        {"aud": "another-client"},
        {"aud": ["contactcenter-client", "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": None},
        {"at_hash": "AAAA"},
        {"sub": None},
    ],
)
async def test_an_id_token_that_says_something_else_is_refused(
    place: Place, fake: FakeOpenId, wrong: dict[str, Any]
) -> None:
    fake.in_token = wrong
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        code = await refusal(await browser.sign_in_by())
    assert code == ("subject" if wrong == {"sub": None} else "token")


async def test_an_old_id_token_is_refused_with_a_word_about_clocks(place: Place, fake: FakeOpenId) -> None:
    now = int(place.house.clock.now)
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        fake.in_token = {"iat": now - 600, "exp": now - 61}
        assert await refusal(await browser.sign_in_by()) == "clock"
        fake.in_token = {"iat": now + 61, "exp": now + 600}
        assert await refusal(await browser.sign_in_by()) == "clock"
        fake.in_token = {"iat": now - 600, "exp": now - 59}
        assert (await browser.sign_in_by()).status == 200


async def test_new_keys_are_asked_for_when_an_unknown_one_has_signed(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200
        fake.rotate()
        assert await refusal(await browser.sign_in_by()) == "token"
        assert fake.asked["/keys"] == 1
        fake.published.append(fake.key)
        place.house.clock.now += 31
        assert (await browser.sign_in_by()).status == 200
        assert fake.asked["/keys"] == 2


async def test_elliptic_curves_too(place: Place) -> None:
    async with FakeOpenId(now=place.house.clock, algorithm="ES256") as fake, place.browser() as browser:
        await place.provider(fake, link_by_email=True)
        assert (await browser.sign_in_by()).status == 200


async def test_a_client_without_a_secret(place: Place, fake: FakeOpenId) -> None:
    fake.secret = None
    await place.provider(fake, link_by_email=True, client_secret=None)
    async with place.browser() as browser:
        assert (await browser.sign_in_by()).status == 200


async def test_the_secret_of_the_environment(place: Place, fake: FakeOpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    oidc = {"from_environment": "CC_SECRET_CORP"}
    await place.provider(fake, link_by_email=True, client_secret=None, oidc=oidc)
    async with place.browser() as browser:
        assert await refusal(await browser.sign_in_by()) == "settings"
        monkeypatch.setenv("CC_SECRET_CORP", SECRET)
        assert (await browser.sign_in_by()).status == 200


async def test_what_a_provider_may_do_wrong(place: Place, fake: FakeOpenId) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        fake.answer = {"error": "access_denied", "code": None}
        assert await refusal(await browser.sign_in_by()) == "denied"
        fake.answer = {"iss": "https://other.example.com"}
        assert await refusal(await browser.sign_in_by()) == "token"
        fake.answer = {"iss": None}
        assert await refusal(await browser.sign_in_by()) == "token"
        fake.answer, fake.token_error = {}, "invalid_client"
        assert await refusal(await browser.sign_in_by()) == "settings"
        fake.token_error, fake.tokens_elsewhere = None, "http://127.0.0.1:9/token"
        assert await refusal(await browser.sign_in_by()) == "settings"
        fake.tokens_elsewhere, fake.user_info = None, {"sub": "somebody else"}
        del fake.person["name"]
        assert await refusal(await browser.sign_in_by()) == "token"


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"issuer": "https://other.example.com"}, "settings"),
        ({"token_endpoint": "http://login.example.com/token"}, "settings"),
        ({"jwks_uri": None}, "settings"),
        ({"code_challenge_methods_supported": ["plain"]}, "settings"),
    ],
)
async def test_a_discovery_document_that_is_not_right(
    place: Place, fake: FakeOpenId, document: dict[str, Any], code: str
) -> None:
    fake.document = document
    await place.provider(fake)
    async with place.browser() as browser:
        answer = await browser.post("session/providers/corp")
        assert (answer.status, (await answer.json())["code"]) == (403, code)


async def test_a_provider_that_is_away_or_switched_off(place: Place) -> None:
    async with FakeOpenId(now=place.house.clock) as fake:
        await place.provider(fake, enabled=False)
    async with place.browser() as browser, place.browser() as admin:
        assert (await (await browser.post("session/providers/corp")).json())["code"] == "switched-off"
        assert (await browser.get("sign-in/providers")) == {"items": [], "providers_only": False}
        await admin.sign_in("root@example.com")
        shown = await admin.get("identity-providers/corp")
        body = {**{key: shown[key] for key in shown if key not in ("id", "users", "has_secret")}, "enabled": True}
        assert (await admin.ask("PUT", "identity-providers/corp", body)).status == 200
        assert (await browser.get("sign-in/providers"))["items"] == [{"id": "corp", "name": "Corp", "preset": "other"}]
        assert (await (await browser.post("session/providers/corp")).json())["code"] == "unreachable"
        assert (await browser.post("session/providers/none")).status == 404


async def test_the_second_factor_is_asked_for_here_unless_the_provider_is_trusted_with_it(
    place: Place, fake: FakeOpenId
) -> None:
    place.doors.sign_in._settings = place.doors.sign_in._settings.model_copy(
        update={"second_factor_required": ["agent"]}
    )
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser, place.browser() as admin:
        answer = await browser.sign_in_by()
        found = await answer.json()
        assert (answer.status, found["type"]) == (401, "/problems/second-factor-set-up")
        await admin.sign_in("root@example.com")
        await change_provider(admin, second_factor="trust")
        assert (await browser.sign_in_by()).status == 200


async def change_provider(admin: Browser, **other: Any) -> None:
    shown = await admin.get("identity-providers/corp")
    body = {key: shown[key] for key in shown if key not in ("id", "users", "has_secret")}
    answer = await admin.ask("PUT", "identity-providers/corp", {**body, **other})
    assert answer.status == 200, await answer.text()


async def test_guessing_by_way_of_a_provider_is_slowed_like_passwords(place: Place, fake: FakeOpenId) -> None:
    fake.answer = {"error": "access_denied", "code": None}
    await place.provider(fake)
    async with place.browser() as browser:
        for _ in range(21):
            assert await refusal(await browser.sign_in_by()) == "denied"
        answer = await browser.post("session/providers/corp")
        assert (answer.status, (await answer.json())["type"]) == (429, "/problems/sign-in-throttled")
        assert (await browser.post("session/providers/corp")).status == 429
    assert (await acts(place)).count("session.locked_out") == 1


async def test_a_restart_while_somebody_is_at_the_provider(place: Place, fake: FakeOpenId, tmp_path: Any) -> None:
    await place.provider(fake, link_by_email=True)
    async with place.browser() as browser:
        url = await browser.to_provider()
        # Nothing is left in memory of what was begun.
        fresh = Sso(place.doors, place.people, await open_vault(place.house.database, tmp_path), public_url="")
        before = place.sso.sign_on._connectors
        place.sso.sign_on._connectors = fresh.sign_on._connectors
        _, ticket = await browser.at_provider(url)
        assert (await browser.post("session/providers", {"ticket": ticket})).status == 200
        place.sso.sign_on._connectors = before
        await fresh.stop()
