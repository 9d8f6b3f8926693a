"""Callbacks and messages that nobody has in hand are cancelled, put off and called up by a supervisor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from contactcenter.flows.model import Flow
from contactcenter.permissions import Principal, Scope
from contactcenter.queues.permissions import QUEUES_ACT
from contactcenter.supervision.wallboard import FLUSH_S
from tests.calls.test_follow_ups import CALLBACK, VOICEMAIL, go_home, interactions, owed_state, press, row, speak
from tests.fakes.virtual_time import VirtualLoop
from tests.supervision.test_line import Floor, refused

Scene = Callable[[Floor], Coroutine[Any, Any, None]]
BY_SUE = {"id": "sue", "name": "Sue"}


def play(scene: Scene, flow: Flow) -> None:
    async def run() -> None:
        floor = Floor(flow)
        await floor.start()
        await scene(floor)
        await go_home(floor)

    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(run())


async def promised(floor: Floor) -> str:
    """A callback waiting in Sales; who asked for it has hung up."""
    floor.user_agent.registered.add("cara-phone")
    floor.dial(caller="cara-phone")
    await asyncio.sleep(10)
    voice = interactions(floor, "voice")[-1]
    await press(floor, voice, "1")
    await press(floor, voice, "1")
    await asyncio.sleep(5)
    return interactions(floor, "callback")[-1]


def at(floor: Floor, seconds: float) -> datetime:
    return datetime.fromtimestamp(floor.driver.now + seconds, UTC)


def shown(floor: Floor, contact: str) -> dict[str, Any] | None:
    return floor.board("contacts").get(contact)


def test_one_that_is_cancelled_is_over_and_nobody_has_given_up() -> None:
    async def scene(floor: Floor) -> None:
        owed = await promised(floor)
        line = shown(floor, owed)
        assert line is not None
        assert (line["channel"], line["position"], line["due_at"]) == ("callback", 1, None)
        assert await floor.sue_does("owed.cancel", interaction_id=owed) == {"due_at": None}
        assert shown(floor, owed) is None
        assert (row(floor, owed)["outcome"], owed_state(floor, owed)) == ("cancelled", "closed")
        assert floor.story(owed, "contact.cancelled") == [{"by": BY_SUE}]
        assert floor.story(owed, "queue.left") == [], "the caller has chosen nothing"
        assert floor.driver.engine.contact_ids() == []
        assert floor.day.total.abandoned == 0
        assert [(act.kind.name, act.subject.id, act.after) for act in floor.noted] == [
            ("owed.cancelled", owed, {"outcome": "cancelled"})
        ]
        assert refused(await floor.sue_does("owed.cancel", interaction_id=owed))[0] == "contact-gone"

    play(scene, CALLBACK)


def test_one_that_is_put_off_comes_at_its_time_with_its_clock() -> None:
    async def scene(floor: Floor) -> None:
        owed = await promised(floor)
        since = floor.driver.engine.contact_view(owed).queued_at
        due = at(floor, 3600)
        assert await floor.sue_does("owed.reschedule", interaction_id=owed, at=due) == {"due_at": None}
        told = due.isoformat().replace("+00:00", "Z")
        line = shown(floor, owed)
        assert line is not None
        assert (line["due_at"], line["position"], line["caller"]["address"]) == (told, None, "cara-phone")
        assert owed_state(floor, owed) == "scheduled"
        assert floor.driver.engine.contact_ids() == []
        assert floor.story(owed, "contact.rescheduled") == [{"at": told, "by": BY_SUE}]
        await asyncio.sleep(3601)
        line = shown(floor, owed)
        assert line is not None
        assert (line["due_at"], line["position"]) == (None, 1)
        assert floor.driver.engine.contact_view(owed).queued_at == since
        assert floor.noted[-1].before == {"due_at": None}
        assert floor.noted[-1].after == {"due_at": told}
        await floor.sue_does("owed.cancel", interaction_id=owed)

    play(scene, CALLBACK)


def test_one_that_is_to_come_later_is_called_up_put_off_again_and_cancelled() -> None:
    async def scene(floor: Floor) -> None:
        owed = await promised(floor)
        due = at(floor, 3600)
        await floor.sue_does("owed.reschedule", interaction_id=owed, at=due)
        answer = await floor.sue_does("owed.reschedule", interaction_id=owed)
        assert answer == {"due_at": due.isoformat().replace("+00:00", "Z")}
        await asyncio.sleep(FLUSH_S)
        assert floor.driver.engine.contact_ids() == [owed]
        waits = refused(await floor.sue_does("owed.reschedule", interaction_id=owed))
        assert waits == ("not-possible", "It waits in line already: who is free next gets it.")
        await floor.sue_does("owed.reschedule", interaction_id=owed, at=due)
        await floor.sue_does("owed.reschedule", interaction_id=owed, at=due + timedelta(hours=1))
        await asyncio.sleep(2 * 3600 - 60)
        assert floor.driver.engine.contact_ids() == []
        await floor.sue_does("owed.cancel", interaction_id=owed)
        await asyncio.sleep(3600)
        assert (floor.driver.engine.contact_ids(), shown(floor, owed)) == ([], None)

    play(scene, CALLBACK)


def test_a_message_is_cancelled_while_it_rings_and_the_agent_sees_it_go() -> None:
    async def scene(floor: Floor) -> None:
        floor.dial()
        await speak(floor, 7)
        floor.plane.fall_silent(next(iter(floor.plane.recordings)))
        await asyncio.sleep(5)
        (message,) = interactions(floor, "voicemail")
        await floor.ready("anna")
        assert await floor.offered("anna") == message
        await floor.sue_does("owed.cancel", interaction_id=message)
        assert floor.rows("anna", "offers") == {}
        assert row(floor, message)["outcome"] == "cancelled"

    play(scene, VOICEMAIL)


def test_what_an_agent_has_in_hand_and_what_is_a_call_are_left_alone() -> None:
    async def scene(floor: Floor) -> None:
        owed = await promised(floor)
        await floor.ready("anna")
        assert await floor.offered("anna") == owed
        await floor.command("anna", "offer.accept", interaction_id=owed, sdp="offer")
        await floor.quiet()
        for name, args in (("owed.cancel", {}), ("owed.reschedule", {"at": at(floor, 60)})):
            answer = refused(await floor.sue_does(name, interaction_id=owed, **args))
            assert answer == ("not-possible", "An agent has it in hand.")
        floor.user_agent.outgoing[-1].far_answers()
        await floor.quiet()
        floor.user_agent.outgoing[-1].far_hangs_up()
        await floor.quiet()
        await floor.command("anna", "wrapup.complete", interaction_id=owed, disposition_id="sold")
        (caller,) = await floor.callers(1)
        assert refused(await floor.sue_does("owed.cancel", interaction_id=caller))[0] == "contact-gone"

    play(scene, CALLBACK)


def test_times_that_cannot_be_are_refused_by_name() -> None:
    async def scene(floor: Floor) -> None:
        owed = await promised(floor)
        for seconds in (-1.0, 61 * 86400.0):
            answer = await floor.sue_does("owed.reschedule", interaction_id=owed, at=at(floor, seconds))
            assert refused(answer)[0] == "bad-setting"
            assert answer.extra["field"] == "at"
        with pytest.raises(ValidationError):
            await floor.sue_does("owed.reschedule", interaction_id=owed, at="2026-01-01T10:00:00")
        assert floor.noted == []
        await floor.sue_does("owed.cancel", interaction_id=owed)

    play(scene, CALLBACK)


def test_only_who_leads_the_queue_may() -> None:
    async def scene(floor: Floor) -> None:
        owed = await promised(floor)
        sue = floor.sue
        elsewhere = {QUEUES_ACT.name: Scope(queues=frozenset({"help"}))}
        floor.sue = Principal("kim", "kim@example.com", "Kim", ("own",), "session", elsewhere)
        for name in ("owed.cancel", "owed.reschedule"):
            assert refused(await floor.sue_does(name, interaction_id=owed))[0] == "forbidden"
        floor.sue = sue
        await floor.sue_does("owed.cancel", interaction_id=owed)

    play(scene, CALLBACK)


def test_one_that_was_moved_stays_where_it_is_after_it_was_put_off() -> None:
    async def scene(floor: Floor) -> None:
        owed = await promised(floor)
        await floor.sue_does("contact.move", interaction_id=owed, queue_id="help")
        await floor.sue_does("owed.reschedule", interaction_id=owed, at=at(floor, 60))
        line = shown(floor, owed)
        assert line is not None
        assert line["queue_id"] == "help"
        await asyncio.sleep(61)
        assert floor.driver.engine.contact_view(owed).queue_id == "help"
        await floor.sue_does("owed.cancel", interaction_id=owed)

    play(scene, CALLBACK)
