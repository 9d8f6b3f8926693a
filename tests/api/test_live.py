"""The feed over real sockets: a socket.io client against an aiohttp server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import socketio
from aiohttp.test_utils import TestServer
from pydantic import BaseModel

from contactcenter.api.http import build_app
from contactcenter.api.live import PING_S, PONG_S, Live
from contactcenter.api.problems import Problem
from contactcenter.api.routes import Router
from contactcenter.api.topic import apply
from contactcenter.bus import Bus
from contactcenter.identity.events import SessionRevoked
from contactcenter.identity.permissions import USERS_MANAGE
from contactcenter.permissions import Principal
from contactcenter.queues.permissions import WORK_TAKE
from contactcenter.storage.errors import StorageUnavailable
from contactcenter.supervision.permissions import WALLBOARD_VIEW
from tests.fakes.people import SignedIn, cookie, person
from tests.fakes.waiting import until

WAIT_S = 40.0


class Page:
    """One browser page on the feed."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.events: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.gone = asyncio.Event()
        self._url = url
        self._headers = headers
        self.client.on("event", self.events.put, namespace="/live")
        self.client.on("disconnect", self._lost, namespace="/live")

    async def _lost(self, *_reason: Any) -> None:
        self.gone.set()

    async def open(self) -> Page:
        await self.client.connect(
            self._url, headers=self._headers, namespaces=["/live"], transports=["websocket"], wait_timeout=30
        )
        return self

    async def call(self, event: str, message: Any) -> Any:
        return await self.client.call(event, message, namespace="/live", timeout=WAIT_S)

    async def command(self, name: str, **args: Any) -> Any:
        return await self.call("command", {"name": name, "args": args})

    async def next(self) -> dict[str, Any]:
        async with asyncio.timeout(WAIT_S):
            return await self.events.get()


class Feed:
    def __init__(self, live: Live, people: SignedIn, server: TestServer, bus: Bus) -> None:
        self.live = live
        self.bus = bus
        self.people = people
        self.server = server
        self.pages: list[Page] = []

    async def page(self, user_id: str, **headers: str) -> Page:
        page = Page(str(self.server.make_url("/")), {**cookie(user_id), **headers})
        self.pages.append(page)
        return await page.open()


@pytest.fixture
async def feed() -> AsyncIterator[Feed]:
    people = SignedIn(person("agent", "ann"), person("agent", "bob"), person("supervisor", "sue"))
    bus = Bus()
    live = Live(people, bus, sweep_s=0.05)
    live.allow("agent:", lambda principal, topic: topic == f"agent:{principal.user_id}")
    live.allow("wallboard", lambda principal, _topic: principal.may(WALLBOARD_VIEW))
    app = build_app(Router(), authenticate=people)
    live.attach(app)
    server = TestServer(app)
    await server.start_server()
    feed = Feed(live, people, server, bus)
    yield feed
    for page in feed.pages:
        await page.client.disconnect()
    await server.close()


async def test_snapshot_then_events_equal_the_rows(feed: Feed) -> None:
    topic = feed.live.topic("wallboard")
    topic.put("queues", "sales", {"waiting": 1})
    page = await feed.page("sue")
    answer = await page.call("subscribe", {"topic": "wallboard"})
    assert answer["ok"]
    assert answer["snapshot"] == {"queues": {"sales": {"waiting": 1}}}
    topic.put("queues", "sales", {"waiting": 1})
    topic.put("queues", "sales", {"waiting": 2})
    topic.put("agents", "ann", {"presence": "available"})
    topic.remove("queues", "sales")
    snapshot, seq = answer["snapshot"], answer["seq"]
    for _ in range(3):
        message = await page.next()
        assert message["seq"] == seq + 1
        snapshot, seq = apply(snapshot, message), message["seq"]
    assert snapshot == topic.snapshot() == {"queues": {}, "agents": {"ann": {"presence": "available"}}}


