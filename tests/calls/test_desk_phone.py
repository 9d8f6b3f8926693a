"""An agent with a desk phone: it rings, is picked up, is hung up; when it cannot be reached the caller goes on."""

from __future__ import annotations

from contactcenter.app import App
from tests.fakes.center import Page, Telephone
from tests.fakes.waiting import until


async def test_the_phone_rings_and_is_answered(center: App) -> None:
    async with Telephone(32600) as caller, Telephone(32700) as phone, Page(center, "dora") as dora:
        await phone.register(center, "dora-phone")
        await dora.become_available()
        await caller.dial(center)
        await phone.ringing.wait()
        interaction = await dora.offer()
        assert dora.collection("offers")[interaction]["device"] == "sip"
        assert phone.call is not None
        assert phone.call.remote_number == "+4930123456"
        await phone.pick_up()
        await until(lambda: dora.collection("work").get(interaction, {}).get("phase") == "talking", "talking")
        await phone.hang_up()
        await caller.over.wait()
        await until(lambda: dora.collection("work")[interaction]["phase"] == "wrap_up", "wrap-up")
        await dora.act("wrapup.complete", interaction_id=interaction, disposition_id="sold")
        await until(lambda: len(center.calls) == 0, "the call is forgotten")
        assert (await center.plane.stats())["legs"] == 0
        await phone.registration.close()


async def test_the_phone_stops_ringing_when_the_caller_leaves(center: App) -> None:
    async with Telephone(32800) as caller, Telephone(32900) as phone, Page(center, "dora") as dora:
        await phone.register(center, "dora-phone")
        await dora.become_available()
        await caller.dial(center)
        await phone.ringing.wait()
        await caller.hang_up()
        await phone.over.wait()
        await until(lambda: len(center.calls) == 0, "the call is forgotten")
        assert (await center.plane.stats())["legs"] == 0
        await until(lambda: dora.collection("offers") == {}, "the offer is gone")
        await phone.registration.close()


async def test_a_busy_phone_hands_the_call_to_the_next_agent(center: App) -> None:
    async with (
        Telephone(33000) as caller,
        Telephone(33100) as phone,
        Page(center, "dora") as dora,
        Page(center, "anna") as anna,
    ):
        await phone.register(center, "dora-phone")
        await dora.become_available()
        await caller.dial(center)
        await phone.ringing.wait()
        await anna.become_available()
        assert phone.call is not None
        phone.call.reject(486)
        assert await anna.offer()
        await phone.registration.close()


async def test_an_unregistered_phone_is_skipped(center: App) -> None:
    async with Telephone(33200) as caller, Page(center, "dora") as dora, Page(center, "anna") as anna:
        await dora.become_available()
        await caller.dial(center)
        await until(lambda: center.driver.engine.waiting("sales"), "the caller waits")
        await anna.become_available()
        interaction = await anna.offer()
        detail = await anna.command("offer.reject", interaction_id=interaction)
        assert detail["ok"]
        await caller.hang_up()
        await until(lambda: len(center.calls) == 0, "the call is forgotten")
        assert not center.calls.of_agent("dora")
