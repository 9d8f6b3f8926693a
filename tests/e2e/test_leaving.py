"""A caller may hang up at any moment; nothing stays behind on any side."""

from __future__ import annotations

from tests.e2e.people import Feed, Telephones, until_asked
from tests.e2e.server import Client, Server
from tests.fakes.waiting import until


def outcome_of_last(supervisor: Client) -> str | None:
    return str(supervisor.get("/interactions?limit=1")["items"][0]["outcome"])


async def test_in_the_menu(server: Server, phones: Telephones, supervisor: Client) -> None:
    caller = await phones.call("2")
    assert server.metric("calls") == 1
    await caller.hang_up()
    await until_asked(lambda: not server.left_behind())
    await until_asked(lambda: outcome_of_last(supervisor) == "self_served")


async def test_in_the_queue(server: Server, phones: Telephones, supervisor: Client) -> None:
    async with Feed(server, "supervisor", "wallboard") as wallboard:
        abandoned = wallboard.rows("queues")["sales"]["abandoned"]
        caller = await phones.call("1 4711#")
        await until(lambda: wallboard.rows("queues")["sales"]["waiting"] == 1)
        await until(lambda: {row["caller"]["name"] for row in wallboard.rows("contacts").values()} == {"Nora Keller"})
        await caller.hang_up()
        await until(lambda: wallboard.rows("queues")["sales"]["abandoned"] == abandoned + 1)
        assert wallboard.rows("queues")["sales"]["waiting"] == 0
        await until(lambda: wallboard.rows("contacts") == {})
    await until_asked(lambda: outcome_of_last(supervisor) == "abandoned")


async def test_while_it_rings(server: Server, phones: Telephones, supervisor: Client) -> None:
    agent = await phones.agent("robot1")
    await agent.present("available")
    caller = await phones.call("1 4711#")
    await until(lambda: agent.ringing is not None)
    await caller.hang_up()
    await until(lambda: agent.ringing is None)
    assert agent.missed == 1
    await until(lambda: agent.state["activity"] == "idle")
    assert agent.state["presence"] == "available"
    await until_asked(lambda: outcome_of_last(supervisor) == "abandoned")


async def test_in_the_conversation(server: Server, phones: Telephones, supervisor: Client) -> None:
    agent = await phones.agent("robot1")
    await agent.present("available")
    caller = await phones.call("1 4711#")
    talk = await agent.pick_up()
    await caller.hang_up()
    await until(talk.ended.is_set)
    await agent.complete()
    await until(lambda: agent.state["activity"] == "idle")
    await until_asked(lambda: outcome_of_last(supervisor) == "handled")


async def test_when_the_agents_telephone_hangs_up_the_caller_is_hung_up_too(
    server: Server, phones: Telephones, supervisor: Client
) -> None:
    agent = await phones.agent("robot1")
    await agent.present("available")
    caller = await phones.call("1 4711#")
    await agent.pick_up()
    await agent.hang_up()
    await until(caller.ended.is_set)
    await caller.hang_up()
    await agent.complete()
    await until_asked(lambda: outcome_of_last(supervisor) == "handled")


async def test_the_history_shows_the_earlier_call(server: Server, phones: Telephones, supervisor: Client) -> None:
    number = "+493023125042"
    agent = await phones.agent("robot1")
    for visit in range(2):
        await agent.present("available")
        caller = await phones.call("1 4711#", number)
        await agent.pick_up()
        # It is shown as soon as it is known, which nobody waits for.
        await until(lambda: len(next(iter(agent.work.values()))["history"]) == visit)  # noqa: B023 - asked at once
        work = next(iter(agent.work.values()))
        assert work["caller"]["address"] == number
        if visit:
            assert work["history"][0]["disposition"] == "Wrong number"
        await caller.hang_up()
        await agent.hang_up()
        await agent.complete()
        await until_asked(lambda: supervisor.get("/interactions?limit=1")["items"][0]["disposition"])