async def test_resume_gets_only_what_was_missed(feed: Feed) -> None:
    topic = feed.live.topic("agent:ann")
    topic.put("state", "me", {"presence": "off"})
    first = await (await feed.page("ann")).call("subscribe", {"topic": "agent:ann"})
    topic.put("state", "me", {"presence": "available"})
    page = await feed.page("ann")
    again = await page.call("subscribe", {"topic": "agent:ann", "epoch": first["epoch"], "seq": first["seq"]})
    assert [event["data"]["row"] for event in again["events"]] == [{"presence": "available"}]
    other = await page.call("subscribe", {"topic": "agent:ann", "epoch": "another life", "seq": first["seq"]})
    assert "snapshot" in other


async def test_topics_of_others_are_denied(feed: Feed) -> None:
    page = await feed.page("ann")
    for topic in ("agent:bob", "agent:", "wallboard", "nonsense", "system", "wallboard:x"):
        answer = await page.call("subscribe", {"topic": topic})
        assert (answer["ok"], answer["problem"]["status"]) == (False, 403), topic
    feed.live.topic("agent:bob").put("state", "me", {})
    feed.live.topic("agent:ann").put("state", "me", {})
    assert (await page.call("subscribe", {"topic": "agent:ann"}))["ok"]
    assert page.events.empty()


async def test_unsubscribe_ends_the_events(feed: Feed) -> None:
    page = await feed.page("sue")
    await page.call("subscribe", {"topic": "wallboard"})
    assert await page.call("unsubscribe", {"topic": "wallboard"}) == {"ok": True}
    feed.live.topic("wallboard").put("queues", "sales", {})
    await page.call("subscribe", {"topic": "wallboard"})
    feed.live.topic("wallboard").put("queues", "care", {})
    assert (await page.next())["data"]["id"] == "care"


class Amount(BaseModel):
    amount: int


@pytest.fixture
def amounts(feed: Feed) -> list[int]:
    taken: list[int] = []

    @feed.live.command("amount.add", WORK_TAKE, Amount)
    async def add(principal: Principal, args: Amount) -> dict[str, Any]:
        if args.amount == 13:
            raise Problem(409, "unlucky", "Unlucky", "Choose another amount.")
        if args.amount == 503:
            raise StorageUnavailable("The database is locked.")
        taken.append(args.amount)
        return {"sum": sum(taken), "by": principal.user_id}

    @feed.live.command("amount.audit", USERS_MANAGE, Amount)
    async def audit(_principal: Principal, _args: Amount) -> None:
        raise AssertionError("must not be reached")

    return taken


async def test_commands_answer_data_or_a_problem(feed: Feed, amounts: list[int]) -> None:
    page = await feed.page("ann")
    assert await page.command("amount.add", amount=5) == {"ok": True, "data": {"sum": 5, "by": "ann"}}
    refusals = {
        409: await page.command("amount.add", amount=13),
        503: await page.command("amount.add", amount=503),
        403: await page.command("amount.audit", amount=1),
        404: await page.command("amount.sub", amount=1),
        422: await page.command("amount.add", amount="many"),
    }
    for status, answer in refusals.items():
        assert (answer["ok"], answer["problem"]["status"]) == (False, status)
        assert answer["problem"]["type"].startswith("/problems/")
    assert refusals[422]["problem"]["errors"][0]["field"] == "amount"
    assert amounts == [5]


@pytest.mark.parametrize("message", [None, 5, "x", [], {"name": 1}, {"name": "amount.add", "args": 3}, {"extra": 1}])
async def test_malformed_messages_are_answered(feed: Feed, amounts: list[int], message: Any) -> None:
    page = await feed.page("ann")
    for event in ("command", "subscribe", "unsubscribe"):
        answer = await page.call(event, message)
        assert answer["problem"]["status"] == 422
    assert (await page.command("amount.add", amount=1))["ok"]


async def test_unexpected_error_is_a_problem_without_its_text(feed: Feed, caplog: pytest.LogCaptureFixture) -> None:
    @feed.live.command("break", WORK_TAKE, Amount)
    async def fail(_principal: Principal, _args: Amount) -> None:
        raise RuntimeError("secret text")

    answer = await (await feed.page("ann")).command("break", amount=1)
    assert answer["problem"]["status"] == 500
    assert "secret text" not in str(answer)


