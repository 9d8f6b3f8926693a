"""Skills, routing profiles and what an agent gets, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from acd.model import DEFAULT_CAPACITY, Capacity, ChannelCapacity, Membership
from contactcenter.agents.models import SipAccount
from contactcenter.queues.events import RoutingChanged
from contactcenter.vault.keyring import Sealed
from tests.fakes.office import Office

Json = dict[str, Any]

CHATS: Json = {
    "name": "Chats",
    "units": 4,
    "channels": {
        "voice": {"max": 1, "units": 4, "blocks": ["*"], "interrupted_by": []},
        "chat": {"max": 4, "units": 1, "blocks": [], "interrupted_by": ["voice"]},
    },
}
NOBODY: Json = {"queues": [], "agents": [], "flows": [], "ticket_types": [], "ticket_categories": []}


async def test_skills_say_who_needs_them(office: Office) -> None:
    await office.put("/agents/anna/routing", {"skills": [{"skill_id": "selling", "level": 4}]})
    settings = await office.get("/queues/help")
    await office.put("/queues/help", settings | {"relax": [{"after_s": 5, "drop": ["german"]}]})
    skills = {item["id"]: item for item in (await office.get("/skills"))["items"]}
    anna, sales = {"id": "anna", "name": "Anna"}, {"id": "sales", "name": "Sales"}
    assert skills["selling"]["used_by"] == NOBODY | {"queues": [sales], "agents": [anna]}
    assert skills["german"]["used_by"] == NOBODY | {"queues": [{"id": "help", "name": "Help"}]}
    assert skills["english"]["used_by"] == NOBODY | {"flows": ["main"]}
    for skill in skills.values():
        status, answer = await office.ask("DELETE", f"/skills/{skill['id']}")
        assert (status, answer["used_by"]) == (409, skill["used_by"])


async def test_skills_are_made_renamed_and_removed(office: Office) -> None:
    made = await office.post("/skills", {"name": " Français "})
    assert made == {"id": "francais", "name": "Français", "used_by": NOBODY}
    renamed = await office.put("/skills/francais", made | {"name": "French"})
    assert renamed == made | {"name": "French"}
    assert (await office.refused("POST", "/skills", {"name": "french"}))[:2] == (409, "name")
    assert (await office.refused("POST", "/skills", {"name": "x", "id": "francais"}))[:2] == (409, "id")
    assert (await office.refused("POST", "/skills", {"name": "x", "id": "No Id"}))[:2] == (422, "id")
    assert (await office.refused("PUT", "/skills/francais", {"name": "German"}))[:2] == (409, "name")
    assert (await office.refused("PUT", "/skills/francais", {"name": "x", "id": "other"}))[:2] == (422, "id")
    await office.delete("/skills/francais")
    for method in ("PUT", "DELETE"):
        assert (await office.refused(method, "/skills/francais", {"name": "x"}))[0] == 404
    assert [change.id for change in office.changes] == ["francais"] * 3


async def test_a_profile_reaches_everybody_who_has_it(office: Office) -> None:
    made = await office.post("/routing-profiles", CHATS)
    assert made == CHATS | {"id": "chats", "used_by": NOBODY}
    await office.put("/agents/anna/routing", {"profile_id": "chats"})
    chat, voice = ChannelCapacity(max=4, units=1, interrupted_by=("voice",)), ChannelCapacity(units=4, blocks=("*",))
    assert office.agent_config("anna").capacity == Capacity(
        4, {"voice": voice, "callback": voice, "voicemail": voice, "chat": chat}
    )
    wider = made | {"units": 8}
    anna = [{"id": "anna", "name": "Anna"}]
    assert await office.put("/routing-profiles/chats", wider) == wider | {"used_by": NOBODY | {"agents": anna}}
    assert office.agent_config("anna").capacity.units == 8
    assert office.changes[-1] == RoutingChanged(what="routing-profile", id="chats")
    status, answer = await office.ask("DELETE", "/routing-profiles/chats")
    assert (status, answer["used_by"]["agents"]) == (409, anna)
    await office.put("/agents/anna/routing", {})
    assert office.agent_config("anna").capacity == DEFAULT_CAPACITY
    await office.delete("/routing-profiles/chats")
    assert await office.get("/routing-profiles") == {"items": []}
    for method in ("PUT", "DELETE"):
        assert (await office.refused(method, "/routing-profiles/chats", CHATS))[0] == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"units": 0}, "units"),
        ({"channels": {}}, "channels"),
        ({"channels": {"chat": {"max": 0}}}, "channels.chat.max"),
        ({"channels": {"chat": {"units": 5}}}, "channels.chat.units"),
        ({"channels": {"chat": {"blocks": ["pigeon"]}}}, "channels.chat.blocks"),
        ({"channels": {"chat": {"interrupted_by": ["chat"]}}}, "channels.chat.interrupted_by"),
        ({"name": ""}, "name"),
        ({"id": "other"}, "id"),
    ],
)
async def test_a_profile_nobody_could_work_by_is_refused_naming_the_field(
    office: Office, change: Json, field: str
) -> None:
    made = await office.post("/routing-profiles", CHATS)
    status, named, sentence = await office.refused("PUT", "/routing-profiles/chats", CHATS | change)
    assert (status, named) == (422, field)
    assert sentence.startswith(f"{field}: ")
    assert await office.get("/routing-profiles") == {"items": [made]}


async def test_what_an_agent_gets(office: Office) -> None:
    plain = {"queue_id": "sales", "tier": 1, "position": 0, "weight": 1.0}
    before = await office.get("/agents/anna/routing")
    assert before == {
        "agent_id": "anna",
        "name": "Anna",
        "skills": [],
        "queues": [plain],
        "profile_id": None,
        "misses_before_not_responding": 1,
        "device": "browser",
    }
    wanted = before | {
        "skills": [{"skill_id": "english", "level": 2}, {"skill_id": "selling", "level": 5}],
        "queues": [plain | {"tier": 2, "weight": 0.5}, plain | {"queue_id": "help", "position": 3}],
        "misses_before_not_responding": 3,
    }
    assert await office.put("/agents/anna/routing", wanted) == wanted
    assert await office.get("/agents/anna/routing") == wanted
    config = office.agent_config("anna")
    assert config.skills == {"english": 2, "selling": 5}
    assert config.queues == {"sales": Membership(2, 0, 0.5), "help": Membership(1, 3)}
    assert config.misses_before_not_responding == 3
    assert [member["agent_id"] for member in (await office.get("/queues/help"))["members"]] == ["anna"]
    assert office.changes == [RoutingChanged(what="agent", id="anna")]


async def test_a_desk_phone_must_be_there(office: Office) -> None:
    assert (await office.refused("PUT", "/agents/ben/routing", {"device": "sip"}))[:2] == (422, "device")
    account = SipAccount(username="phone", user_id="ben", realm="r", ha1_md5=Sealed(b"x"), ha1_sha256=Sealed(b"y"))
    async with office.database.transaction() as session:
        session.add(account)
    assert (await office.put("/agents/ben/routing", {"device": "sip"}))["device"] == "sip"
    assert office.agents.get("ben").sip_username == "phone"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"skills": [{"skill_id": "english", "level": 9}]}, "skills.0.level"),
        ({"skills": [{"skill_id": "astrology"}]}, "skills.0.skill_id"),
        ({"skills": [{"skill_id": "english"}, {"skill_id": "english"}]}, "skills.1.skill_id"),
        ({"queues": [{"queue_id": "nowhere"}]}, "queues.0.queue_id"),
        ({"queues": [{"queue_id": "sales"}, {"queue_id": "sales"}]}, "queues.1.queue_id"),
        ({"queues": [{"queue_id": "sales", "tier": 0}]}, "queues.0.tier"),
        ({"profile_id": "nowhere"}, "profile_id"),
        ({"misses_before_not_responding": 0}, "misses_before_not_responding"),
        ({"device": "pigeon"}, "device"),
        ({"agent_id": "ben"}, "agent_id"),
    ],
)
async def test_what_cannot_be_given_to_an_agent_is_refused_naming_the_field(
    office: Office, change: Json, field: str
) -> None:
    before = await office.get("/agents/anna/routing")
    status, named, _ = await office.refused("PUT", "/agents/anna/routing", before | change)
    assert (status, named) == (422, field)
    assert await office.get("/agents/anna/routing") == before


async def test_only_those_who_take_work_have_a_routing(office: Office) -> None:
    assert (await office.get("/agents/sue/routing"))["queues"] == []
    assert (await office.refused("GET", "/agents/nobody/routing"))[0] == 404
    assert (await office.refused("PUT", "/agents/nobody/routing", {}))[0] == 404
