"""A queue over HTTP: what is written comes back, reaches the engine and is announced; what cannot work does not."""

from __future__ import annotations

from typing import Any

import pytest

from acd.commands import EnqueueContact
from acd.model import (
    Absence,
    AnyOf,
    Membership,
    Not,
    OverflowCause,
    OverflowRule,
    RelaxStep,
    SkillRequirement,
    Target,
    TargetKind,
)
from acd.strategies import RULES
from contactcenter.queues.events import RoutingChanged
from tests.fakes.office import Office

Json = dict[str, Any]


def skill(name: str, level: int = 1) -> Json:
    return {"type": "skill", "skill": name, "level": level}


def sent_to(kind: str, value: str | None) -> Json:
    return {"cause": "full", "to": {"kind": kind, "value": value}, "limit": 5.0, "absent": []}


def to_queue(queue_id: str, **rule: Any) -> Json:
    return {"cause": "max-wait", "limit": 30, "to": {"kind": "queue", "value": queue_id}} | rule


EVERYTHING: Json = {
    "name": "Billing",
    "position": 7,
    "service_level_goal": 0.9,
    "strategy": "ring-progressively",
    "required_skills": [{"type": "any", "of": [skill("english", 3), skill("german", 2)]}],
    "preferred_skills": [{"type": "not", "of": skill("selling", 1)}],
    "relax": [{"after_s": 30.0, "level_down": 1, "drop": ["german"], "reach": 2}],
    "tier_delay_s": 15.0,
    "ring_timeout_s": 18.0,
    "ring_next_s": 6.0,
    "wrap_up_s": 45.0,
    "wrap_up_forced": False,
    "refusal_lapse_s": None,
    "fair_window_s": 1800.0,
    "overflow": [
        {"cause": "full", "to": {"kind": "queue", "value": "help"}, "limit": 20.0, "absent": []},
        {
            "cause": "join-empty",
            "to": {"kind": "message", "value": "office@example.com"},
            "limit": None,
            "absent": ["off", "paused"],
        },
    ],
    "service_level_target_s": 25.0,
    "weight": 3,
    "ageing_s": 60.0,
    "cost": 2.5,
    "target_wait_s": 40.0,
    "keeps_clock": False,
    "calendar_id": None,
}


async def test_everything_is_kept_and_reaches_the_engine(office: Office) -> None:
    members = [
        {"agent_id": "ben", "name": "Ben", "tier": 1, "position": 2, "weight": 1.0},
        {"agent_id": "anna", "name": "Anna", "tier": 2, "position": 1, "weight": 0.5},
    ]
    made = await office.post("/queues", EVERYTHING | {"members": members})
    assert made == EVERYTHING | {"id": "billing", "members": members}
    assert await office.get("/queues/billing") == made
    assert {"id": "billing", "name": "Billing"} in (await office.get("/queues"))["items"]
    config = office.queue_config("billing")
    assert config.required_skills == (AnyOf((SkillRequirement("english", 3), SkillRequirement("german", 2))),)
    assert config.preferred_skills == (Not(SkillRequirement("selling", 1)),)
    assert config.relax == (RelaxStep(after_s=30.0, level_down=1, drop=("german",), reach=2),)
    assert config.overflow == (
        OverflowRule(cause=OverflowCause.FULL, to=Target(TargetKind.QUEUE, "help"), limit=20.0),
        OverflowRule(
            cause=OverflowCause.JOIN_EMPTY,
            to=Target(TargetKind.MESSAGE, "office@example.com"),
            absent=(Absence.OFF, Absence.PAUSED),
        ),
    )
    for setting in config.__struct_fields__:
        if isinstance(EVERYTHING.get(setting), int | float | str | None) and setting != "queue_id":
            assert getattr(config, setting) == EVERYTHING[setting], setting
    assert office.agent_config("anna").queues == {"sales": Membership(), "billing": Membership(2, 1, 0.5)}
    assert office.changes == [RoutingChanged(what="queue", id="billing")]


async def test_a_change_reaches_the_engine_and_only_the_members_given_change(office: Office) -> None:
    settings = await office.get("/queues/sales")
    changed = await office.put("/queues/sales", settings | {"name": "Shop", "ring_timeout_s": 7})
    assert (changed["name"], changed["ring_timeout_s"]) == ("Shop", 7)
    assert office.queues.name("sales") == "Shop"
    assert office.queue_config("sales").ring_timeout_s == 7
    without = {key: value for key, value in changed.items() if key not in ("id", "members")}
    assert (await office.put("/queues/sales", without))["members"] == settings["members"]
    await office.put("/queues/sales", without | {"members": [{"agent_id": "ben", "tier": 3}]})
    assert office.agent_config("anna").queues == {}
    assert office.agent_config("ben").queues == {"sales": Membership(tier=3)}


