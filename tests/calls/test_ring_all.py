"""One call rings at several agents at once: the first to accept has it, and everywhere else it stops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

from acd.commands import ConfigureQueue, EnqueueContact, PrioritizeContact
from acd.model import QueueConfig, RelaxStep, SkillRequirement
from contactcenter.api.problems import Problem
from tests.fakes.call_world import CallWorld
from tests.fakes.virtual_time import VirtualLoop


def play(strategy: str, scene: Callable[[CallWorld], Coroutine[Any, Any, None]]) -> None:
    async def run() -> None:
        world = CallWorld(strategy)
        await world.start()
        try:
            await scene(world)
            await world.finish()
        finally:
            await world.stop()

    loop = VirtualLoop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()


def events(world: CallWorld) -> list[dict[str, Any]]:
    return [record.values for record in world.journal.records if "type" in record.values]


async def everybody(world: CallWorld) -> str:
    for agent in ("anna", "ben", "dora"):
        await world.ready(agent)
    world.dial()
    interaction = await world.offered("anna")
    await world.quiet()
    world.check()
    assert [interaction in world.rows(agent, "offers") for agent in ("anna", "ben", "dora")] == [True] * 3
    assert [call.ended for call in world.user_agent.outgoing] == [False]
    return interaction


def test_the_first_browser_has_it_and_the_rest_are_withdrawn() -> None:
    async def scene(world: CallWorld) -> None:
        interaction = await everybody(world)
        answer = await world.command("ben", "offer.accept", interaction_id=interaction, sdp="offer")
        assert answer == {"sdp": "answer to offer"}
        await world.quiet()
        world.check()
        assert not world.rows("anna", "offers")
        assert not world.rows("dora", "offers")
        assert [call.ended for call in world.user_agent.outgoing] == [True]
        assert world.rows("ben", "work")[interaction]["phase"] == "talking"
        late = await world.command("anna", "offer.accept", interaction_id=interaction, sdp="offer")
        assert isinstance(late, Problem)
        withdrawn = [event["data"] for event in events(world) if event["type"] == "offer.withdrawn"]
        assert {(data["agent"]["id"], data["reason"]) for data in withdrawn} == {
            ("anna", "answered-elsewhere"),
            ("dora", "answered-elsewhere"),
        }
        assert world.plane.legs.keys() == {f"{interaction}:caller", f"{interaction}:agent:2"}

    play("ring-all", scene)


def test_the_desk_phone_can_be_the_first() -> None:
    async def scene(world: CallWorld) -> None:
        interaction = await everybody(world)
        (phone,) = world.user_agent.outgoing
        phone.far_answers()
        await world.quiet()
        world.check()
        assert world.rows("dora", "work")[interaction]["device"] == "sip"
        assert not world.rows("anna", "offers")
        assert not world.rows("ben", "offers")

    play("ring-all", scene)


def test_two_who_accept_at_the_same_moment() -> None:
    async def scene(world: CallWorld) -> None:
        interaction = await everybody(world)
        world.plane.latency_s = 0.2
        answers = await asyncio.gather(
            *(world.act(agent, "offer.accept", interaction_id=interaction, sdp="offer") for agent in ("anna", "ben"))
        )
        assert [isinstance(answer, Problem) for answer in answers] == [False, True]
        world.plane.latency_s = 0.0
        await world.quiet()
        world.check()
        assert len(world.plane.legs) == 2

    play("ring-all", scene)


def test_a_rejection_stops_it_there_only() -> None:
    async def scene(world: CallWorld) -> None:
        interaction = await everybody(world)
        assert await world.command("anna", "offer.reject", interaction_id=interaction) == {}
        await world.quiet()
        world.check()
        assert [bool(world.rows(agent, "offers")) for agent in ("anna", "ben", "dora")] == [False, True, True]
        assert isinstance(await world.command("anna", "offer.reject", interaction_id=interaction), Problem)

    play("ring-all", scene)


def test_a_caller_who_hangs_up_silences_all() -> None:
    async def scene(world: CallWorld) -> None:
        await everybody(world)
        world.incoming[0].far_hangs_up()
        await world.quiet()
        world.check()
        assert not any(world.rows(agent, "offers") for agent in ("anna", "ben", "dora"))
        assert [call.ended for call in world.user_agent.outgoing] == [True]

    play("ring-all", scene)


def test_one_after_the_other_joins_the_ringing() -> None:
    async def scene(world: CallWorld) -> None:
        await world.ready("anna")
        await world.ready("ben")
        world.dial()
        interaction = await world.offered("anna")
        assert not world.rows("ben", "offers")
        await asyncio.sleep(2.5)
        assert interaction in world.rows("anna", "offers")
        assert interaction in world.rows("ben", "offers")
        world.check()
        made = [event["data"] for event in events(world) if event["type"] == "offer.made"]
        assert [data["agent"]["id"] for data in made] == ["anna", "ben"]
        assert made[0]["eligible"] == 3
        assert made[0]["ready"] == 2

    play("ring-progressively", scene)


def test_where_the_queue_wishes_the_call_to_go_is_in_its_story() -> None:
    async def scene(world: CallWorld) -> None:
        world.dial()
        while not world.driver.engine.contact_ids():
            await asyncio.sleep(0.5)
        await asyncio.sleep(60.5)
        left = next(event["data"] for event in events(world) if event["type"] == "queue.left")
        assert left == {
            "queue": {"id": "sales", "name": "Sales"},
            "reason": "max-wait",
            "to": {"kind": "leave", "value": None},
        }

    play("longest-idle", scene)


def test_less_is_asked_for_in_time_and_the_story_says_so() -> None:
    async def scene(world: CallWorld) -> None:
        step = RelaxStep(after_s=5.0, drop=("french",))
        config = QueueConfig("sales", required_skills=(SkillRequirement("french", 3),), relax=(step,))
        world.driver.submit(ConfigureQueue(config))
        await world.ready("anna")
        world.dial()
        interaction = await world.offered("anna")
        relaxed = [event["data"] for event in events(world) if event["type"] == "contact.relaxed"]
        assert [(data["step"], data["asks"]) for data in relaxed] == [(1, "")]
        world.driver.submit(PrioritizeContact(interaction, 4))
        assert events(world)[-1]["data"] == {"priority": 4, "by": None}

    play("longest-idle", scene)


def test_each_call_has_a_seed_of_its_own() -> None:
    async def scene(world: CallWorld) -> None:
        world.dial()
        world.dial()
        while len(world.driver.engine.contact_ids()) < 2:
            await asyncio.sleep(0.5)
        enqueued = [what for what in world.told if isinstance(what, EnqueueContact)]
        seeds = {command.seed for command in enqueued}
        assert len(seeds) == 2
        assert all(seed is not None and 0 <= seed < 2**63 for seed in seeds)

    play("random", scene)