@pytest.mark.parametrize("headers", [{"Cookie": "cc_session=wrong"}, {"Cookie": "other=1"}])
async def test_connecting_needs_a_session(feed: Feed, headers: dict[str, str]) -> None:
    refused: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    page = Page(str(feed.server.make_url("/")), headers)
    feed.pages.append(page)
    page.client.on("connect_error", refused.set_result, namespace="/live")
    with pytest.raises(socketio.exceptions.ConnectionError):
        await page.open()
    assert (await refused)["data"]["status"] == 401
    assert feed.live.connections == 0


async def test_pages_of_other_sites_are_refused(feed: Feed) -> None:
    with pytest.raises(socketio.exceptions.ConnectionError):
        await feed.page("ann", Origin="https://evil.example")
    own = str(feed.server.make_url("/")).rstrip("/")
    await feed.page("ann", Origin=own)
    assert feed.live.connections == 1


async def test_ended_sessions_are_cut(feed: Feed) -> None:
    ann, bob = await feed.page("ann"), await feed.page("bob")
    feed.bus.publish(SessionRevoked("ann", "session-ann"))
    await until(ann.gone.is_set)
    assert not bob.gone.is_set()
    feed.people.end("bob")
    await until(bob.gone.is_set)


async def test_a_command_after_the_session_ended_is_refused_and_cut(amounts: list[int], feed: Feed) -> None:
    feed.live._sweep_s = 3600
    page = await feed.page("ann")
    feed.people.end("ann")
    answer = await page.command("amount.add", amount=1)
    assert answer["problem"]["status"] == 401
    await until(page.gone.is_set)
    assert amounts == []


async def test_a_locked_database_does_not_cut_anyone(feed: Feed) -> None:
    page = await feed.page("ann")
    feed.people.error = StorageUnavailable("The database is locked.")
    await asyncio.sleep(0.15)
    assert not page.gone.is_set()
    answer = await page.call("subscribe", {"topic": "agent:ann"})
    assert answer["problem"]["status"] == 503
    feed.people.error = None
    assert (await page.call("subscribe", {"topic": "agent:ann"}))["ok"]


async def test_hooks_hear_of_pages_coming_and_going(feed: Feed) -> None:
    heard: list[tuple[str, str]] = []
    left = asyncio.Event()

    async def came(principal: Principal, sid: str) -> None:
        heard.append(("came", principal.user_id))

    def failing(principal: Principal, sid: str) -> None:
        raise RuntimeError("one hook fails, the others run")

    def went(principal: Principal, sid: str) -> None:
        heard.append(("went", principal.user_id))
        left.set()

    feed.live.on_connect(failing)
    feed.live.on_connect(came)
    feed.live.on_disconnect(went)
    page = await feed.page("ann")
    await page.client.disconnect()
    await until(left.is_set)
    assert heard == [("came", "ann"), ("went", "ann")]


async def test_a_browser_that_falls_silent_is_missed() -> None:
    people = SignedIn(person("agent", "ann"))
    live = Live(people, ping_s=0.1, pong_s=0.1)
    came, went = asyncio.Event(), asyncio.Event()
    live.on_connect(lambda principal, sid: came.set())
    live.on_disconnect(lambda principal, sid: went.set())
    app = build_app(Router(), authenticate=people)
    live.attach(app)
    async with TestServer(app) as server, aiohttp.ClientSession(headers=cookie("ann")) as session:
        url = server.make_url("/socket.io/?EIO=4&transport=websocket")
        async with session.ws_connect(url) as silent:
            await silent.receive(WAIT_S)
            await silent.send_str("40/live,")
            await until(came.is_set)
            assert live.connections == 1
            # Pings arrive and are not answered, as by a browser that hangs.
            await until(went.is_set)
            assert live.connections == 0


def test_a_silent_browser_is_missed_within_15_seconds() -> None:
    # Asked just after it fell silent, and looked at just before its time is up.
    assert PING_S + PONG_S + PONG_S < 15


def test_registering_needs_a_permission_and_a_new_name() -> None:
    live = Live(SignedIn())
    with pytest.raises(TypeError, match="permission"):
        live.command("x", None, Amount)  # type: ignore[arg-type]  # what a forgotten permission would be
    live.command("x", WORK_TAKE, Amount)(_nothing)
    with pytest.raises(ValueError, match="twice"):
        live.command("x", WORK_TAKE, Amount)


async def _nothing(_principal: Principal, _args: Amount) -> None:
    return None