async def test_a_supervisor_taken_out_of_the_last_queue_gets_nothing_any_more(office: Office) -> None:
    settings = await office.get("/queues/help")
    await office.put("/queues/help", settings | {"members": [{"agent_id": "sue"}]})
    assert office.agent_config("sue").queues == {"help": Membership()}
    await office.put("/queues/help", settings | {"members": []})
    assert office.agent_config("sue").queues == {}
    await office.put("/queues/help", settings | {"members": [{"agent_id": "sue"}]})
    assert office.agent_config("sue").queues == {"help": Membership()}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"strategy": "astrology"}, "strategy"),
        ({"required_skills": [skill("english"), skill("english", 9)]}, "required_skills.1.level"),
        ({"required_skills": [{"type": "any", "of": [skill("english", 0)]}]}, "required_skills.0.of.0.level"),
        ({"required_skills": [{"type": "all", "of": []}]}, "required_skills.0.of"),
        ({"required_skills": [skill("astrology")]}, "required_skills.0.skill"),
        ({"preferred_skills": [{"type": "not", "of": skill("astrology")}]}, "preferred_skills.0.of.skill"),
        ({"required_skills": [{"type": "maybe", "of": []}]}, "required_skills.0"),
        ({"relax": [{"after_s": 10, "drop": ["astrology"]}]}, "relax.0.drop"),
        ({"relax": [{"after_s": 10, "level_down": 1}, {"after_s": 5, "level_down": 1}]}, "relax.1.after_s"),
        ({"relax": [{"after_s": 10}]}, "relax.0"),
        ({"ring_timeout_s": 0}, "ring_timeout_s"),
        ({"cost": -1}, "cost"),
        ({"overflow": [{"cause": "full"}]}, "overflow.0.limit"),
        ({"overflow": [{"cause": "leave-empty"}]}, "overflow.0.absent"),
        ({"overflow": [to_queue("nowhere")]}, "overflow.0.to.value"),
        ({"overflow": [to_queue("help", limit=0)]}, "overflow.0.limit"),
        ({"overflow": [{"cause": "full", "limit": 5, "to": {"kind": "number"}}]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("number", "the boss")]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("voicemail", "nowhere")]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("callback", "nowhere")]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("message", None)]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("message", "we are full")]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("message", "team:nowhere")]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("message", "agent:nobody")]}, "overflow.0.to.value"),
        ({"overflow": [sent_to("ticket", "x" * 201)]}, "overflow.0.to.value"),
        ({"tier_delay_s": 0}, "tier_delay_s"),
        ({"refusal_lapse_s": 0}, "refusal_lapse_s"),
        ({"overflow": [to_queue("sales")]}, "overflow"),
        ({"calendar_id": "nowhere"}, "calendar_id"),
        ({"members": [{"agent_id": "nobody"}]}, "members.0.agent_id"),
        ({"members": [{"agent_id": "anna"}, {"agent_id": "anna"}]}, "members.1.agent_id"),
        ({"members": [{"agent_id": "anna", "tier": 0}]}, "members.0.tier"),
        ({"members": [{"agent_id": "anna", "weight": 0}]}, "members.0.weight"),
        ({"name": " "}, "name"),
        ({"name": "a\u0000b"}, "name"),
        ({"id": "other"}, "id"),
        ({"service_level_goal": 1.5}, "service_level_goal"),
        ({"position": 10**12}, "position"),
        ({"surprise": 1}, "surprise"),
    ],
)
async def test_what_cannot_work_is_refused_naming_the_field(office: Office, change: Json, field: str) -> None:
    before = await office.get("/queues/sales")
    status, named, sentence = await office.refused("PUT", "/queues/sales", before | change)
    assert (status, named) == (422, field)
    assert sentence.startswith(f"{field}: ")
    assert sentence.endswith(".")
    assert await office.get("/queues/sales") == before


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "+49 30 123456"),
        ("voicemail", None),
        ("voicemail", "help"),
        ("callback", "sales"),
        ("message", "agent:ben"),
        ("ticket", None),
        ("ticket", "Call {x}"),
    ],
)
async def test_every_kind_of_place_can_be_reached(office: Office, kind: str, value: str | None) -> None:
    settings = await office.get("/queues/sales")
    rule = sent_to(kind, value)
    assert (await office.put("/queues/sales", settings | {"overflow": [rule]}))["overflow"] == [rule]


