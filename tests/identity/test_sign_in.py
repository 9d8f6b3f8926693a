"""Every way in, over HTTP: passwords, links, second factors, devices, sessions, keys, proofs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pyotp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import func, select

from contactcenter.api.http import build_app
from contactcenter.api.routes import Route, Router
from contactcenter.identity import account_routes, routes
from contactcenter.identity.doors import Doors
from contactcenter.identity.permissions import DIRECTORY_VIEW, USERS_MANAGE
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.sign_in_models import WAYS_IN
from contactcenter.identity.users import UserSetUp
from contactcenter.permissions import Role
from tests.fakes.house import House

Client = TestClient[web.Request, web.Application]
PASSWORD = "correct horse battery"
NEW = "staple under the moon"
ANN = "ann@example.com"
API = "/api/v1"


class Site:
    def __init__(self, house: House, doors: Doors, client: Client) -> None:
        self.house, self.doors, self.client = house, doors, client

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
        async with self.client.request(method, API + path, json=body, headers=headers) as response:
            is_json = "json" in response.content_type
            return response.status, await response.json() if is_json else None

    async def enter(self, password: str = PASSWORD) -> tuple[int, Any]:
        return await self.ask("POST", "/session", {"email": ANN, "password": password})

    async def set_up_totp(self) -> tuple[pyotp.TOTP, list[str]]:
        _, begun = await self.ask("POST", "/account/second-factor")
        totp = pyotp.TOTP(begun["secret"])
        status, codes = await self.ask("PUT", "/account/second-factor", {"code": totp.at(int(self.house.clock.now))})
        assert status == 200
        return totp, codes["recovery_codes"]

    def code(self, totp: pyotp.TOTP) -> str:
        return totp.at(int(self.house.clock.now))


async def site_of(house: House, folder: Path, **settings: list[str]) -> AsyncIterator[Site]:
    doors = await house.doors(folder, **settings)
    router = Router()

    async def nothing(call: Any) -> dict[str, str]:
        return {"kind": call.principal.kind}

    extra = (
        Route("GET", f"{API}/seen", nothing, DIRECTORY_VIEW, "x", response=dict[str, str]),
        Route("POST", f"{API}/danger", nothing, USERS_MANAGE, "x", response=dict[str, str]),
    )
    router.add(*routes.routes(doors), *account_routes.routes(doors), *extra)
    app = build_app(
        router,
        authenticate=house.identity.sessions.principal,
        by_key=doors.keys.principal,
        translate=routes.problem_of,
        now=house.clock,
    )
    await house.identity.create_user(ANN, "Ann", Role.ADMINISTRATOR, PASSWORD)
    async with TestClient(TestServer(app), cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        yield Site(house, doors, client)
        await doors.tasks.cancel()


@pytest.fixture
async def site(house: House, tmp_path: Path) -> AsyncIterator[Site]:
    async for each in site_of(house, tmp_path):
        yield each


@pytest.fixture
async def strict(house: House, tmp_path: Path) -> AsyncIterator[Site]:
    async for each in site_of(house, tmp_path, second_factor_required=["administrator"]):
        yield each


async def test_ones_own_password_is_changed_with_the_old_one(site: Site) -> None:
    other = (await site.house.authenticate(ANN, PASSWORD, "b"))[0]
    await site.enter()
    before = site.client.session.cookie_jar.filter_cookies(site.client.make_url("/"))["cc_session"].value
    status, problem = await site.ask("PUT", "/account/password", {"current": "wrong", "password": NEW})
    assert (status, problem["type"]) == (403, "/problems/proof-refused")
    for password in ("short", "ann ann ann ann", "password1234", PASSWORD):
        status, problem = await site.ask("PUT", "/account/password", {"current": PASSWORD, "password": password})
        assert (status, problem["field"]) == (422, "password"), password
    status, _ = await site.ask("PUT", "/account/password", {"current": PASSWORD, "password": NEW})
    assert status == 204
    sessions = site.house.identity.sessions
    assert await sessions.principal(other) is None
    assert await sessions.principal(before) is None
    assert await sessions.feed_principal(before) is not None
    assert (await site.ask("GET", "/session"))[0] == 200
    await site.house.bus.drain()
    await site.doors.outbox.deliver_due()
    assert [mail.subject for mail in site.house.sent] == ["Your password was changed"]


async def test_none_of_the_last_five_passwords_is_taken_again(site: Site) -> None:
    used = [PASSWORD, *(f"giraffe umbrella {word}" for word in ("one", "two", "three", "four"))]
    for password in used[1:]:
        await site.house.identity.set_password(ANN, password)
    for password in used:
        with pytest.raises(ValueError, match="one of the last 5"):
            await site.house.identity.set_password(ANN, password)
    await site.house.identity.set_password(ANN, "giraffe umbrella five")
    await site.house.identity.set_password(ANN, PASSWORD)


class Counting:
    """Passwords that count what is computed."""

    def __init__(self, house: House) -> None:
        self.inner, self.verified = house.identity.passwords, 0
        self.hash, self.is_outdated = self.inner.hash, self.inner.is_outdated

    async def verify(self, known: str | None, password: str) -> bool:
        self.verified += 1
        return await self.inner.verify(known, password)


async def test_an_unknown_account_costs_the_same_work(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    await site.house.identity.create_user("gone@example.com", "Gone", Role.AGENT, PASSWORD)
    counting = Counting(site.house)
    monkeypatch.setattr(site.house.identity.gate, "passwords", counting)
    answers = []
    for email in (ANN, "nobody@example.com"):
        before = counting.verified
        status, problem = await site.ask("POST", "/session", {"email": email, "password": "wrong"})
        problem.pop("request_id")
        answers.append((status, problem, counting.verified - before))
    assert answers[0] == answers[1]
    assert answers[0][2] == 1


async def link_of(site: Site) -> str:
    while site.doors.tasks._running:
        await next(iter(site.doors.tasks._running))
    await site.doors.outbox.deliver_due()
    return site.house.sent[-1].text.partition("/set-password#")[2].split()[0]


async def test_a_forgotten_password_is_set_by_a_link_once(site: Site) -> None:
    await site.enter()
    assert (await site.ask("POST", "/password-links", {"email": "Ann@example.com"}))[0] == 204
    token = await link_of(site)
    assert await site.ask("POST", "/password-links/look", {"token": token}) == (200, {"email": ANN, "purpose": "reset"})
    status, problem = await site.ask("POST", "/password-links/use", {"token": token, "password": "password1234"})
    assert (status, problem["field"]) == (422, "password")
    assert (await site.ask("POST", "/password-links/use", {"token": token, "password": NEW}))[0] == 204
    assert (await site.ask("GET", "/session"))[0] == 401
    assert (await site.ask("POST", "/password-links/use", {"token": token, "password": "another moon here"}))[0] == 404
    assert (await site.enter(NEW))[0] == 200


async def test_a_link_ends_after_half_an_hour_and_with_the_next_one(site: Site) -> None:
    await site.ask("POST", "/password-links", {"email": ANN})
    first = await link_of(site)
    await site.ask("POST", "/password-links", {"email": ANN})
    second = await link_of(site)
    assert (await site.ask("POST", "/password-links/look", {"token": first}))[0] == 404
    site.house.clock.now += 1801
    assert (await site.ask("POST", "/password-links/look", {"token": second}))[0] == 404


async def test_asking_for_links_tells_nothing_and_is_throttled(site: Site) -> None:
    for _ in range(4):
        assert await site.ask("POST", "/password-links", {"email": "nobody@example.com"}) == (204, None)
    assert (await site.ask("POST", "/password-links", {"email": "nobody@example.com"}))[0] == 429
    assert site.house.sent == []


async def test_the_second_factor_is_asked_for_and_taken_once(site: Site) -> None:
    await site.enter()
    totp, codes = await site.set_up_totp()
    assert len(set(codes)) == 10
    status, problem = await site.enter()
    assert (status, problem["type"]) == (401, "/problems/second-factor")
    assert problem["methods"] == ["totp", "recovery"]
    # The code that set it up is used already.
    pending = problem["pending"]
    status, _ = await site.ask("POST", "/session/second-factor", {"pending": pending, "code": site.code(totp)})
    assert status == 403
    site.house.clock.now += 30
    code = site.code(totp)
    status, out = await site.ask("POST", "/session/second-factor", {"pending": pending, "code": code})
    assert (status, out["me"]["email"], out["recovery_codes"]) == (200, ANN, [])
    again = (await site.enter())[1]["pending"]
    assert (await site.ask("POST", "/session/second-factor", {"pending": again, "code": code}))[0] == 403
    assert (await site.ask("POST", "/session/second-factor", {"pending": pending, "code": code}))[0] == 401


async def test_a_recovery_code_opens_once(site: Site) -> None:
    await site.enter()
    _, codes = await site.set_up_totp()
    for expected in (200, 403):
        pending = (await site.enter())[1]["pending"]
        body = {"pending": pending, "code": codes[0].upper().replace("-", " ")}
        assert (await site.ask("POST", "/session/second-factor", body))[0] == expected
    assert (await site.ask("GET", "/account/security"))[1]["recovery_codes"] == 9


async def test_codes_cannot_be_guessed_through_many_sign_ins(site: Site) -> None:
    await site.enter()
    await site.set_up_totp()
    statuses = []
    for guess in range(8):
        pending = (await site.enter())[1]["pending"]
        body = {"pending": pending, "code": f"{guess:06}"}
        statuses.append((await site.ask("POST", "/session/second-factor", body))[0])
    assert statuses[:5] == [403] * 5
    assert statuses[-1] == 429


async def test_a_remembered_device_is_not_asked_again_for_thirty_days(site: Site) -> None:
    await site.enter()
    totp, _ = await site.set_up_totp()
    site.house.clock.now += 30
    pending = (await site.enter())[1]["pending"]
    body = {"pending": pending, "code": site.code(totp), "remember": True}
    assert (await site.ask("POST", "/session/second-factor", body))[0] == 200
    assert (await site.enter())[0] == 200
    device = (await site.ask("GET", "/account/security"))[1]["devices"][0]
    assert (await site.ask("DELETE", f"/account/devices/{device['id']}"))[0] == 204
    assert (await site.enter())[0] == 401


async def test_who_must_have_a_second_factor_sets_it_up_on_the_way_in(strict: Site) -> None:
    status, problem = await strict.enter()
    assert (status, problem["type"], problem["methods"]) == (401, "/problems/second-factor-set-up", [])
    assert (await strict.ask("GET", "/session"))[0] == 401
    begun = (await strict.ask("POST", "/session/second-factor/set-up", {"pending": problem["pending"]}))[1]
    assert set("".join(begun["qr"])) == {"0", "1"}
    body = {"pending": problem["pending"], "code": strict.code(pyotp.TOTP(begun["secret"]))}
    status, out = await strict.ask("POST", "/session/second-factor", body)
    assert (status, len(out["recovery_codes"])) == (200, 10)
    status, problem = await strict.ask("DELETE", "/account/second-factor")
    assert (status, problem["type"]) == (409, "/problems/second-factor-required")


async def test_sessions_are_listed_and_ended(site: Site) -> None:
    other = (await site.house.authenticate(ANN, PASSWORD, "10.1.1.1"))[0]
    firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
    await site.ask("POST", "/session", {"email": ANN, "password": PASSWORD}, **{"User-Agent": firefox})
    items = (await site.ask("GET", "/account/sessions"))[1]["items"]
    assert {(item["device"], item["current"]) for item in items} == {("Firefox on Windows", True), ("", False)}
    assert (await site.ask("DELETE", "/account/sessions"))[0] == 204
    assert await site.house.identity.sessions.principal(other) is None
    items = (await site.ask("GET", "/account/sessions"))[1]["items"]
    assert (await site.ask("DELETE", f"/account/sessions/{items[0]['id']}"))[0] == 204
    assert (await site.ask("GET", "/session"))[0] == 401


async def test_dangerous_acts_ask_for_a_proof_that_is_not_old(site: Site) -> None:
    await site.enter()
    assert (await site.ask("POST", "/danger"))[0] == 200
    for _ in range(2):
        site.house.clock.now += 400
        assert (await site.ask("GET", "/seen"))[0] == 200
    status, problem = await site.ask("POST", "/danger")
    assert (status, problem["type"]) == (403, "/problems/step-up")
    assert (await site.ask("POST", "/account/second-factor"))[1]["type"] == "/problems/step-up"
    assert (await site.ask("POST", "/session/proof", {"password": "wrong"}))[0] == 403
    old = site.client.session.cookie_jar.filter_cookies(site.client.make_url("/"))["cc_session"].value
    assert (await site.ask("POST", "/session/proof", {"password": PASSWORD}))[0] == 204
    assert (await site.ask("POST", "/danger"))[0] == 200
    assert await site.house.identity.sessions.principal(old) is None


async def test_a_key_gives_what_it_names_and_nothing_of_the_account(site: Site) -> None:
    await site.enter()
    status, problem = await site.ask("POST", "/account/api-keys", {"name": "x", "permissions": ["no.such"]})
    assert (status, problem["field"]) == (422, "permissions.0")
    status, key = await site.ask("POST", "/account/api-keys", {"name": "Reports", "permissions": ["directory.view"]})
    assert status == 201
    listed = (await site.ask("GET", "/account/api-keys"))[1]["items"]
    assert "secret" not in listed[0]
    assert key["secret"].startswith(listed[0]["prefix"])
    site.client.session.cookie_jar.clear()
    bearer = {"Authorization": f"Bearer {key['secret']}"}
    assert await site.ask("GET", "/seen", **bearer) == (200, {"kind": "key"})
    assert (await site.ask("POST", "/danger", **bearer))[0] == 403
    assert (await site.ask("GET", "/account/security", **bearer))[0] == 403
    assert (await site.ask("GET", "/seen", Authorization="Bearer cck_made-up"))[0] == 401

    form = {"grant_type": "client_credentials", "client_id": key["id"], "client_secret": key["secret"]}
    async with site.client.post(f"{API}/oauth2/token", data=form) as response:
        token = (await response.json())["access_token"]
    assert (await site.ask("GET", "/seen", Authorization=f"Bearer {token}"))[0] == 200
    async with site.client.post(f"{API}/oauth2/token", data={**form, "client_secret": "x"}) as response:
        assert (response.status, await response.json()) == (401, {"error": "invalid_client"})
    claims = {"iss": "contactcenter", "sub": key["id"], "exp": 9_999_999_999}
    forged = jwt.encode({"alg": "HS256"}, claims, OctKey.generate_key(256))
    assert (await site.ask("GET", "/seen", Authorization=f"Bearer {forged}"))[0] == 401
    site.house.clock.now += 601
    assert (await site.ask("GET", "/seen", Authorization=f"Bearer {token}"))[0] == 401
    assert (await site.ask("GET", "/seen", **bearer))[0] == 200
    await site.enter()
    assert (await site.ask("DELETE", f"/account/api-keys/{key['id']}"))[0] == 204
    assert (await site.ask("GET", "/seen", **bearer))[0] == 401


async def test_a_key_is_throttled(site: Site) -> None:
    await site.enter()
    key = (await site.ask("POST", "/account/api-keys", {"name": "x", "permissions": ["directory.view"]}))[1]
    statuses = [(await site.ask("GET", "/seen", Authorization=f"Bearer {key['secret']}"))[0] for _ in range(102)]
    assert statuses.count(429) == 2
    site.house.clock.now += 1
    assert (await site.ask("GET", "/seen", Authorization=f"Bearer {key['secret']}"))[0] == 200


async def test_nothing_to_sign_in_with_is_left_of_who_is_removed(site: Site) -> None:
    await site.enter()
    await site.set_up_totp()
    made = (await site.ask("POST", "/account/api-keys", {"name": "x", "permissions": ["directory.view"]}))[1]
    await site.house.identity.set_password(ANN, NEW)
    await site.house.identity.create_user("bob@example.com", "Bob", Role.ADMINISTRATOR, PASSWORD)
    user = await site.house.identity.find_user(ANN)
    assert user is not None
    await UserSetUp(SetUp(site.house.database, site.house.bus, site.house.identity.catalogue)).remove(user.id, None)
    async with site.house.database.session() as session:
        for table in WAYS_IN:
            assert await session.scalar(select(func.count()).select_from(table)) == 0
    site.house.clock.now += 11
    assert (await site.ask("GET", "/seen", Authorization=f"Bearer {made['secret']}"))[0] == 401
