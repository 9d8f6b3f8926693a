"""What customers see and change of their own: details, numbers, consents, sessions, history."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from contactcenter.audit.models import AuditEntry
from contactcenter.customers.fields import FieldSetUp
from contactcenter.customers.identities import Identity
from contactcenter.customers.merge import Merges
from contactcenter.customers.settings import ConsentBody, CustomerFilter, MergeBody, NewField
from contactcenter.portal.history import written
from tests.portal.world import NORA, OPEN, PASSWORD, World

PROFILE = {"name": "Nora Keller-Wolf", "called": "Nora", "language": "de", "timezone": "Europe/Berlin"}


async def of_customer(world: World) -> Any:
    """As staff sees the one customer there is."""
    async with world.house.database.session() as session:
        account = (await session.execute(select(world.portal.accounts.sessions._rows))).first()
    assert account is not None
    principal = await world.portal.accounts.sessions.principal(_token(world))
    assert principal is not None
    return await world.house.customers.get(principal.customer_id)


def _token(world: World) -> str:
    return next(each.value for each in world.client.session.cookie_jar if each.key == "cc_portal")


async def test_details_are_those_of_the_customer(world: World) -> None:
    await world.registered()
    shown = await world.good("PUT", "/portal/profile", PROFILE)
    assert {name: shown[name] for name in PROFILE} == PROFILE
    kept = await of_customer(world)
    assert (kept.name, kept.called, kept.language, kept.timezone) == tuple(PROFILE.values())
    for wrong, field in (({"name": ""}, "name"), ({"timezone": "Mars"}, "timezone"), ({"vip": True}, "vip")):
        status, problem = await world.ask("PUT", "/portal/profile", PROFILE | wrong)
        assert (status, problem["field"]) == (422, field)


async def test_a_customer_is_found_by_the_new_name(world: World) -> None:
    await world.registered()
    await world.good("PUT", "/portal/profile", PROFILE)
    found = await world.house.customers.page(CustomerFilter(q="keller-wolf"))
    assert [row.name for row in found.items] == ["Nora Keller-Wolf"]


async def test_a_required_field_of_the_house_does_not_stand_in_the_way(world: World) -> None:
    fields = FieldSetUp(world.house.database)
    await fields.make(NewField(name="Contract", type="text", required=True))
    await world.registered()
    assert (await world.good("PUT", "/portal/profile", PROFILE))["called"] == "Nora"


async def test_a_number_counts_once_somebody_of_the_house_confirms_it(world: World) -> None:
    me = await world.registered()
    shown = await world.good("POST", "/portal/numbers", {"number": "030 23125001", "label": "Home"})
    number = shown["numbers"][0]
    assert (number["number"], number["state"]) == ("+493023125001", "waiting")
    assert [each.kind for each in (await of_customer(world)).identities] == ["email"], "not the customer's yet"
    status, _ = await world.staff("PUT", f"/portal-accounts/{me['id']}/numbers/{number['id']}", role="agent")
    assert status == 403
    await world.staff("PUT", f"/portal-accounts/{me['id']}/numbers/{number['id']}", role="supervisor")
    assert (await world.good("GET", "/portal/profile"))["numbers"][0]["state"] == "confirmed"
    assert ("phone", "+493023125001") in [(each.kind, each.value) for each in (await of_customer(world)).identities]
    await world.good("DELETE", f"/portal/numbers/{number['id']}")
    assert [each.kind for each in (await of_customer(world)).identities] == ["email"]


async def test_numbers_that_cannot_be(world: World) -> None:
    await world.registered()
    await world.good("POST", "/portal/numbers", {"number": "+49 30 23125001"})
    for body, wanted in (
        ({"number": "ring me"}, (422, "number")),
        ({"number": "03023125001"}, (409, "number")),
        ({"number": "+49 30 23125002", "x": 1}, (422, "x")),
    ):
        status, problem = await world.ask("POST", "/portal/numbers", body)
        assert (status, problem["field"]) == wanted, body
    for last in range(3, 12):
        await world.good("POST", "/portal/numbers", {"number": f"+49 30 231250{last:02}"})
    status, problem = await world.ask("POST", "/portal/numbers", {"number": "+49 30 23125099"})
    assert (status, problem["type"]) == (409, "/problems/too-many")
    assert (await world.ask("DELETE", "/portal/numbers/x"))[0] == 404


async def test_nobody_reaches_anothers(world: World) -> None:
    await world.registered()
    shown = await world.good("POST", "/portal/numbers", {"number": "+49 30 23125001"})
    session = (await world.good("GET", "/portal/sessions"))["items"][0]["id"]
    await world.good("POST", "/portal/data-requests", {"kind": "export"})
    request = (await world.good("GET", "/portal/data-requests"))["items"][0]["id"]
    world.forget_browser()
    await world.registered("mallory@example.com", name="Mallory")
    for method, path in (
        ("DELETE", f"/portal/numbers/{shown['numbers'][0]['id']}"),
        ("DELETE", f"/portal/sessions/{session}"),
        ("DELETE", f"/portal/data-requests/{request}"),
        ("GET", f"/portal/data-requests/{request}/download"),
    ):
        assert (await world.ask(method, path))[0] == 404, path
    assert (await world.good("GET", "/portal/data-requests"))["items"] == []


async def test_consents_are_given_to_the_words_that_were_shown_and_withdrawn(world: World) -> None:
    await world.registered()
    first = (await world.good("GET", "/portal/consents"))["items"]
    assert [(each["kind"], each["given"], each["version"]) for each in first] == [("news", None, "1")]
    given = (await world.good("PUT", "/portal/consents/news", {"given": True, "version": "1"}))["items"][0]
    assert (given["given"], given["outdated"]) == (True, False)
    kept = (await of_customer(world)).consents[0]
    assert (kept.kind, kept.given, kept.channel, kept.text_version) == ("news", True, "portal", "1")

    words = [OPEN.consents[0].model_copy(update={"text": "May we call you?", "version": "2"})]
    await world.portal.set_up.set(OPEN.model_copy(update={"consents": words}))
    assert (await world.good("GET", "/portal/consents"))["items"][0]["outdated"] is True
    status, problem = await world.ask("PUT", "/portal/consents/news", {"given": True, "version": "1"})
    assert (status, problem["field"]) == (409, "version")
    world.pass_s(1)
    taken = (await world.good("PUT", "/portal/consents/news", {"given": False}))["items"][0]
    assert (taken["given"], taken["outdated"]) == (False, False)
    assert (await world.ask("PUT", "/portal/consents/other", {"given": True}))[0] == 404


async def test_a_consent_given_elsewhere_can_be_withdrawn_here(world: World) -> None:
    await world.registered()
    customer = await of_customer(world)
    await world.house.customers.consent(customer.id, ConsentBody(kind="recording", given=True, channel="voice"))
    shown = (await world.good("GET", "/portal/consents"))["items"]
    assert [(each["kind"], each["text"]) for each in shown] == [("news", "May we write to you?"), ("recording", "")]
    world.pass_s(1)
    after = (await world.good("PUT", "/portal/consents/recording", {"given": False}))["items"]
    assert [each["kind"] for each in after] == ["news"]


async def test_sessions_are_listed_and_ended(world: World) -> None:
    await world.registered()
    first = _token(world)
    world.forget_browser()
    await world.good("POST", "/portal/session", {"email": NORA, "password": PASSWORD})
    rows = (await world.good("GET", "/portal/sessions"))["items"]
    assert [row["current"] for row in rows].count(True) == 1
    assert len(rows) == 2
    await world.good("DELETE", "/portal/sessions")
    assert [row["current"] for row in (await world.good("GET", "/portal/sessions"))["items"]] == [True]
    world.forget_browser()
    assert (await world.ask("GET", "/portal/session", Cookie=f"cc_portal={first}"))[0] == 401


async def test_a_password_is_changed_with_the_old_one_and_removed(world: World) -> None:
    await world.registered()
    status, _ = await world.ask("PUT", "/portal/password", {"current": "wrong", "password": "nine calm elephants"})
    assert status == 403
    status, problem = await world.ask("PUT", "/portal/password", {"current": PASSWORD, "password": "nora keller"})
    assert (status, problem["field"]) == (422, "password")
    await world.good("PUT", "/portal/password", {"current": PASSWORD, "password": "nine calm elephants"})
    await world.good("PUT", "/portal/password", {"current": "nine calm elephants", "password": None})
    assert (await world.good("GET", "/portal/session"))["has_password"] is False
    world.pass_s(700)
    status, problem = await world.ask("PUT", "/portal/password", {"password": PASSWORD})
    assert (status, problem["type"]) == (403, "/problems/step-up"), "the first one only by who came in just now"


async def test_dangerous_acts_ask_for_a_proof(world: World) -> None:
    await world.registered()
    world.pass_s(700)
    for method, path, body in (
        ("POST", "/portal/data-requests", {"kind": "erase"}),
        ("PUT", "/portal/email", {"email": "new@example.com"}),
    ):
        status, problem = await world.ask(method, path, body)
        assert (status, problem["type"]) == (403, "/problems/step-up")
    assert (await world.ask("POST", "/portal/session/proof", {"password": "wrong"}))[0] == 403
    await world.good("POST", "/portal/session/proof", {"password": PASSWORD})
    await world.good("POST", "/portal/data-requests", {"kind": "erase"})


async def test_the_history_is_of_proven_addresses_alone(world: World) -> None:
    me = await world.registered()
    await world.house.call("first", "+493023125001", recorded=False)
    world.pass_s(60)
    await world.house.call("second", "03023125001", recorded=False)
    await world.house.call("other", "+493023125002", recorded=False)
    shown = await world.good("POST", "/portal/numbers", {"number": "+49 30 23125001"})
    assert (await world.good("GET", "/portal/history"))["items"] == []
    number = shown["numbers"][0]["id"]
    await world.staff("PUT", f"/portal-accounts/{me['id']}/numbers/{number}")
    page = await world.good("GET", "/portal/history?limit=1")
    assert [set(each) for each in page["items"]] == [{"id", "at", "channel", "direction", "queue", "outcome"}]
    assert (page["items"][0]["id"], page["items"][0]["queue"]) == ("second", "Sales")
    rest = await world.good("GET", f"/portal/history?cursor={page['next_cursor']}")
    assert [each["id"] for each in rest["items"]] == ["first"]
    status, problem = await world.ask("GET", "/portal/history?cursor=x")
    assert (status, problem["field"]) == (422, "cursor")


@given(digits=st.from_regex(r"[1-9][0-9]{6,9}", fullmatch=True))
def test_a_number_is_looked_for_as_networks_write_it_and_never_as_another(digits: str) -> None:
    ways = written([Identity("phone", "", f"+4930{digits}"), Identity("email", "", "a.b@example.com")], "DE")
    assert {f"+4930{digits}", f"4930{digits}", f"004930{digits}", f"030{digits}", "a.b@example.com"} == ways


async def test_merged_customers_are_one_to_their_accounts(world: World) -> None:
    await world.registered()
    before = (await of_customer(world)).id
    survivor = await world.customer("Nora K.", ("phone", "+493023125001"))
    await Merges(world.house.customers).merge(survivor, MergeBody(merged_id=before))
    world.pass_s(11)
    assert (await world.good("GET", "/portal/profile"))["name"] == "Nora K."
    await world.good("PUT", "/portal/profile", PROFILE)
    assert (await world.house.customers.get(survivor)).name == PROFILE["name"]


async def test_the_trail_tells_what_was_done_and_not_by_whom_it_was(world: World) -> None:
    await world.registered()
    await world.good("PUT", "/portal/profile", PROFILE)
    await world.good("POST", "/portal/numbers", {"number": "+49 30 23125001"})
    await world.good("PUT", "/portal/consents/news", {"given": True, "version": "1"})
    await world.good("POST", "/portal/data-requests", {"kind": "export"})
    async with world.house.database.session() as session:
        entries = list(await session.scalars(select(AuditEntry)))
    acts = {entry.act for entry in entries}
    assert acts >= {
        "portal_account.asked",
        "portal_link.sent",
        "portal_link.used",
        "portal_account.confirmed",
        "portal_account.password_set",
        "session.opened",
        "customer.made",
        "customer.changed",
        "portal_number.changed",
        "customer.consent",
        "portal_request.asked",
    }
    written_down = repr([(e.actor_name, e.subject_name, e.before, e.after, e.hidden) for e in entries])
    for word in ("Nora", "nora", "Keller", "23125001"):
        assert word not in written_down
    assert {entry.actor_kind for entry in entries if entry.act == "customer.changed"} == {"customer"}


@pytest.mark.parametrize("path", ["/portal/profile", "/portal/consents", "/portal/sessions", "/portal/history"])
async def test_nothing_is_shown_to_who_is_not_signed_in(world: World, path: str) -> None:
    assert (await world.ask("GET", path))[0] == 401
