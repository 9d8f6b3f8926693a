"""Trunks as in the server, over real sockets on the loopback and a real database; around them providers."""

from __future__ import annotations

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from aiohttp.test_utils import TestClient, TestServer

from contactcenter.api.certificate import server_context
from contactcenter.api.http import build_app
from contactcenter.api.routes import Router
from contactcenter.channels.sip_line import SipLine
from contactcenter.flows.store import FlowStore
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.tasks import Tasks
from contactcenter.telephony import Account, AccountLookup, Call, Contact, SipConfig, UserAgent, hash_account
from contactcenter.telephony.sip.message import Message, Request, parse
from contactcenter.trunks import permissions
from contactcenter.trunks import plugin as trunks_plugin
from contactcenter.trunks.health import Shown
from contactcenter.trunks.numbers import NumberPlan
from contactcenter.trunks.service import Trunks
from media.plane import LegKind
from tests.fakes.certificates import Authority
from tests.fakes.keys import open_vault
from tests.fakes.people import CATALOGUE, SignedIn, cookie, person
from tests.fakes.plane import FakePlane
from tests.fakes.sip_network import OFFER as PCMU_OFFER

FLOW = """
flow: {name}
start: bye
steps:
  bye:
    hangup:
"""
OFFER = PCMU_OFFER.replace("RTP/AVP 0", "RTP/AVP 0 8 101") + "a=rtpmap:101 telephone-event/8000\r\na=fmtp:101 0-15\r\n"
T1_S = 0.02
"""The first retransmission; an unanswered request is given up after 64 times that."""


class Accounts:
    def __init__(self, *accounts: Account) -> None:
        self._accounts = {account.username: account for account in accounts}

    def lookup(self, username: str) -> Account | None:
        return self._accounts.get(username)


class Provider:
    """Somebody else's exchange: a registrar with the account u1, and a desk where calls arrive."""

    def __init__(
        self, *, host: str = "127.0.0.1", accounts: AccountLookup | None = None, tls: Authority | None = None
    ) -> None:
        config = SipConfig(
            host=host,
            port=0,
            tls_port=None if tls is None else 0,
            domain="provider.test",
            realm="provider.test",
            t1=T1_S,
        )
        self._tls = tls
        self.agent = UserAgent(config, accounts=accounts, on_call=self._rung, serve_tls=self._context)
        self.calls: list[Call] = []
        self.refuse_with: int | None = None

    def _rung(self, call: Call) -> None:
        self.calls.append(call)
        if self.refuse_with is not None:
            call.reject(self.refuse_with)
        else:
            call.ringing()

    def _context(self) -> ssl.SSLContext:
        assert self._tls is not None
        context = server_context()
        context.load_cert_chain(self._tls.certificate, self._tls.key)
        return context

    @property
    def port(self) -> int:
        return self.agent.tls_port or self.agent.port

    def contacts(self) -> list[Contact]:
        return self.agent.registrar.contacts("u1")


class ScriptedPeer(asyncio.DatagramProtocol):
    """Answers each request with what `answer` gives: a status, with headers if there are any; None: silence."""

    def __init__(self, answer: Callable[[Request], int | tuple[int, list[tuple[str, str]]] | None]) -> None:
        self.answer = answer
        self.requests: list[Request] = []
        self.port = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)
        self.port = transport.get_extra_info("sockname")[1]

    def datagram_received(self, data: bytes, addr: Any) -> None:
        message: Message = parse(data)
        if not isinstance(message, Request) or message.method == "ACK":
            return
        self.requests.append(message)
        answer = self.answer(message)
        if answer is not None:
            status, headers = answer if isinstance(answer, tuple) else (answer, [])
            self._transport.sendto(message.response(status, to_tag="t", headers=headers).to_bytes(), addr)

    def close(self) -> None:
        self._transport.close()


class SdpPlane(FakePlane):
    """Speaks SDP, which codecs are chosen in."""

    async def open_leg(self, leg_id: str, *, kind: LegKind, offer: str | None = None, host: str | None = None) -> str:
        text = await super().open_leg(leg_id, kind=kind, offer=offer, host=host)
        return OFFER if offer is None else text


