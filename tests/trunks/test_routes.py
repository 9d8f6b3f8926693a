"""Trunks and numbers over HTTP."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from contactcenter.audit.models import AuditEntry
from contactcenter.trunks.models import TrunkRow
from tests.fakes.trunk_house import TrunkHouse, open_trunk_house

BY_ADDRESS: dict[str, Any] = {"name": "Main", "kind": "by-address", "addresses": ["203.0.113.7"], "options_s": 0}
REGISTERING: dict[str, Any] = {
    "name": "Reg",
    "kind": "registering",
    "host": "127.0.0.1",
    "port": 9,
    "username": "u1",
    "password": "swordfish",
    "options_s": 0,
}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[TrunkHouse]:
    async with open_trunk_house(tmp_path) as house:
        yield house


async def refused(house: TrunkHouse, body: Any, path: str = "/trunks", method: str = "POST") -> tuple[int, str, str]:
    status, answer = await house.ask(method, path, body)
    return status, answer.get("field"), answer["detail"]


async def test_made_changed_listed_and_removed(house: TrunkHouse) -> None:
    made = await house.make(**BY_ADDRESS | {"host": "127.0.0.1"})
    assert (made["id"], made["allowed"], made["has_password"], made["numbers"]) == ("main", [], False, [])
    assert made["state"]["state"] == "unwatched"
    status, changed = await house.ask("PUT", "/trunks/main", made | {"name": "Mainz", "allowed": ["+49 30"]})
    assert (status, changed["name"], changed["allowed"]) == (200, "Mainz", ["+4930"])
    status, listed = await house.ask("GET", "/trunks")
    assert [(each["id"], each["name"]) for each in listed["items"]] == [("main", "Mainz")]
    assert (await house.ask("DELETE", "/trunks/main"))[0] == 204
    assert (await house.ask("GET", "/trunks/main"))[0] == 404
    assert (await house.ask("DELETE", "/trunks/main"))[0] == 404
    async with house.database.session() as session:
        acts = [row.act for row in await session.scalars(select(AuditEntry).order_by(AuditEntry.id))]
    assert acts == ["trunk.made", "trunk.changed", "trunk.removed"]


async def test_a_password_is_sealed_kept_and_never_told(house: TrunkHouse) -> None:
    made = await house.make(**REGISTERING | {"enabled": False})
    assert made["has_password"]
    async with house.database.session() as session:
        before = (await session.get_one(TrunkRow, "reg")).password
        assert before is not None
        assert b"swordfish" not in before.raw
    status, kept = await house.ask("PUT", "/trunks/reg", {**made, "expires_s": 600})
    assert (status, kept["has_password"]) == (200, True)
    status, gone = await house.ask("PUT", "/trunks/reg", {**made, "password": ""})
    assert (status, gone["has_password"]) == (200, False)
    await house.ask("PUT", "/trunks/reg", {**made, "password": "octopus"})
    async with house.database.session() as session:
        written = [f"{row.before}{row.after}{row.hidden}" for row in await session.scalars(select(AuditEntry))]
    assert not any(secret in text for text in written for secret in ("swordfish", "octopus"))
    assert "password" in written[-1]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": ""}, "name"),
        ({"host": "sip:example.com"}, "host"),
        ({"host": "a b"}, "host"),
        ({"port": 0}, "port"),
        ({"transport": "sctp"}, "transport"),
        ({"addresses": ["203.0.113.300"]}, "addresses.0"),
        ({"addresses": ["0.0.0.0/0"]}, "addresses.0"),
        ({"addresses": ["203.0.113.7", "203.0.113.7"]}, "addresses.1"),
        ({"addresses": []}, "addresses"),
        ({"allowed": ["+49", "x"]}, "allowed.1"),
        ({"allowed": ["+49"]}, "host"),
        ({"codecs": []}, "codecs"),
        ({"codecs": ["PCMA", "PCMA"]}, "codecs"),
        ({"codecs": ["opus"]}, "codecs.0"),
        ({"max_calls": 0}, "max_calls"),
        ({"caller_id": "anna"}, "caller_id"),
        ({"number_format": "other"}, "number_format"),
        ({"country": "Germany"}, "country"),
        ({"dial_prefix": "+9"}, "dial_prefix"),
        ({"unknown": 1}, "unknown"),
    ],
)
async def test_what_cannot_be_is_refused_with_its_field(house: TrunkHouse, changes: Any, field: str) -> None:
    status, named, sentence = await refused(house, BY_ADDRESS | changes)
    assert (status, named) == (422, field)
    assert sentence.endswith(".")


@pytest.mark.parametrize("field", ["host", "username", "password"])
async def test_registering_needs_an_account(house: TrunkHouse, field: str) -> None:
    status, named, _ = await refused(house, {**REGISTERING, field: ""})
    assert (status, named) == (422, field)


async def test_two_trunks_are_told_apart(house: TrunkHouse) -> None:
    await house.make(**BY_ADDRESS)
    assert (await refused(house, BY_ADDRESS))[:2] == (409, "name")
    assert (await refused(house, BY_ADDRESS | {"name": "Other"}))[:2] == (422, "addresses.0")
    assert (await refused(house, BY_ADDRESS | {"name": "Other", "id": "main"}))[:2] == (409, "id")


async def test_numbers_lead_to_flows(house: TrunkHouse) -> None:
    await house.make(**BY_ADDRESS)
    status, made = await house.ask(
        "POST", "/called-numbers", {"pattern": "030 555", "name": "Hotline", "flow": "sales", "trunk_id": "main"}
    )
    assert (status, made["pattern"], made["id"], made["flow_missing"]) == (201, "+4930555", "4930555", False)
    assert house.numbers.taken("+4930555", "main").flow == "sales"
    assert house.numbers.taken("030555", "main").flow == "sales"
    assert house.numbers.taken("+4930555", None).flow is None
    assert house.numbers.taken("1000", None).flow == "main"
    flow = house.numbers.flow_for("+4930555", "main")
    assert flow is not None
    assert flow.name == "sales"
    status, again = await house.ask(
        "POST", "/called-numbers", {"pattern": "+4930555", "flow": "main", "trunk_id": "main"}
    )
    assert (status, again["field"]) == (409, "pattern")
    status, used = await house.ask("DELETE", "/trunks/main")
    assert (status, used["used_by"]) == (409, {"numbers": ["+4930555"]})
    status, changed = await house.ask("PUT", f"/called-numbers/{made['id']}", {"pattern": "+4930*", "flow": "main"})
    assert (status, changed["pattern"], changed["trunk_id"]) == (200, "+4930*", None)
    assert house.numbers.taken("+493099", None).flow == "main"
    assert (await house.ask("DELETE", f"/called-numbers/{made['id']}"))[0] == 204
    assert (await house.ask("DELETE", f"/called-numbers/{made['id']}"))[0] == 404


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"pattern": "a b!", "flow": "main"}, "pattern"),
        ({"pattern": "1000", "flow": "nowhere"}, "flow"),
        ({"pattern": "1000", "flow": "main", "trunk_id": "nowhere"}, "trunk_id"),
        ({"pattern": "", "flow": "main"}, "pattern"),
    ],
)
async def test_a_number_that_cannot_be(house: TrunkHouse, body: Any, field: str) -> None:
    assert (await refused(house, body, "/called-numbers"))[:2] == (422, field)


async def test_a_flow_that_is_gone_is_stood_in_for(tmp_path: Path) -> None:
    async with open_trunk_house(tmp_path) as house:
        await house.ask("POST", "/called-numbers", {"pattern": "2000", "flow": "sales"})
    (tmp_path / "flows" / "sales.yaml").unlink()
    async with open_trunk_house(tmp_path, flows=()) as house:
        flow = house.numbers.flow_for("2000", None)
        assert flow is not None
        assert flow.name == "main"
        status, listed = await house.ask("GET", "/called-numbers")
    assert (status, listed["items"][0]["flow_missing"], listed["fallback"], listed["entry"]) == (
        200,
        True,
        ["1000"],
        "main",
    )


async def test_a_number_is_tried_out(house: TrunkHouse) -> None:
    await house.make(**BY_ADDRESS | {"host": "127.0.0.1", "allowed": ["+49"], "number_format": "national"})
    status, tested = await house.ask("POST", "/called-numbers/test", {"number": "030 12345"})
    assert status == 200
    assert tested == {
        "flow": None,
        "number_id": None,
        "fallback": False,
        "ways": [{"trunk_id": "main", "number": "03012345"}],
        "refusal": None,
    }
    status, tested = await house.ask("POST", "/called-numbers/test", {"number": "1000"})
    assert (status, tested["flow"], tested["fallback"]) == (200, "main", True)
    assert tested["refusal"] == "No trunk may call 1000: add its beginning to what Main may call."


async def test_only_those_who_may(house: TrunkHouse) -> None:
    for method, path in (("GET", "/trunks"), ("POST", "/trunks"), ("GET", "/called-numbers")):
        assert (await house.ask(method, path, BY_ADDRESS, role="agent"))[0] == 403
