"""A call to the outside from trunk to trunk, in virtual time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, cast

import pytest

from contactcenter.telephony import Call, CallAnswered, CallEnded, CallEvent, CallRejected, CallRinging, Route, UriError
from contactcenter.trunks.placing import UNHEARD_S, PlacedCall, next_trunk_may_do
from tests.fakes.virtual_time import VirtualLoop


class FarEnd:
    """A call as `PlacedCall` sees it: it ends by one event, told in a later step."""

    def __init__(self, heard_of: bool = True) -> None:
        self.heard_of = heard_of
        self.on_event: Callable[[CallEvent], None] = lambda event: None
        self.hung_up = False

    def hangup(self, reason: str | None = None) -> None:
        self.hung_up = True
        asyncio.get_running_loop().call_soon(self.on_event, CallEnded("local"))


class Trunks:
    def __init__(self, *ends: FarEnd | Exception) -> None:
        self.ends = list(ends)
        self.dialled: list[str] = []

    def dial(self, route: Route) -> Call:
        self.dialled.append(route.trunk)
        end = self.ends[len(self.dialled) - 1]
        if isinstance(end, Exception):
            raise end
        return cast(Call, end)

    def end(self, number: int) -> FarEnd:
        end = self.ends[number]
        assert isinstance(end, FarEnd)
        return end


ROUTES = [Route(trunk=name, number="1", target_uri="sip:1@x", from_uri="sip:2@x", host="x") for name in ("a", "b", "c")]


@pytest.fixture
def run() -> Iterator[Callable[[Coroutine[Any, Any, None]], None]]:
    loop = VirtualLoop()
    yield loop.run_until_complete
    loop.close()


def place(trunks: Trunks, **options: float) -> tuple[PlacedCall, list[CallEvent]]:
    call = PlacedCall(trunks.dial, ROUTES[: len(trunks.ends)], **options)
    heard: list[CallEvent] = []
    call.on_event = heard.append
    call.start()
    return call, heard


Run = Callable[[Coroutine[Any, Any, None]], None]


def test_a_silent_trunk_is_left_soon(run: Run) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(heard_of=False), FarEnd())
        call, heard = place(trunks)
        await asyncio.sleep(UNHEARD_S + 0.1)
        assert trunks.dialled == ["a", "b"]
        assert trunks.end(0).hung_up
        # The attempt that was left may still say something: nobody is told.
        trunks.end(0).on_event(CallAnswered("late"))
        trunks.end(1).on_event(CallAnswered("sdp"))
        await asyncio.sleep(0)
        assert heard == [CallAnswered("sdp")]
        assert call.route is not None
        assert call.route.trunk == "b"

    run(work())


def test_a_trunk_that_is_there_is_waited_for(run: Run) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(), FarEnd())
        place(trunks)
        await asyncio.sleep(UNHEARD_S * 3)
        assert trunks.dialled == ["a"]

    run(work())


@pytest.mark.parametrize("code", [401, 403, 407, 408, 488, 500, 503])
def test_a_refusal_of_the_trunk_goes_to_the_next(run: Run, code: int) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(), FarEnd())
        _, heard = place(trunks)
        trunks.end(0).on_event(CallRejected(code, "No"))
        assert trunks.dialled == ["a", "b"]
        assert heard == []

    run(work())


@pytest.mark.parametrize("code", [404, 480, 484, 486, 600, 603])
def test_a_refusal_of_who_was_called_is_the_answer(run: Run, code: int) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(), FarEnd())
        _, heard = place(trunks)
        trunks.end(0).on_event(CallRejected(code, "No"))
        assert trunks.dialled == ["a"]
        assert heard == [CallRejected(code, "No")]
        assert not next_trunk_may_do(code)

    run(work())


def test_once_it_rings_there_is_no_other_way(run: Run) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(), FarEnd())
        _, heard = place(trunks)
        trunks.end(0).on_event(CallRinging(180))
        trunks.end(0).on_event(CallRejected(503, "No"))
        assert trunks.dialled == ["a"]
        assert heard == [CallRinging(180), CallRejected(503, "No")]

    run(work())


def test_the_last_trunks_answer_is_told(run: Run) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(), UriError("bad"), FarEnd())
        call, heard = place(trunks)
        trunks.end(0).on_event(CallRejected(503, "No"))
        assert trunks.dialled == ["a", "b", "c"]
        trunks.end(2).on_event(CallEnded("timeout", 408))
        assert heard == [CallEnded("timeout", 408)]
        assert call.ended

    run(work())


def test_no_way_at_all_ends_it_after_the_start(run: Run) -> None:
    async def work() -> None:
        call, heard = place(Trunks(UriError("bad")))
        assert heard == []
        await asyncio.sleep(0)
        assert heard == [CallRejected(503, "No trunk")]
        assert call.ended

    run(work())


def test_nobody_picks_up(run: Run) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(), FarEnd())
        _, heard = place(trunks, ring_s=20)
        trunks.end(0).on_event(CallRinging(180))
        await asyncio.sleep(19.9)
        assert not trunks.end(0).hung_up
        await asyncio.sleep(0.2)
        assert trunks.end(0).hung_up
        assert heard == [CallRinging(180), CallEnded("timeout", 408)]
        assert trunks.dialled == ["a"]

    run(work())


def test_who_talks_is_not_given_up(run: Run) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd())
        call, heard = place(trunks, ring_s=20)
        trunks.end(0).on_event(CallAnswered("sdp"))
        await asyncio.sleep(100)
        assert not trunks.end(0).hung_up
        call.hangup()
        await asyncio.sleep(0)
        assert heard == [CallAnswered("sdp"), CallEnded("local")]

    run(work())


def test_hung_up_between_two_trunks(run: Run) -> None:
    async def work() -> None:
        trunks = Trunks(FarEnd(), FarEnd())
        call, heard = place(trunks)
        call.hangup()
        await asyncio.sleep(0)
        assert trunks.dialled == ["a"]
        assert heard == [CallEnded("local")]

    run(work())
