"""The asyncio driver over real sockets on the loopback."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TypeVar

import pytest
import uvloop

from contactcenter.telephony import (
    Account,
    Call,
    CallAcked,
    CallAnswered,
    CallDigit,
    CallEnded,
    CallEvent,
    CallOffered,
    CallRejected,
    CallRinging,
    Credentials,
    RegistrationError,
    ReofferAnswered,
    SipConfig,
    UriError,
    UserAgent,
    WrongStateError,
    hash_account,
)
from contactcenter.telephony.sip.auth import Algorithm
from tests.fakes.sip_network import ANSWER, OFFER

T = TypeVar("T")


class Accounts:
    def __init__(self, *accounts: Account) -> None:
        self._accounts = {account.username: account for account in accounts}

    def lookup(self, username: str) -> Account | None:
        return self._accounts.get(username)


ALICE = Accounts(hash_account("alice", "cc.test", "wonderland"))


class Listener:
    """Keeps a call's events and lets a test wait for one of a kind."""

    def __init__(self, call: Call) -> None:
        self.call = call
        self.events: list[CallEvent] = []
        self._news = asyncio.Event()
        call.on_event = self._heard

    def _heard(self, event: CallEvent) -> None:
        self.events.append(event)
        self._news.set()

    async def wait(self, kind: type[T]) -> T:
        async with asyncio.timeout(40):
            while True:
                for event in self.events:
                    if isinstance(event, kind):
                        return event
                self._news.clear()
                await self._news.wait()


class Desk:
    """An application that keeps the calls that came in."""

    def __init__(self, answer: bool = True) -> None:
        self.calls: asyncio.Queue[Listener] = asyncio.Queue()
        self._answer = answer

    def __call__(self, call: Call) -> None:
        self.calls.put_nowait(Listener(call))
        call.ringing()
        if self._answer:
            call.answer(ANSWER)

    async def next(self) -> Listener:
        async with asyncio.timeout(40):
            return await self.calls.get()


@asynccontextmanager
async def agents(desk: Desk | None = None, **server: object) -> AsyncIterator[tuple[UserAgent, UserAgent]]:
    """A server with a desk and a client."""
    accounts = server.pop("accounts", None)
    config = SipConfig(host="127.0.0.1", port=0, domain="cc.test", realm="cc.test", **server)  # type: ignore[arg-type]
    first = UserAgent(config, accounts=accounts, on_call=desk)  # type: ignore[arg-type]
    second = UserAgent(SipConfig(host="127.0.0.1", port=0))
    async with AsyncExitStack() as stack:
        for agent in (first, second):
            await agent.start()
            stack.push_async_callback(agent.stop)
        yield first, second


def dial(client: UserAgent, server: UserAgent, transport: str = "udp", **options: object) -> Listener:
    target = f"sip:1000@127.0.0.1:{server.port}"
    options.setdefault("from_uri", "sip:bob@example.com")
    return Listener(client.invite(target, offer=OFFER, transport=transport, **options))  # type: ignore[arg-type]


@pytest.mark.parametrize("transport", ["udp", "tcp"])
async def test_a_call_with_hold_and_digits(transport: str) -> None:
    desk = Desk()
    async with agents(desk) as (server, client):
        caller = dial(client, server, transport, display_name="Bob")
        answered = await caller.wait(CallAnswered)
        assert answered.answer_sdp == ANSWER
        assert caller.events[0] == CallRinging(180)
        callee = await desk.next()
        call = callee.call
        assert (call.direction, call.remote_number, call.remote_name) == ("in", "bob", "Bob")
        assert (call.request_uri_user, call.offer) == ("1000", OFFER)
        await callee.wait(CallAcked)
        caller.call.reoffer(OFFER)
        await callee.wait(CallOffered)
        call.answer_offer(ANSWER)
        await caller.wait(ReofferAnswered)
        caller.call.send_info_digit("5")
        assert (await callee.wait(CallDigit)).digit == "5"
        with pytest.raises(WrongStateError):
            call.answer(ANSWER)
        call.hangup()
        assert await caller.wait(CallEnded) == CallEnded("bye")
        assert await callee.wait(CallEnded) == CallEnded("local")
        call.hangup()
        assert server.active_calls == client.active_calls == 0


async def test_tcp_reuses_the_callers_connection() -> None:
    desk = Desk()
    async with agents(desk) as (server, client):
        caller = dial(client, server, "tcp")
        await caller.wait(CallAnswered)
        callee = await desk.next()
        await callee.wait(CallAcked)
        callee.call.hangup()
        await caller.wait(CallEnded)
        assert server.open_connections == 1


def test_the_driver_runs_on_uvloop() -> None:
    async def scenario() -> None:
        desk = Desk()
        async with agents(desk) as (server, client):
            caller = dial(client, server)
            await caller.wait(CallAnswered)
            caller.call.hangup()
            callee = await desk.next()
            assert await callee.wait(CallEnded) == CallEnded("bye")

    uvloop.run(scenario())


async def test_rejecting_and_cancelling() -> None:
    desk = Desk(answer=False)
    async with agents(desk) as (server, client):
        first = dial(client, server)
        (await desk.next()).call.reject(486)
        assert await first.wait(CallRejected) == CallRejected(486, "Busy Here")
        second = dial(client, server)
        await second.wait(CallRinging)
        second.call.hangup()
        callee = await desk.next()
        assert await callee.wait(CallEnded) == CallEnded("cancel", 487)


