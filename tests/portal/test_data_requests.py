"""What customers ask about their data: decided by the house or at once, and what erasing leaves."""

from __future__ import annotations

import io
import zipfile

import pytest

from contactcenter.bus import Bus
from contactcenter.identity.models import User
from contactcenter.identity.service import Identity
from contactcenter.portal.settings import PortalSettingsBody
from contactcenter.privacy.settings import HoldBody, RequestBody
from tests.portal.world import BASE, NORA, OPEN, World

AUTOMATIC = OPEN.model_copy(update={"data_requests": "automatic"})


async def requests(world: World) -> list[tuple[str, str]]:
    return [(each["kind"], each["state"]) for each in (await world.good("GET", "/portal/data-requests"))["items"]]


async def test_an_export_is_approved_made_and_downloaded(world: World) -> None:
    await world.registered()
    at = world.portal.accounts.moment()
    async with world.house.database.transaction() as session:
        session.add(User(id="administrator", email="ada@example.com", name="Ada", created_at=at))
    await world.good("POST", "/portal/data-requests", {"kind": "export"})
    status, problem = await world.ask("POST", "/portal/data-requests", {"kind": "export"})
    assert (status, problem["type"]) == (409, "/problems/asked-already")
    _, listed = await world.staff("GET", "/portal-requests")
    row = listed["items"][0]
    assert (row["customer"]["name"], row["email"], row["state"]) == ("Nora Keller", NORA, "asked")
    path = f"/portal-requests/{row['id']}"
    assert (await world.staff("POST", f"{path}/approval", {}, role="supervisor"))[0] == 403
    status, listed = await world.staff("POST", f"{path}/approval", {"answer": "With pleasure."})
    assert (status, listed["items"][0]["state"], listed["items"][0]["by"]) == (200, "approved", "Ada")
    assert (world.sent[-1].to, "put together" in world.sent[-1].text) == (NORA, True)
    assert await requests(world) == [("export", "working")]
    assert (await world.staff("POST", f"{path}/refusal", {"answer": "No."}))[0] == 409
    await world.portal.requests._privacy.runner.run_waiting()
    assert await requests(world) == [("export", "done")]
    async with world.client.get(f"{BASE}/portal/data-requests/{row['id']}/download") as response:
        assert (response.status, response.headers["Cache-Control"]) == (200, "private, no-store")
        archive = zipfile.ZipFile(io.BytesIO(await response.read()))
    assert NORA in archive.read("data.json").decode()
    assert "portal-accounts" in archive.read("data.json").decode()


async def test_a_refusal_says_why_and_what_is_withdrawn_is_not_decided(world: World) -> None:
    await world.registered()
    await world.good("POST", "/portal/data-requests", {"kind": "erase"})
    request = (await world.good("GET", "/portal/data-requests"))["items"][0]["id"]
    status, problem = await world.staff("POST", f"/portal-requests/{request}/refusal", {})
    assert (status, problem["field"]) == (422, "answer")
    await world.staff("POST", f"/portal-requests/{request}/refusal", {"answer": "An invoice is open."})
    assert "An invoice is open." in world.sent[-1].text
    assert await requests(world) == [("erase", "refused")]
    await world.good("POST", "/portal/data-requests", {"kind": "erase"})
    second = (await world.good("GET", "/portal/data-requests"))["items"]
    request = next(each["id"] for each in second if each["state"] == "asked")
    await world.good("DELETE", f"/portal/data-requests/{request}")
    assert (await world.staff("POST", f"/portal-requests/{request}/approval", {}))[0] == 409
    assert (await world.ask("DELETE", f"/portal/data-requests/{request}"))[0] == 409


async def test_erased_at_once_means_found_nowhere(world: World) -> None:
    await world.portal.set_up.set(AUTOMATIC)
    await world.registered()
    await world.good("POST", "/portal/numbers", {"number": "+49 30 23125001"})
    await world.ask("POST", "/portal/data-requests", {"kind": "erase"})
    assert "deleted" in world.sent[-1].text
    await world.portal.requests._privacy.runner.run_waiting()
    assert (await world.ask("GET", "/portal/session"))[0] == 401
    everything = (await world.house.everything()).lower()
    for word in (NORA, "nora", "keller", "23125001"):
        assert word not in everything, word


async def test_who_never_confirmed_is_erased_by_the_email(world: World) -> None:
    await world.good("POST", "/portal/registrations", {"email": NORA, "name": "Nora Keller"})
    asked = {"subject": {"identities": [{"kind": "email", "value": NORA}]}, "reason": ""}
    made = await world.portal.requests._privacy.requests.ask("erase", RequestBody.model_validate(asked))
    assert made.counts == {"portal-accounts": 1}
    await world.portal.requests._privacy.runner.run_waiting()
    assert "nora" not in (await world.house.everything()).lower()


@pytest.mark.parametrize("shared", ["a number with another customer", "the email with a user"])
async def test_what_concerns_others_is_looked_at_though_set_to_automatic(world: World, shared: str) -> None:
    await world.portal.set_up.set(AUTOMATIC)
    if shared.startswith("a number"):
        await world.customer("Nora", ("email", NORA), ("phone", "+493023125001"))
        await world.customer("Paul", ("phone", "+493023125001"))
    else:
        bus = Bus()
        await Identity(world.house.database, bus).create_user(NORA, "Nora", "agent", "a long test password")
        await bus.close()
    await world.registered()
    await world.good("POST", "/portal/data-requests", {"kind": "erase"})
    assert await requests(world) == [("erase", "asked")]


async def test_a_legal_hold_keeps_and_its_reason_is_not_told(world: World) -> None:
    await world.portal.set_up.set(AUTOMATIC)
    await world.registered()
    hold = {"reason": "Lawsuit 7", "subject": {"identities": [{"kind": "email", "value": NORA}]}}
    await world.portal.requests._privacy.holds.set(HoldBody.model_validate(hold))
    await world.good("POST", "/portal/data-requests", {"kind": "erase"})
    answer = await world.good("GET", "/portal/data-requests")
    assert [each["state"] for each in answer["items"]] == ["asked"]
    assert "Lawsuit" not in str(answer)
    request = answer["items"][0]["id"]
    status, problem = await world.staff("POST", f"/portal-requests/{request}/approval", {})
    assert (status, problem["type"]) == (409, "/problems/on-hold")
    assert await requests(world) == [("erase", "asked")]


async def test_who_decides_needs_the_right_to_what_is_asked(world: World) -> None:
    assert (await world.staff("GET", "/portal-requests", role="supervisor"))[0] == 403
    assert (await world.staff("POST", "/portal-requests/x/approval", {}))[0] == 404


def test_what_is_set_by_default_opens_nothing() -> None:
    body = PortalSettingsBody()
    assert (body.enabled, body.data_requests) == (False, "review")
