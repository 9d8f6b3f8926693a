"""The house's side: accounts on the customer's page, the portal's settings."""

from __future__ import annotations

from typing import Any

from contactcenter.portal.configuration import sections
from contactcenter.portal.set_up import ROW
from tests.portal.world import NORA, OPEN, World

ONE = {"kind": "news", "title": "News", "text": "May we write to you?", "version": "1"}


async def accounts(world: World, customer: str) -> Any:
    status, shown = await world.staff("GET", f"/customers/{customer}/portal-accounts", role="agent")
    assert status == 200, shown
    return shown


async def test_an_invitation_and_what_becomes_of_it(world: World) -> None:
    customer = await world.customer("Nora", ("email", NORA), ("phone", "+493023125001"))
    assert (await accounts(world, customer)) == {"enabled": True, "mail": True, "accounts": [], "emails": [NORA]}
    path = f"/customers/{customer}/portal-accounts"
    assert (await world.staff("POST", path, {"email": NORA}, role="agent"))[0] == 403
    status, problem = await world.staff("POST", path, {"email": "other@example.com"}, role="supervisor")
    assert (status, problem["field"]) == (422, "email")
    await world.staff("POST", path, {"email": NORA}, role="supervisor")
    await world.staff("POST", path, {"email": NORA}, role="supervisor")
    assert [row["state"] for row in (await accounts(world, customer))["accounts"]] == ["invited"]
    await world.good("POST", "/portal/links/use", {"token": world.link()})
    shown = await accounts(world, customer)
    assert [(row["state"], row["sessions"]) for row in shown["accounts"]] == [("active", 1)]
    assert shown["emails"] == []
    status, problem = await world.staff("POST", path, {"email": NORA})
    assert (status, problem["type"]) == (409, "/problems/taken")
    account = shown["accounts"][0]["id"]
    assert (await world.staff("DELETE", f"/portal-accounts/{account}/sessions"))[0] == 204
    assert (await world.ask("GET", "/portal/session"))[0] == 401
    assert (await world.staff("DELETE", "/portal-accounts/x/sessions"))[0] == 404
    assert (await world.staff("PUT", "/portal-accounts/x/lock", {"locked": True}))[0] == 404
    assert (await world.staff("PUT", f"/portal-accounts/{account}/numbers/x"))[0] == 404


async def test_who_cannot_be_invited(world: World) -> None:
    house = await world.customer("Keller Ltd", ("email", NORA), kind="organisation")
    status, problem = await world.staff("POST", f"/customers/{house}/portal-accounts", {"email": NORA})
    assert (status, problem["field"]) == (422, "email")
    assert (await world.staff("POST", "/customers/x/portal-accounts", {"email": NORA}))[0] == 404
    await world.portal.set_up.set(OPEN.model_copy(update={"enabled": False}))
    status, problem = await world.staff("POST", f"/customers/{house}/portal-accounts", {"email": NORA})
    assert (status, problem["type"]) == (409, "/problems/no-portal")


async def test_an_account_goes_with_its_customer(world: World) -> None:
    await world.registered()
    principal = await world.portal.accounts.sessions.principal(
        next(each.value for each in world.client.session.cookie_jar if each.key == "cc_portal")
    )
    assert principal is not None
    await world.house.customers.remove(principal.customer_id)
    world.pass_s(11)
    assert (await world.ask("GET", "/portal/session"))[0] == 401


async def test_settings_are_kept_and_checked(world: World) -> None:
    body = {"enabled": True, "registration": "invited", "data_requests": "review", "consents": [ONE]}
    status, shown = await world.staff("PUT", "/portal-settings", body)
    assert status == 200
    assert shown == body | {"mail": True, "url": "https://cc.example.com/portal"}
    await world.portal.set_up.reload()
    assert world.portal.set_up.current.registration == "invited"
    for wrong, field in (
        ({"consents": [ONE, ONE]}, "consents.1.kind"),
        ({"consents": [ONE | {"text": "Other words"}]}, "consents.0.version"),
        ({"consents": [ONE | {"text": ""}]}, "consents.0.text"),
        ({"registration": "closed"}, "registration"),
        ({"theme": "pink"}, "theme"),
    ):
        status, problem = await world.staff("PUT", "/portal-settings", body | wrong)
        assert (status, problem["field"]) == (422, field)
    assert (await world.staff("GET", "/portal-settings", role="supervisor"))[0] == 403


async def test_settings_as_a_file_come_back_as_they_were(world: World) -> None:
    (section,) = sections(world.portal.set_up)
    documents = await section.read()
    assert section.put is not None
    await section.put(ROW, documents[ROW], True)
    assert await section.read() == documents == {ROW: OPEN.model_dump(mode="json")}