async def test_a_handler_that_fails_ends_its_call_only() -> None:
    def broken(call: Call) -> None:
        raise LookupError("a bug in the application")

    async with agents() as (server, client):
        server.on_call = broken
        assert (await dial(client, server).wait(CallRejected)).code == 603
        server.on_call = None
        assert (await dial(client, server).wait(CallRejected)).code == 480


async def test_too_many_calls_get_503() -> None:
    desk = Desk(answer=False)
    async with agents(desk, max_calls=1) as (server, client):
        dial(client, server)
        await desk.next()
        assert (await dial(client, server).wait(CallRejected)).code == 503
        assert server.counters["overload"] == 1


async def test_nobody_listens_on_the_tcp_port() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        async with agents() as (_, client):
            target = f"sip:1000@127.0.0.1:{taken.getsockname()[1]};transport=tcp"
            call = Listener(client.invite(target, from_uri="sip:bob@example.com", offer=OFFER))
            assert await call.wait(CallEnded) == CallEnded("error", 503)


async def test_addresses_that_cannot_be_used_are_refused_at_once() -> None:
    async with agents() as (_, client):
        for target in ("tel:+1234", "nonsense", "sip:a@b;transport=sctp"):
            with pytest.raises(UriError):
                client.invite(target, from_uri="sip:bob@example.com", offer=OFFER)


async def test_a_taken_port_is_an_error() -> None:
    async with agents() as (server, _):
        second = UserAgent(SipConfig(host="127.0.0.1", port=server.port))
        with pytest.raises(OSError, match="in use"):
            await second.start()


@pytest.mark.parametrize("transport", ["udp", "tcp"])
@pytest.mark.parametrize("algorithm", ["SHA-256", "MD5"])
async def test_a_registered_phone_rings(transport: str, algorithm: Algorithm) -> None:
    async with agents(accounts=ALICE, digest_algorithms=(algorithm,)) as (server, client):
        desk = client.on_call = Desk()
        registrar = f"sip:127.0.0.1:{server.port};transport={transport}"
        registration = await client.register("sip:alice@cc.test", registrar, Credentials("alice", "wonderland"))
        assert registration.registered
        [contact] = server.registrar.contacts("alice")
        assert contact.peer.transport == transport
        call = server.invite_account("alice", from_uri="sip:queue@cc.test", offer=OFFER)
        assert call is not None
        listener = Listener(call)
        await listener.wait(CallAnswered)
        assert (await desk.next()).call.request_uri_user == "alice"
        call.hangup()
        await registration.close()
        assert server.registrar.contacts("alice") == []
        assert server.invite_account("alice", from_uri="sip:queue@cc.test", offer=OFFER) is None


async def test_a_wrong_password_is_refused_and_throttled() -> None:
    async with agents(accounts=ALICE) as (server, client):
        registrar = f"sip:127.0.0.1:{server.port}"
        codes = []
        for _ in range(6):
            with pytest.raises(RegistrationError) as caught:
                await client.register("sip:alice@cc.test", registrar, Credentials("alice", "guess"))
            codes.append(caught.value.code)
        assert codes[0] == 401
        assert codes[-1] == 503
        assert 10 <= server.counters["auth_failed"] <= 11


async def test_a_call_in_the_name_of_an_account_must_prove_it() -> None:
    desk = Desk()
    async with agents(desk, accounts=ALICE) as (server, client):
        spoofed = dial(client, server, from_uri="sip:alice@cc.test")
        assert (await spoofed.wait(CallRejected)).code == 401
        proven = dial(client, server, from_uri="sip:alice@cc.test", credentials=Credentials("alice", "wonderland"))
        await proven.wait(CallAnswered)
        stranger = dial(client, server, from_uri="sip:alice@elsewhere.test")
        await stranger.wait(CallAnswered)


async def test_garbage_is_counted_and_calls_go_on() -> None:
    desk = Desk()
    async with agents(desk) as (server, client):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as noise:
            for data in (b"\x00" * 50, b"\xff\xfe\xfd", b"INVITE", b"GET / HTTP/1.1\r\n\r\n", b"\r\n\r\n"):
                noise.sendto(data, ("127.0.0.1", server.port))
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        caller = dial(client, server)
        await caller.wait(CallAnswered)
        assert server.counters["malformed"] == 4
        assert server.counters["faults"] == 0


async def test_tcp_keepalives_are_answered_and_bytes_may_come_in_pieces() -> None:
    async with agents() as (server, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        writer.write(b"\r\n\r\n")
        assert await reader.readexactly(2) == b"\r\n"
        request = (
            b"OPTIONS sip:127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/TCP 127.0.0.1;branch=z9hG4bKx\r\nFrom: <sip:a@b>;tag=1\r\n"
            b"To: <sip:127.0.0.1>\r\nCall-ID: x\r\nCSeq: 1 OPTIONS\r\nContent-Length: 0\r\n\r\n"
        )
        for index in range(0, len(request), 50):
            writer.write(request[index : index + 50])
            await writer.drain()
            await asyncio.sleep(0)
        assert (await reader.readline()) == b"SIP/2.0 200 OK\r\n"
        writer.close()
        await writer.wait_closed()


async def test_idle_connections_are_closed() -> None:
    async with agents(tcp_idle_s=0.05) as (server, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
        assert await reader.read() == b""
        writer.close()
        await writer.wait_closed()
        assert server.open_connections == 0


async def test_stopping_hangs_up() -> None:
    desk = Desk()
    async with agents(desk) as (server, client):
        caller = dial(client, server)
        await caller.wait(CallAnswered)
        await (await desk.next()).wait(CallAcked)
        await server.stop()
        assert await caller.wait(CallEnded) == CallEnded("bye")
