"""SIPp, a foreign SIP implementation, against our user agent over real sockets."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from contactcenter.telephony import (
    Account,
    Call,
    CallAcked,
    CallAnswered,
    CallDigit,
    CallEnded,
    CallEvent,
    CallOffered,
    SipConfig,
    UserAgent,
    hash_account,
)
from tests.fakes.sip_network import ANSWER, OFFER

pytestmark = pytest.mark.e2e
SCENARIOS = Path(__file__).parent


class Accounts:
    def lookup(self, username: str) -> Account | None:
        return hash_account("alice", "contactcenter", "wonderland") if username == "alice" else None


class App:
    """Rings and answers after a while, accepts holds; keeps what it heard."""

    def __init__(self, *, ring: bool = True, answer_after_s: float | None = 0.0) -> None:
        self.ring = ring
        self.answer_after_s = answer_after_s
        self.events: list[CallEvent] = []
        self.calls: list[Call] = []

    def on_call(self, call: Call) -> None:
        self.calls.append(call)
        call.on_event = lambda event: self.heard(call, event)
        if self.ring:
            call.ringing()
        if self.answer_after_s is not None:
            asyncio.get_running_loop().call_later(self.answer_after_s, self.answer, call)

    def answer(self, call: Call) -> None:
        if not call.ended:
            call.answer(ANSWER)

    def heard(self, call: Call, event: CallEvent) -> None:
        self.events.append(event)
        if isinstance(event, CallOffered):
            call.answer_offer(ANSWER)


@asynccontextmanager
async def serving(app: App, t1: float = 0.5) -> AsyncIterator[UserAgent]:
    config = SipConfig(host="127.0.0.1", port=0, t1=t1)
    agent = UserAgent(config, accounts=Accounts(), on_call=app.on_call)
    await agent.start()
    try:
        yield agent
    finally:
        await agent.stop()


async def sipp(agent: UserAgent, *arguments: str, tmp: Path) -> None:
    """Run SIPp against the agent and expect every call to succeed."""
    binary = shutil.which("sipp")
    assert binary, "SIPp is needed: apt-get install sip-tester"
    errors = tmp / "errors.log"
    process = await asyncio.create_subprocess_exec(
        binary,
        *(f"127.0.0.1:{agent.port}", "-i", "127.0.0.1", "-m", "1", "-timeout", "20", "-timeout_error", "-nostdin"),
        *("-trace_err", "-error_file", str(errors), "-s", "1000"),
        *arguments,
        cwd=tmp,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    code = await process.wait()
    assert code == 0, errors.read_text() if errors.exists() else f"sipp ended with {code}"


def scenario(name: str) -> tuple[str, str]:
    return "-sf", str(SCENARIOS / f"{name}.xml")


@pytest.mark.parametrize("transport", ["u1", "t1"])
async def test_the_built_in_caller(transport: str, tmp_path: Path) -> None:
    app = App()
    async with serving(app) as agent:
        await sipp(agent, "-sn", "uac", "-t", transport, "-m", "20", "-r", "100", "-d", "20", tmp=tmp_path)
        assert app.events.count(CallEnded("bye")) == 20
        assert agent.active_calls == 0


@pytest.mark.parametrize("transport", ["u1", "t1"])
async def test_register_with_digest(transport: str, tmp_path: Path) -> None:
    async with serving(App()) as agent:
        await sipp(agent, *scenario("register"), "-t", transport, tmp=tmp_path)
        [contact] = agent.registrar.contacts("alice")
        assert contact.peer.transport == {"u1": "udp", "t1": "tcp"}[transport]


async def test_cancel_before_it_rings(tmp_path: Path) -> None:
    app = App(ring=False, answer_after_s=None)
    async with serving(app) as agent:
        await sipp(agent, *scenario("cancel_trying"), tmp=tmp_path)
        assert app.events == [CallEnded("cancel", 487)]


async def test_cancel_while_it_rings(tmp_path: Path) -> None:
    app = App(answer_after_s=None)
    async with serving(app) as agent:
        await sipp(agent, *scenario("cancel_ringing"), tmp=tmp_path)
        assert app.events == [CallEnded("cancel", 487)]
        assert agent.active_calls == 0


async def test_cancel_after_the_answer_changes_nothing(tmp_path: Path) -> None:
    app = App()
    async with serving(app) as agent:
        await sipp(agent, *scenario("cancel_answered"), tmp=tmp_path)
        assert app.events == [CallAcked(None), CallEnded("bye")]


async def test_lost_ack(tmp_path: Path) -> None:
    app = App()
    async with serving(app, t1=0.02) as agent:
        await sipp(agent, *scenario("lost_ack"), tmp=tmp_path)
        assert app.events == [CallEnded("timeout", 408)]
        assert agent.active_calls == 0


async def test_retransmitted_invite_is_one_call(tmp_path: Path) -> None:
    """SIPp answers each repeated 180 with yet another INVITE, so there may be many more than the scenario's two."""
    app = App(answer_after_s=0.2)
    async with serving(app) as agent:
        await sipp(agent, *scenario("retransmitted_invite"), tmp=tmp_path)
        assert len(app.calls) == 1
        assert app.events == [CallAcked(None), CallEnded("bye")]
        assert agent.counters["retransmissions_received"] >= 2


async def test_reinvite_holds(tmp_path: Path) -> None:
    app = App()
    async with serving(app) as agent:
        await sipp(agent, *scenario("reinvite"), tmp=tmp_path)
        [offered] = [event for event in app.events if isinstance(event, CallOffered)]
        assert offered.sdp is not None
        assert "a=sendonly" in offered.sdp
        assert app.events[-1] == CallEnded("bye")


async def test_late_offer(tmp_path: Path) -> None:
    app = App()
    async with serving(app) as agent:
        await sipp(agent, *scenario("late_offer"), tmp=tmp_path)
        assert app.calls[0].offer is None
        [acked] = [event for event in app.events if isinstance(event, CallAcked)]
        assert acked.sdp is not None
        assert "m=audio" in acked.sdp


async def test_unknown_require(tmp_path: Path) -> None:
    app = App()
    async with serving(app) as agent:
        await sipp(agent, *scenario("unknown_require"), tmp=tmp_path)
        assert app.calls == []


async def test_options(tmp_path: Path) -> None:
    async with serving(App()) as agent:
        await sipp(agent, *scenario("options"), tmp=tmp_path)


async def test_info_digit(tmp_path: Path) -> None:
    app = App()
    async with serving(app) as agent:
        await sipp(agent, *scenario("info_digit"), tmp=tmp_path)
        assert CallDigit("7") in app.events


async def test_calling_out(tmp_path: Path) -> None:
    """SIPp's own server answers our call."""
    with_port = await asyncio.get_running_loop().create_datagram_endpoint(
        asyncio.DatagramProtocol, local_addr=("127.0.0.1", 0)
    )
    port = with_port[0].get_extra_info("sockname")[1]
    with_port[0].close()
    await asyncio.sleep(0)
    events: asyncio.Queue[CallEvent] = asyncio.Queue()
    async with serving(App()) as agent:
        server = asyncio.create_task(sipp(agent, "-sn", "uas", "-p", str(port), tmp=tmp_path))
        call = agent.invite(f"sip:1@127.0.0.1:{port}", from_uri="sip:2@127.0.0.1", offer=OFFER)
        call.on_event = events.put_nowait
        async with asyncio.timeout(60):
            while not isinstance(await events.get(), CallAnswered):
                pass
            call.hangup()
            await server
