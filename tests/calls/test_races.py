"""What happens to a call at the worst moment: each of these once left a caller or an agent stuck."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from contactcenter.api.problems import Problem
from tests.fakes.call_world import CallWorld
from tests.fakes.virtual_time import VirtualLoop

Scene = Callable[[CallWorld], Coroutine[Any, Any, None]]


def play(scene: Scene) -> None:
    """On a clock that jumps; at the end everybody goes home and nothing may be left."""

    async def run() -> None:
        world = CallWorld()
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


def events(world: CallWorld) -> list[str]:
    return [record.values["type"] for record in world.journal.records if "type" in record.values]


def ending(world: CallWorld) -> dict[str, Any]:
    """The columns with which the last call was closed."""
    closed = [record.values for record in world.journal.records if record.values.get("state") == "ended"]
    values: dict[str, Any] = closed[-1]
    return values


def test_a_caller_who_cancels_before_anything_was_done() -> None:
    async def scene(world: CallWorld) -> None:
        world.dial().far_hangs_up()
        await world.quiet()
        assert len(world.calls) == 0
        assert ending(world)["outcome"] == "self_served"

    play(scene)


def test_a_caller_who_cancels_while_the_leg_is_opened() -> None:
    async def scene(world: CallWorld) -> None:
        world.plane.latency_s = 1.0
        call = world.dial()
        await asyncio.sleep(0.5)
        call.far_hangs_up()
        await asyncio.sleep(5)
        assert len(world.calls) == 0
        assert "flow.step" not in events(world)

    play(scene)


def test_a_call_is_over_when_the_caller_hangs_up_not_when_everything_is_closed() -> None:
    async def scene(world: CallWorld) -> None:
        call, _ = await world.talking()
        await asyncio.sleep(20)
        world.plane.latency_s = 1.0
        call.far_hangs_up()
        hung_up_at = world.driver.now
        await asyncio.sleep(5)
        assert ending(world)["ended_at"].timestamp() == pytest.approx(hung_up_at, abs=0.01)
        assert ending(world)["talk_s"] == pytest.approx(20, abs=1)

    play(scene)


def test_a_call_without_common_codec_is_refused() -> None:
    async def scene(world: CallWorld) -> None:
        world.plane.failures.append("not-acceptable")
        call = world.dial()
        await world.quiet()
        assert call.rejected == 488
        assert ending(world)["outcome"] == "failed"

    play(scene)


def test_a_number_that_nobody_has_is_refused() -> None:
    async def scene(world: CallWorld) -> None:
        call = world.dial("999")
        await world.quiet()
        assert call.rejected == 404
        assert len(world.calls) == 0

    play(scene)


def test_a_prompt_that_cannot_be_played_does_not_end_the_call() -> None:
    async def scene(world: CallWorld) -> None:
        world.plane.failures.extend([None, "worker-lost", "bad-file"])
        world.dial()
        await asyncio.sleep(10)
        assert len(world.driver.engine.waiting("sales")) == 1

    play(scene)


def test_no_connection_between_caller_and_agent_puts_the_caller_back() -> None:
    async def scene(world: CallWorld) -> None:
        await world.ready("anna")
        world.dial()
        interaction = await world.offered("anna")
        world.plane.failures.extend([None, "worker-lost"])
        answer = await world.command("anna", "offer.accept", interaction_id=interaction, sdp="offer")
        assert isinstance(answer, Problem)
        assert answer.type_slug == "media-worker-lost"
        await world.quiet()
        world.check()
        assert world.rows("anna", "offers")
        assert world.plane.legs.keys() == {f"{interaction}:caller"}
        again = await world.command("anna", "offer.accept", interaction_id=interaction, sdp="offer")
        assert again == {"sdp": "answer to offer"}

    play(scene)


def test_a_desk_phone_without_audio_puts_the_caller_back() -> None:
    async def scene(world: CallWorld) -> None:
        await world.ready("dora")
        world.dial()
        await world.offered("dora")
        await world.quiet()
        world.plane.failures.extend([None, "unknown-leg"])
        (phone,) = world.user_agent.outgoing
        phone.far_answers()
        await asyncio.sleep(0.5)
        assert phone.ended
        assert len(world.driver.engine.waiting("sales")) == 1

    play(scene)


def test_a_phone_that_cannot_be_called_leaves_no_leg() -> None:
    async def scene(world: CallWorld) -> None:
        world.user_agent.bad_address = True
        await world.ready("dora")
        call = world.dial()
        await asyncio.sleep(10)
        assert "offer.unreachable" in events(world)
        assert len(world.plane.legs) == 1
        assert not call.ended

    play(scene)


def test_the_old_legs_loss_does_not_part_a_reopened_call() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        old = f"{interaction}:agent:1"
        world.plane.latency_s = 1.0
        reopening = world.act("anna", "call.media", interaction_id=interaction, sdp="again")
        await asyncio.sleep(0.5)
        world.plane.lose(old, "ice")
        await reopening
        await asyncio.sleep(60)
        assert world.rows("anna", "work")[interaction]["phase"] == "talking"
        assert world.plane.bridges[f"{interaction}:caller"] == f"{interaction}:agent:2"

    play(scene)


def test_an_agent_who_is_back_at_the_last_moment_keeps_the_call() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        world.plane.lose(f"{interaction}:agent:1", "ice")
        await asyncio.sleep(9.5)
        world.plane.latency_s = 0.4
        await world.command("anna", "call.media", interaction_id=interaction, sdp="again")
        await asyncio.sleep(60)
        assert world.rows("anna", "work")[interaction]["phase"] == "talking"

    play(scene)


def test_an_agent_who_does_not_come_back_loses_the_call_to_the_next() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking("anna")
        await world.ready("ben")
        world.plane.lose(f"{interaction}:agent:1", "ice")
        await asyncio.sleep(9.9)
        assert world.rows("anna", "work")[interaction]["phase"] == "reconnecting"
        assert not world.rows("ben", "offers")
        await asyncio.sleep(0.2)
        assert interaction in world.rows("ben", "offers")
        assert world.rows("anna", "state")["me"]["presence"] == "not_responding"
        assert world.plane.legs.keys() == {f"{interaction}:caller"}

    play(scene)


def test_a_loss_is_noticed_without_music_too() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        world.plane.failures.append("bad-file")
        world.plane.lose(f"{interaction}:agent:1", "ice")
        await asyncio.sleep(1)
        assert world.rows("anna", "work")[interaction]["phase"] == "reconnecting"
        await asyncio.sleep(10)
        assert not world.rows("anna", "work")

    play(scene)


def test_a_reopening_that_fails_can_be_tried_again_and_is_given_up_in_time() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        world.plane.lose(f"{interaction}:agent:1", "ice")
        await asyncio.sleep(1)
        world.plane.failures.extend([None, "worker-lost"])
        answer = await world.command("anna", "call.media", interaction_id=interaction, sdp="again")
        assert isinstance(answer, Problem)
        assert world.rows("anna", "work")[interaction]["phase"] == "reconnecting"
        await asyncio.sleep(10)
        assert not world.rows("anna", "work")
        assert world.driver.engine.waiting("sales")

    play(scene)


def test_a_held_call_is_still_held_after_a_reload() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        assert await world.command("anna", "call.hold", interaction_id=interaction) == {}
        world.plane.lose(f"{interaction}:agent:1", "ice")
        await world.quiet()
        await world.command("anna", "call.media", interaction_id=interaction, sdp="again")
        assert world.rows("anna", "work")[interaction]["phase"] == "held"
        assert not world.plane.bridges
        assert await world.command("anna", "call.resume", interaction_id=interaction) == {}
        assert len(world.plane.bridges) == 2

    play(scene)


def test_a_muted_agent_is_not_heard_after_a_reload() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        await world.command("anna", "call.mute", interaction_id=interaction, muted=True)
        await world.command("anna", "call.media", interaction_id=interaction, sdp="again")
        assert f"{interaction}:agent:2" in world.plane.muted

    play(scene)


def test_a_hold_without_music_can_be_resumed() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        world.plane.failures.extend([None, "bad-file"])
        assert await world.command("anna", "call.hold", interaction_id=interaction) == {}
        assert world.rows("anna", "work")[interaction]["phase"] == "held"
        assert await world.command("anna", "call.resume", interaction_id=interaction) == {}
        assert len(world.plane.bridges) == 2

    play(scene)


def test_hanging_up_a_call_that_was_just_given_away_does_nothing() -> None:
    async def scene(world: CallWorld) -> None:
        call, interaction = await world.talking()
        world.plane.lose(f"{interaction}:agent:1", "ice")
        await asyncio.sleep(9.99)
        world.plane.latency_s = 0.05
        blocking = world.act("anna", "call.digits", interaction_id=interaction, digits="1")
        await asyncio.sleep(0.02)
        hanging_up = world.act("anna", "call.hangup", interaction_id=interaction)
        await blocking
        assert isinstance(await hanging_up, Problem)
        assert not call.ended

    play(scene)


def test_who_leaves_after_the_longest_wait_is_no_one_served_by_the_flow() -> None:
    async def scene(world: CallWorld) -> None:
        call = world.dial()
        await asyncio.sleep(0.1)
        while not world.driver.engine.contact_ids():
            await asyncio.sleep(0.5)
        await asyncio.sleep(60.2)
        call.far_hangs_up()
        await world.quiet()
        assert ending(world)["outcome"] == "overflowed"

    play(scene)


def test_stopping_waits_for_calls_that_are_just_ending() -> None:
    async def scene(world: CallWorld) -> None:
        call, _ = await world.talking()
        world.plane.latency_s = 2.0
        call.far_hangs_up()
        await asyncio.sleep(0.5)
        await world.calls.stop()
        assert ending(world)["outcome"] == "handled"

    play(scene)


@pytest.mark.parametrize("stage", ["flow", "queued", "offered", "talking", "held"])
def test_stopping_ends_calls_at_every_stage(stage: str) -> None:
    async def scene(world: CallWorld) -> None:
        if stage in ("talking", "held"):
            call, interaction = await world.talking()
            if stage == "held":
                await world.command("anna", "call.hold", interaction_id=interaction)
        else:
            if stage == "offered":
                await world.ready("anna")
            call = world.dial()
            if stage == "offered":
                await world.offered("anna")
            await asyncio.sleep({"flow": 0.5, "queued": 20.0, "offered": 0.0}[stage])
        await world.calls.stop()
        assert call.ended
        assert not world.plane.legs
        assert not world.driver.engine.contact_ids()
        late = world.dial("999")
        await world.quiet()
        assert late.rejected == 503

    play(scene)


def test_a_reinvite_without_an_offer_gets_ours_and_its_answer_is_taken() -> None:
    async def scene(world: CallWorld) -> None:
        call, interaction = await world.talking()
        call.far_reoffers(None)
        await world.quiet()
        assert call.sent_in_reinvite == f"offer of {interaction}:caller"
        call.far_acknowledges("the answer to it")
        await world.quiet()
        assert world.plane.answers[f"{interaction}:caller"] == "the answer to it"

    play(scene)


def test_the_agent_is_told_when_the_recording_breaks_off() -> None:
    async def scene(world: CallWorld) -> None:
        _, interaction = await world.talking()
        assert world.rows("anna", "work")[interaction]["recording"] is True
        world.plane.fail_recording(interaction, "No space left on device")
        row = world.rows("anna", "work")[interaction]
        assert row["recording"] is False
        assert "No space left on device" in row["warning"]
        assert "recording.failed" in events(world)

    play(scene)