async def test_a_queue_whose_agents_get_what_is_left_for_another_is_in_use(office: Office) -> None:
    await office.post("/queues", {"name": "Third", "overflow": [sent_to("voicemail", "help")]})
    status, answer = await office.ask("DELETE", "/queues/help")
    assert status == 409
    assert {"id": "third", "name": "Third"} in answer["used_by"]["queues"]


async def test_queues_that_overflow_in_a_circle_are_refused(office: Office) -> None:
    sales, support = await office.get("/queues/sales"), await office.get("/queues/help")
    await office.put("/queues/sales", sales | {"overflow": [to_queue("help")]})
    refused = await office.refused("PUT", "/queues/help", support | {"overflow": [to_queue("sales")]})
    assert refused[:2] == (422, "overflow")
    assert "circle" in refused[2]
    # The other way round is fine once the first way is gone.
    await office.put("/queues/sales", sales)
    await office.put("/queues/help", support | {"overflow": [to_queue("sales")]})


async def test_an_expression_as_deep_as_a_well_is_refused(office: Office) -> None:
    deep: Json = skill("english")
    for _ in range(60):
        deep = {"type": "not", "of": deep}
    settings = await office.get("/queues/sales")
    assert (await office.refused("PUT", "/queues/sales", settings | {"required_skills": [deep]}))[0] == 422
    wide = {"type": "any", "of": [skill("english")] * 2000}
    assert (await office.refused("PUT", "/queues/sales", settings | {"required_skills": [wide]}))[0] == 422


async def test_names_and_ids_are_there_once(office: Office) -> None:
    assert (await office.refused("POST", "/queues", {"name": "sales"}))[:2] == (409, "name")
    assert (await office.refused("POST", "/queues", {"name": "New", "id": "sales"}))[:2] == (409, "id")
    assert (await office.refused("PUT", "/queues/help", {"name": "SALES"}))[:2] == (409, "name")
    assert (await office.post("/queues", {"name": "Überweisung & Co"}))["id"] == "uberweisung-co"
    assert (await office.post("/queues", {"name": "Uberweisung + Co"}))["id"] == "uberweisung-co-2"
    assert (await office.post("/queues", {"name": "日本"}))["id"] == "new"
    assert (await office.refused("GET", "/queues/nowhere"))[0] == 404
    assert (await office.refused("PUT", "/queues/nowhere", {"name": "x"}))[0] == 404
    assert (await office.refused("DELETE", "/queues/nowhere"))[0] == 404


async def test_a_queue_in_use_stays(office: Office) -> None:
    status, answer = await office.ask("DELETE", "/queues/sales")
    assert (status, answer["used_by"]["flows"]) == (409, ["main"])
    help_settings = await office.get("/queues/help")
    await office.post("/queues", {"name": "Third", "overflow": [to_queue("help")]})
    status, answer = await office.ask("DELETE", "/queues/help")
    assert (status, answer["used_by"]["queues"]) == (409, [{"id": "third", "name": "Third"}])
    assert "Third" in answer["detail"]
    assert await office.get("/queues/help") == help_settings


async def test_a_queue_with_contacts_in_line_stays(office: Office) -> None:
    office.driver.submit(EnqueueContact("caller", "help"))
    status, answer = await office.ask("DELETE", "/queues/help")
    assert (status, answer["type"]) == (409, "/problems/queue-not-empty")
    await office.get("/queues/help")


async def test_an_empty_queue_goes_with_its_memberships(office: Office) -> None:
    settings = await office.get("/queues/help")
    await office.put("/queues/help", settings | {"members": [{"agent_id": "anna"}]})
    await office.delete("/queues/help")
    assert office.queues.ids() == {"sales"}
    assert office.driver.engine.queue_ids() == ["sales"]
    assert office.agent_config("anna").queues == {"sales": Membership()}
    assert office.changes[-1] == RoutingChanged(what="queue", id="help")
    assert (await office.post("/queues", {"name": "Help"}))["members"] == []


async def test_every_strategy_is_told_with_its_rule(office: Office) -> None:
    items = (await office.get("/strategies"))["items"]
    assert {item["name"]: item["rule"] for item in items} == RULES
    assert next(item["title"] for item in items if item["name"] == "longest-idle") == "Longest idle"


async def test_agents_see_only_the_names(office: Office) -> None:
    assert (await office.ask("GET", "/queues", role="agent"))[0] == 200
    assert (await office.ask("GET", "/queues/sales", role="agent"))[0] == 403
    assert (await office.ask("GET", "/queues/sales", role="supervisor"))[0] == 200
    assert (await office.ask("PUT", "/queues/sales", {"name": "x"}, role="supervisor"))[0] == 403
