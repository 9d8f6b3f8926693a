"""Callers whom no agent has now: they leave a message, are called back, put through, or tell somebody."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

from contactcenter.calls.models import OwedContact
from contactcenter.interactions.models import Interaction, InteractionEvent
from contactcenter.storage.records import Insert
from tests.fakes.call_world import CallWorld, flow_of
from tests.fakes.virtual_time import VirtualLoop

HEAD = "flow: main\nstart: begin\nsteps:\n  bye: {hangup: {outcome: self_served, say: Bye.}}\n"
VOICEMAIL = flow_of(
    HEAD + "  begin: {voicemail: {queue: sales, max_s: 30, min_s: 2}, next: bye, on_failure: sorry}\n"
    "  sorry: {hangup: {outcome: overflowed}}\n"
)
REVIEWED = flow_of(
    HEAD + "  begin: {voicemail: {queue: sales, review: true}, next: bye, on_failure: sorry}\n"
    "  sorry: {hangup: {outcome: overflowed}}\n"
)
CALLBACK = flow_of(
    HEAD + "  begin:\n    queue: {queue: sales, keys: {1: {label: Back, next: back}}}\n    on_max_wait: bye\n"
    "  back: {callback: {tries: 2, retry_after_min: 5, ring_s: 20}, next: bye, on_failure: sorry}\n"
    "  sorry: {hangup: {outcome: overflowed}}\n"
)
TRANSFER = flow_of(
    HEAD + "  begin: {transfer: {telephone: dora-phone, ring_s: 20}, on_busy: busy, on_failure: sorry}\n"
    "  busy: {hangup: {outcome: closed}}\n  sorry: {hangup: {outcome: overflowed}}\n"
)
TOLD = flow_of(
    HEAD
    + '  begin: {message: {to: {team: office}, text: "Call {caller}."}, next: open, on_failure: sorry}\n'
    "  open: {ticket: {subject: Meter of {caller_name}}, next: bye, on_failure: sorry}\n"
    "  sorry: {hangup: {outcome: overflowed}}\n".replace("Meter of {caller_name}", '"Meter of {caller_name}"')
)
CONSENT = flow_of(
    HEAD.replace("start:", "record: with-consent\nstart:")
    + "  begin: {consent: {kind: recording, prompt: May we record?}, next: wait}\n"
    "  wait: {queue: sales, on_max_wait: bye}\n"
)


def run(main: Coroutine[Any, Any, None]) -> None:
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        runner.run(main)


def row(world: CallWorld, interaction: str) -> dict[str, Any]:
    """As the database has it by now."""
    values: dict[str, Any] = {}
    for record in world.journal.records:
        if record.model is Interaction and interaction == (
            record.values["id"] if isinstance(record, Insert) else record.key
        ):
            values |= record.values
    return values


def interactions(world: CallWorld, channel: str) -> list[str]:
    inserted = (r for r in world.journal.records if isinstance(r, Insert) and r.model is Interaction)
    return [r.values["id"] for r in inserted if r.values["channel"] == channel]


def events(world: CallWorld, interaction: str) -> list[str]:
    return [
        r.values["type"]
        for r in world.journal.records
        if isinstance(r, Insert) and r.model is InteractionEvent and r.values["interaction_id"] == interaction
    ]


def owed_state(world: CallWorld, interaction: str) -> str:
    states = [
        record.values["state"]
        for record in world.journal.records
        if record.model is OwedContact
        and interaction == (record.values["id"] if isinstance(record, Insert) else record.key)
    ]
    return str(states[-1])


async def started(flow: Any) -> CallWorld:
    world = CallWorld(flow=flow)
    await world.start()
    return world


async def go_home(world: CallWorld) -> None:
    for call in (*world.incoming, *world.user_agent.outgoing):
        call.far_hangs_up()
    await world.quiet()
    for agent in world.pages:
        await world.close_pages(agent)
    await world.stop()
    assert not world.faults
    assert world.plane.recordings == {}


async def speak(world: CallWorld, seconds: float) -> None:
    """The caller hears the greeting and the tone, and speaks."""
    async with asyncio.timeout(60):
        while not world.plane.recordings:
            await asyncio.sleep(0.05)
    await asyncio.sleep(seconds)


def test_a_message_becomes_work_of_the_queue_and_is_closed_with_a_result() -> None:
    async def story() -> None:
        world = await started(VOICEMAIL)
        call = world.dial()
        await speak(world, 7)
        world.plane.fall_silent(next(iter(world.plane.recordings)))
        await asyncio.sleep(5)
        assert call.ended
        (voice,), (message,) = interactions(world, "voice"), interactions(world, "voicemail")
        assert row(world, voice)["outcome"] == "voicemail"
        kept = row(world, message)
        assert (kept["state"], kept["queue_id"], kept["caller_address"]) == ("active", "sales", "+4930123456")
        assert kept["recording"]["duration_s"] >= 7
        assert [path.stem for path in world.sealed] == [message]
        assert world.driver.engine.contact_view(message).channel == "voicemail"

        await world.ready("anna")
        assert await world.offered("anna") == message
        offer = world.rows("anna", "offers")[message]
        assert (offer["channel"], offer["device"]) == ("voicemail", "browser")
        assert offer["owed"]["speech_s"] >= 7
        assert await world.command("anna", "offer.accept", interaction_id=message) == {"sdp": None}
        assert world.rows("anna", "work")[message]["phase"] == "open"
        assert await world.command("anna", "work.done", interaction_id=message) == {}
        await world.quiet()
        assert row(world, message)["outcome"] == "handled"
        assert owed_state(world, message) == "closed"
        assert await world.command("anna", "wrapup.complete", interaction_id=message, disposition_id="sold") == {}
        assert world.driver.engine.contact_ids() == []
        assert len(world.calls) == 0
        await go_home(world)

    run(story())


def test_who_hangs_up_while_speaking_has_left_a_message() -> None:
    async def story() -> None:
        world = await started(VOICEMAIL)
        call = world.dial()
        await speak(world, 6)
        call.far_hangs_up()
        await world.quiet()
        (message,) = interactions(world, "voicemail")
        assert row(world, interactions(world, "voice")[0])["outcome"] == "voicemail"
        assert world.driver.engine.contact_view(message).queue_id == "sales"
        await go_home(world)

    run(story())


def test_who_says_nothing_has_left_no_message() -> None:
    async def story() -> None:
        world = await started(VOICEMAIL)
        call = world.dial()
        await speak(world, 1)
        call.far_hangs_up()
        await world.quiet()
        assert interactions(world, "voicemail") == []
        assert len(world.deleted) == 1
        assert world.sealed == []
        await go_home(world)

    run(story())


def test_a_message_is_heard_spoken_anew_and_sent() -> None:
    async def story() -> None:
        world = await started(REVIEWED)
        call = world.dial()
        await speak(world, 4)
        conversation = next(iter(world.calls._conversations.values()))
        for key in ("#", "2", "3"):
            await press(world, conversation.id, key)
        assert len(world.deleted) == 1
        await speak(world, 8)
        for key in ("#", "1"):
            await press(world, conversation.id, key)
        (message,) = interactions(world, "voicemail")
        assert row(world, message)["recording"]["duration_s"] >= 8
        call.far_hangs_up()
        await go_home(world)

    run(story())


async def press(world: CallWorld, interaction: str, key: str) -> None:
    conversation = world.calls.get(interaction)
    assert conversation is not None
    conversation.line.on_digit(key)
    await world.quiet()
    await asyncio.sleep(2.5)


def test_a_callback_keeps_the_place_and_reaches_the_caller() -> None:
    async def story() -> None:
        world = await started(CALLBACK)
        world.user_agent.registered.add("cara-phone")
        call = world.dial(caller="cara-phone")
        await asyncio.sleep(10)
        began = world.driver.now
        (voice,) = interactions(world, "voice")
        await press(world, voice, "1")
        await press(world, voice, "1")
        await asyncio.sleep(5)
        assert call.ended
        assert row(world, voice)["outcome"] == "callback"
        (owed,) = interactions(world, "callback")
        assert world.driver.engine.position(owed) == 1
        await asyncio.sleep(120)
        assert world.driver.engine.contact_ids() == [owed], (
            "nobody holds a line: the queue's longest wait is not for it"
        )

        await world.ready("anna")
        assert await world.offered("anna") == owed
        answer = await world.command("anna", "offer.accept", interaction_id=owed, sdp="offer")
        assert answer == {"sdp": "answer to offer"}
        await world.quiet()
        assert world.rows("anna", "work")[owed]["phase"] == "dialing"
        (outgoing,) = world.user_agent.outgoing
        assert outgoing.remote_number == "cara-phone"
        outgoing.far_answers()
        await world.quiet()
        assert world.rows("anna", "work")[owed]["phase"] == "talking"
        assert row(world, owed)["wait_s"] > world.driver.now - began - 10
        assert owed in world.plane.recordings
        outgoing.far_hangs_up()
        await world.quiet()
        assert row(world, owed)["outcome"] == "handled"
        assert owed_state(world, owed) == "closed"
        assert await world.command("anna", "wrapup.complete", interaction_id=owed, disposition_id="sold") == {}
        await go_home(world)

    run(story())


def test_nobody_answers_it_is_tried_again_and_given_up() -> None:
    async def story() -> None:
        world = await started(CALLBACK)
        world.user_agent.registered.add("cara-phone")
        world.dial(caller="cara-phone")
        await asyncio.sleep(3)
        (voice,) = interactions(world, "voice")
        await press(world, voice, "1")
        await press(world, voice, "1")
        (owed,) = interactions(world, "callback")
        await world.ready("anna")
        for attempt in (1, 2):
            assert await world.offered("anna") == owed
            await world.command("anna", "offer.accept", interaction_id=owed, sdp="offer")
            await world.quiet()
            world.user_agent.outgoing[-1].far_hangs_up()
            await world.quiet()
            work = world.rows("anna", "work")[owed]
            assert work["phase"] == "wrap_up"
            assert "line is busy" in work["warning"]
            assert work["owed"]["tried"] == attempt
            assert await world.command("anna", "wrapup.complete", interaction_id=owed, disposition_id="sold") == {}
            if attempt == 1:
                assert owed_state(world, owed) == "scheduled"
                assert world.driver.engine.contact_ids() == []
                await asyncio.sleep(290)
                assert world.rows("anna", "offers") == {}
        assert row(world, owed)["outcome"] == "unreached"
        assert owed_state(world, owed) == "closed"
        assert world.driver.engine.contact_ids() == []
        await go_home(world)

    run(story())


def test_a_transfer_joins_the_two_or_goes_on() -> None:
    async def story() -> None:
        world = await started(TRANSFER)
        first = world.dial()
        await asyncio.sleep(2)
        world.user_agent.outgoing[-1].far_hangs_up()
        await asyncio.sleep(2)
        assert first.ended
        second = world.dial()
        await asyncio.sleep(2)
        world.user_agent.outgoing[-1].far_answers()
        await world.quiet()
        assert len(world.plane.bridges) == 2
        second.far_hangs_up()
        await world.quiet()
        third = world.dial()
        await asyncio.sleep(60)
        assert third.ended, "nobody answered"
        outcomes = [row(world, each)["outcome"] for each in interactions(world, "voice")]
        assert outcomes == ["closed", "transferred", "overflowed"]
        assert world.plane.legs == {}
        await go_home(world)

    run(story())


def test_a_team_is_told_and_a_ticket_opened() -> None:
    async def story() -> None:
        world = await started(TOLD)
        world.dial()
        await asyncio.sleep(5)
        (voice,) = interactions(world, "voice")
        assert [(note.kind, note.to, note.text) for note in world.house.notes] == [
            ("team", "office", "Call +4930123456.")
        ]
        assert [ticket["subject"] for ticket in world.house.tickets] == ["Meter of Cara"]
        assert row(world, voice)["outcome"] == "ticket"
        world.house.away = True
        world.dial()
        await asyncio.sleep(5)
        assert row(world, interactions(world, "voice")[1])["outcome"] == "overflowed"
        await go_home(world)

    run(story())


def test_only_who_agreed_is_recorded() -> None:
    async def story(key: str, recorded: bool) -> None:
        world = await started(CONSENT)
        await world.ready("anna")
        world.dial()
        await asyncio.sleep(2)
        (voice,) = interactions(world, "voice")
        await press(world, voice, key)
        interaction = await world.offered("anna")
        await world.command("anna", "offer.accept", interaction_id=interaction, sdp="offer")
        await world.quiet()
        assert (interaction in world.plane.recordings) is recorded
        assert ("recording.withheld" in events(world, interaction)) is not recorded
        await go_home(world)

    run(story("1", True))
    run(story("2", False))


def test_an_agent_pauses_the_recording_and_it_resumes_by_itself() -> None:
    async def story() -> None:
        world = CallWorld()
        await world.start()
        _, interaction = await world.talking()
        assert await world.command("anna", "recording.pause", interaction_id=interaction, seconds=30) == {}
        assert world.plane.paused == {interaction}
        work = world.rows("anna", "work")[interaction]
        assert (work["recording"], work["recording_paused"]) == (False, True)
        await asyncio.sleep(31)
        assert world.plane.paused == set()
        assert world.rows("anna", "work")[interaction]["recording"] is True
        assert await world.command("anna", "recording.pause", interaction_id=interaction) == {}
        await asyncio.sleep(300)
        assert world.plane.paused == {interaction}
        assert await world.command("anna", "recording.resume", interaction_id=interaction) == {}
        assert [act.kind.name for act in world.acted] == ["recording.paused"] * 3
        told = [kind for kind in events(world, interaction) if kind.startswith("recording.")]
        assert told == ["recording.started", *["recording.paused", "recording.resumed"] * 2]
        answer = await world.command("ben", "recording.pause", interaction_id=interaction)
        assert getattr(answer, "status", None) == 409
        await go_home(world)

    run(story())