class TrunkHouse:
    """`ask` goes over HTTP as an administrator (or somebody with another role)."""

    def __init__(
        self, database: Database, folder: Path, *, unknown_callers: Any = "accept", ca_file: Path | None = None
    ) -> None:
        self.database = database
        self.folder = folder
        self.flows = FlowStore(folder / "flows")
        self.numbers = NumberPlan(self.flows, fallback=["1000"], entry="main", country="DE")
        self.told: dict[str, str | None] = {}
        self.calls: list[Call] = []
        self.clock = 1_777_000_000.0
        self.plane = SdpPlane()
        self.tasks = Tasks()
        self.accounts = Accounts(hash_account("desk", "contactcenter", "secret"))
        self.agent = UserAgent(
            SipConfig(host="127.0.0.1", port=0, t1=T1_S, unknown_callers=unknown_callers, tls_ca_file=ca_file),
            accounts=self.accounts,
            on_call=self._rung,
        )
        self.client: TestClient[Any, Any] | None = None
        self._lines = 0

    async def start(self) -> None:
        self.flows.load_all()
        self.vault = await open_vault(self.database, self.folder)
        self.trunks = Trunks(
            self.database,
            self.vault,
            self.numbers,
            country="DE",
            now=lambda: self.clock,
            tell=self.told.__setitem__,
        )
        self.agent.trunks = self.trunks
        self.trunks.use(self.agent)
        await self.trunks.reload()
        await self.agent.start()
        self.trunks.start()
        self.plugin = trunks_plugin.load(self.trunks, self.database, self.vault, self.flows)
        router = Router()
        router.add(*self.plugin.routes)
        people = SignedIn(person("administrator"), person("supervisor"), person("agent"))
        self.client = TestClient(TestServer(build_app(router, authenticate=people)))
        await self.client.start_server()

    async def stop(self) -> None:
        await self.trunks.stop()
        await self.agent.stop(grace_s=0.1)
        await self.tasks.cancel()
        if self.client is not None:
            await self.client.close()

    def _rung(self, call: Call) -> None:
        self.calls.append(call)
        call.ringing()

    def line(self) -> tuple[SipLine, list[str]]:
        """A line, and what it hears: "answered", and the reason of its end."""
        self._lines += 1
        line, heard = SipLine(self.plane, f"line-{self._lines}", self.tasks), []
        line.on_answered = lambda: heard.append("answered")
        line.on_ended = heard.append
        return line, heard

    def shown(self, trunk: str) -> Shown:
        return self.trunks._lines[trunk].health.shown

    async def ask(self, method: str, path: str, body: Any = None, *, role: str = "administrator") -> tuple[int, Any]:
        assert self.client is not None
        headers = cookie(role) | {"Content-Type": "application/json"}
        data = None if method in ("GET", "DELETE") else json.dumps(body)
        async with self.client.request(method, f"/api/v1{path}", headers=headers, data=data) as response:
            return response.status, await response.json() if response.status != 204 else None

    async def make(self, **body: Any) -> Any:
        status, answer = await self.ask("POST", "/trunks", {"name": "Main"} | body)
        assert status == 201, answer
        return answer

    async def registering(self, provider: Provider, **body: Any) -> Any:
        """A trunk that registers there as u1."""
        account = {"kind": "registering", "username": "u1", "password": "right", "domain": "provider.test"}
        where = {"host": "127.0.0.1", "port": provider.port, "options_s": 0}
        return await self.make(**{**account, **where, **body})

    async def by_address(self, peer: Provider | ScriptedPeer, **body: Any) -> Any:
        where = {"kind": "by-address", "host": "127.0.0.1", "port": peer.port, "options_s": 0, "allowed": ["+49"]}
        return await self.make(**{**where, **body})


@asynccontextmanager
async def open_trunk_house(
    folder: Path, *, flows: tuple[str, ...] = ("main", "sales"), **options: Any
) -> AsyncIterator[TrunkHouse]:
    if all(permission not in tuple(CATALOGUE) for permission in permissions.ALL):
        CATALOGUE.add(*permissions.ALL)
    url = f"sqlite+aiosqlite:///{folder}/cc.db"
    (folder / "flows").mkdir(exist_ok=True)
    for name in flows:
        (folder / "flows" / f"{name}.yaml").write_text(FLOW.format(name=name).lstrip())
    await upgrade(url)
    database = Database(url)
    house = TrunkHouse(database, folder, **options)
    try:
        await house.start()
        yield house
    finally:
        await house.stop()
        await database.stop()


@asynccontextmanager
async def open_provider(**options: Any) -> AsyncIterator[Provider]:
    options.setdefault("accounts", Accounts(hash_account("u1", "provider.test", "right")))
    provider = Provider(**options)
    await provider.agent.start()
    try:
        yield provider
    finally:
        await provider.agent.stop(grace_s=0.1)


@asynccontextmanager
async def scripted(
    answer: Callable[[Request], int | tuple[int, list[tuple[str, str]]] | None],
) -> AsyncIterator[ScriptedPeer]:
    loop = asyncio.get_running_loop()
    _, peer = await loop.create_datagram_endpoint(lambda: ScriptedPeer(answer), local_addr=("127.0.0.1", 0))
    try:
        yield peer
    finally:
        peer.close()
