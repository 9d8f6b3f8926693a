"""Registering, links, passwords and sessions of customers."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import func, select

from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.portal.models import PortalAccount
from contactcenter.portal.settings import PortalSettingsBody
from tests.portal.world import NORA, OPEN, PASSWORD, World, open_world

REGISTER = {"email": NORA, "name": "Nora Keller", "language": "en"}
SESSION = "/portal/session"


async def customers(world: World) -> list[tuple[str, str]]:
    async with world.house.database.session() as session:
        return [(row.id, row.name) for row in await session.scalars(select(Customer).order_by(Customer.created_at))]


async def test_a_link_by_mail_makes_the_account_and_signs_in(world: World) -> None:
    await world.good("POST", "/portal/registrations", REGISTER)
    assert await customers(world) == [], "nobody is a customer by an email that is not proven"
    assert world.sent[0].to == NORA
    shown = await world.good("POST", "/portal/links/look", {"token": world.link()})
    assert shown == {"purpose": "confirm", "email": NORA, "name": "Nora Keller"}
    me = await world.good("POST", "/portal/links/use", {"token": world.link(), "password": PASSWORD})
    assert (me["email"], me["name"], me["has_password"]) == (NORA, "Nora Keller", True)
    assert [name for _, name in await customers(world)] == ["Nora Keller"]
    assert await world.good("GET", SESSION) == me
    again, _ = await world.ask("POST", "/portal/links/use", {"token": world.link()})
    assert again == 404, "a link is used once"


async def test_the_cookie_goes_to_the_portal_alone_and_no_script_reads_it(world: World) -> None:
    await world.good("POST", "/portal/registrations", REGISTER)
    async with world.client.post("/api/v1/portal/links/use", json={"token": world.link()}) as response:
        cookie = response.cookies["cc_portal"]
    assert cookie["path"] == "/api/v1/portal"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"


async def test_sessions_of_staff_and_of_customers_open_each_others_nothing(world: World) -> None:
    await world.registered()
    token = next(each.value for each in world.client.session.cookie_jar if each.key == "cc_portal")
    world.forget_browser()
    for cookie in (f"cc_session={token}", f"cc_portal={token}"):
        status, _ = await world.ask("GET", "/portal-settings", Cookie=cookie)
        assert status == 401
    for cookie in ("cc_session=token-administrator", "cc_portal=token-administrator"):
        status, _ = await world.ask("GET", SESSION, Cookie=cookie)
        assert status == 401
    status, _ = await world.ask("GET", SESSION, Authorization="Bearer x", Cookie=f"cc_session={token}")
    assert status == 401
    assert (await world.ask("GET", SESSION, Cookie=f"cc_portal={token}"))[0] == 200


async def test_who_registers_with_an_email_the_house_knows_becomes_that_customer(world: World) -> None:
    known = await world.customer("Nora K.", ("email", "NORA@example.com"), ("phone", "+493023125001"))
    await world.registered(name="Somebody")
    assert await customers(world) == [(known, "Nora K.")], "the record's name stays"
    profile = await world.good("GET", "/portal/profile")
    assert profile["name"] == "Nora K."
    assert [(each["number"], each["state"]) for each in profile["numbers"]] == [("+493023125001", "recorded")]


@pytest.mark.parametrize("shared", ["two people", "an organisation"])
async def test_an_email_that_is_not_one_persons_makes_somebody_new(world: World, shared: str) -> None:
    if shared == "two people":
        await world.customer("Ann", ("email", NORA))
        await world.customer("Ben", ("email", NORA))
    else:
        await world.customer("Keller Ltd", ("email", NORA), kind="organisation")
    before = len(await customers(world))
    me = await world.registered()
    assert me["name"] == "Nora Keller"
    assert len(await customers(world)) == before + 1


async def test_registering_twice_mails_a_way_in_and_changes_nothing(world: World) -> None:
    await world.registered()
    world.forget_browser()
    await world.good("POST", "/portal/registrations", REGISTER | {"name": "Mallory"})
    assert "already" in world.sent[-1].subject
    me = await world.good("POST", "/portal/links/use", {"token": world.link(), "password": "another long password"})
    assert me["name"] == "Nora Keller"
    world.forget_browser()
    credentials = {"email": NORA, "password": "another long password"}
    assert (await world.ask("POST", SESSION, credentials))[0] == 401, "a link to sign in sets no password"


async def test_links_end(world: World) -> None:
    await world.good("POST", "/portal/registrations", REGISTER)
    first = world.link()
    await world.good("POST", "/portal/registrations", REGISTER)
    assert (await world.ask("POST", "/portal/links/use", {"token": first}))[0] == 404, "a later one replaces it"
    world.pass_s(86_401)
    assert (await world.ask("POST", "/portal/links/look", {"token": world.link()}))[0] == 404
    status, _ = await world.ask("POST", "/portal/links/use", {"token": "x" * 43})
    assert status == 404


async def test_who_never_confirms_is_not_kept(world: World) -> None:
    await world.good("POST", "/portal/registrations", REGISTER)
    world.pass_s(8 * 86_400)
    await world.good("POST", "/portal/registrations", REGISTER | {"email": "other@example.com"})
    async with world.house.database.session() as session:
        assert list(await session.scalars(select(PortalAccount.email))) == ["other@example.com"]


async def test_password_link_and_sign_out(world: World) -> None:
    await world.registered()
    await world.good("DELETE", SESSION)
    assert (await world.ask("GET", SESSION))[0] == 401
    await world.good("POST", SESSION, {"email": f" {NORA.upper()} ", "password": PASSWORD})
    await world.good("GET", SESSION)
    world.forget_browser()
    await world.good("POST", "/portal/links", {"email": NORA})
    me = await world.good("POST", "/portal/links/use", {"token": world.link()})
    assert me["email"] == NORA


async def test_a_new_password_by_link_ends_every_session(world: World) -> None:
    await world.registered()
    old = {each.key: each.value for each in world.client.session.cookie_jar}
    world.forget_browser()
    await world.good("POST", "/portal/links", {"email": NORA, "purpose": "reset"})
    token = world.link()
    status, problem = await world.ask("POST", "/portal/links/use", {"token": token})
    assert (status, problem["field"]) == (422, "password")
    for weak in ("short", "nora keller", "password123"):
        status, problem = await world.ask("POST", "/portal/links/use", {"token": token, "password": weak})
        assert (status, problem["field"]) == (422, "password"), weak
    await world.good("POST", "/portal/links/use", {"token": token, "password": "eleven quiet tractors"})
    assert "changed" in world.sent[-1].subject
    world.forget_browser()
    assert (await world.ask("GET", SESSION, Cookie=f"cc_portal={old['cc_portal']}"))[0] == 401
    assert (await world.ask("POST", SESSION, {"email": NORA, "password": PASSWORD}))[0] == 401
    await world.good("POST", SESSION, {"email": NORA, "password": "eleven quiet tractors"})


async def test_nothing_tells_whether_there_is_an_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    await world.registered()
    await world.registered("link@example.com", None)
    world.forget_browser()
    compared = []
    verify = world.portal.accounts._gate.passwords.verify

    async def counting(known: str | None, password: str) -> bool:
        compared.append(1)
        return await verify(known, password)

    monkeypatch.setattr(world.portal.accounts._gate.passwords, "verify", counting)
    answers = set()
    for email in (NORA, "link@example.com", "nobody@example.com"):
        status, problem = await world.ask("POST", SESSION, {"email": email, "password": "wrong"})
        answers.add((status, problem["type"], problem["detail"], len(compared)))
        compared.clear()
        for path, body in (("/portal/links", {}), ("/portal/registrations", {"name": "N"})):
            answered = await world.ask("POST", path, {"email": email, **body})
            assert answered == (204, None), (path, email)
    assert len(answers) == 1
    assert next(iter(answers))[3] == 1, "each costs one comparison"


async def test_guessing_must_wait_and_asking_for_mail_too(world: World) -> None:
    await world.registered()
    world.forget_browser()
    statuses = [(await world.ask("POST", SESSION, {"email": NORA, "password": "x"}))[0] for _ in range(8)]
    assert statuses[0] == 401
    assert statuses[-1] == 429
    status, problem = await world.ask("POST", SESSION, {"email": NORA, "password": PASSWORD})
    assert status == 429, "not even the right one tells that it is"
    assert problem["retry_after_s"] > 0
    asked = [(await world.ask("POST", "/portal/links", {"email": "x@example.com"}))[0] for _ in range(6)]
    assert asked[0] == 204
    assert asked[-1] == 429


async def test_guesses_at_the_portal_count_at_the_staffs_door_by_address(world: World) -> None:
    for number in range(25):
        await world.ask("POST", SESSION, {"email": f"a{number}@example.com", "password": "x"})
    gate = world.portal.accounts._gate
    assert await gate._throttle.wait("user:anna@example.com", "127.0.0.1", world.house.now) > 0
    assert await gate._throttle.wait("user:anna@example.com", "192.0.2.1", world.house.now) == 0


async def test_a_locked_account_is_out_at_once_and_cannot_come_back(world: World) -> None:
    me = await world.registered()
    assert (await world.staff("PUT", f"/portal-accounts/{me['id']}/lock", {"locked": True}))[0] == 204
    assert (await world.ask("GET", SESSION))[0] == 401
    before = len(world.sent)
    await world.good("POST", "/portal/links", {"email": NORA})
    assert len(world.sent) == before
    assert (await world.ask("POST", SESSION, {"email": NORA, "password": PASSWORD}))[0] == 401
    await world.staff("PUT", f"/portal-accounts/{me['id']}/lock", {"locked": False})
    await world.good("POST", SESSION, {"email": NORA, "password": PASSWORD})


async def test_time_outs(world: World) -> None:
    await world.registered()
    world.pass_s(336 * 3600 + 1)
    assert (await world.ask("GET", SESSION))[0] == 401


async def test_a_closed_portal_lets_nobody_in(world: World) -> None:
    await world.registered()
    await world.portal.set_up.set(OPEN.model_copy(update={"enabled": False}))
    assert (await world.ask("GET", SESSION))[0] == 401
    for path, body in (
        ("/portal/registrations", REGISTER),
        (SESSION, {"email": NORA, "password": PASSWORD}),
        ("/portal/links", {"email": NORA}),
    ):
        status, problem = await world.ask("POST", path, body)
        assert (status, problem["type"]) == (403, "/problems/portal-closed")
    assert (await world.good("GET", "/portal/doorway"))["enabled"] is False


async def test_invited_only(world: World) -> None:
    await world.portal.set_up.set(OPEN.model_copy(update={"registration": "invited"}))
    await world.good("POST", "/portal/registrations", REGISTER)
    assert world.sent == []
    customer = await world.customer("Nora", ("email", NORA))
    status, shown = await world.staff("POST", f"/customers/{customer}/portal-accounts", {"email": NORA})
    assert (status, shown["accounts"][0]["state"]) == (200, "invited")
    me = await world.good("POST", "/portal/links/use", {"token": world.link()})
    assert (me["name"], me["has_password"]) == ("Nora", False)


async def test_an_invitation_belongs_to_that_customer_though_another_shares_the_email(world: World) -> None:
    await world.customer("Ann", ("email", NORA))
    second = await world.customer("Ben", ("email", NORA))
    await world.staff("POST", f"/customers/{second}/portal-accounts", {"email": NORA})
    assert (await world.good("POST", "/portal/links/use", {"token": world.link()}))["name"] == "Ben"


async def test_without_a_mail_server_nobody_registers(tmp_path: Path) -> None:
    async with open_world(tmp_path, PortalSettingsBody(enabled=True), mail=False) as world:
        assert (await world.good("GET", "/portal/doorway"))["registration"] == "closed"
        status, problem = await world.ask("POST", "/portal/registrations", REGISTER)
        assert (status, problem["type"]) == (403, "/problems/registration-closed")


async def test_a_new_email_counts_once_its_link_is_used(world: World) -> None:
    await world.registered()
    await world.registered("taken@example.com", name="Ted")
    world.forget_browser()
    await world.good("POST", SESSION, {"email": NORA, "password": PASSWORD})
    before = len(world.sent)
    await world.good("PUT", "/portal/email", {"email": "taken@example.com"})
    assert len(world.sent) == before, "of whom it is nobody is told"
    await world.good("PUT", "/portal/email", {"email": "Nora@New.example"})
    assert world.sent[-1].to == "nora@new.example"
    assert (await world.good("GET", SESSION))["email"] == NORA
    token = world.link()
    await world.good("POST", "/portal/links/use", {"token": token})
    assert (world.sent[-1].to, "changed" in world.sent[-1].subject) == (NORA, True)
    assert (await world.good("GET", SESSION))["email"] == "nora@new.example"
    async with world.house.database.session() as session:
        emails = set(await session.scalars(select(CustomerIdentity.value)))
    assert emails == {"nora@new.example", "taken@example.com"}


async def test_two_who_register_at_the_same_moment_are_one(world: World) -> None:
    body = {"email": NORA, "name": "Nora", "language": ""}
    await asyncio.gather(*(world.ask("POST", "/portal/registrations", body) for _ in range(3)))
    async with world.house.database.session() as session:
        assert await session.scalar(select(func.count()).select_from(PortalAccount)) == 1


async def test_what_cannot_be_is_refused_by_its_field(world: World) -> None:
    for body, field in (
        ({"email": "nobody", "name": "N"}, "email"),
        ({"email": NORA, "name": " "}, "name"),
        ({"email": NORA, "name": "N", "language": "?"}, "language"),
        ({"email": NORA, "name": "N", "admin": True}, "admin"),
    ):
        status, problem = await world.ask("POST", "/portal/registrations", body)
        assert (status, problem["field"]) == (422, field)
