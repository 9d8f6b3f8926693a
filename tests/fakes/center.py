"""A whole contact center in this process, and the people around it: a caller, a desk phone, an agent's page.

All of it is real: SIP and RTP over loopback, ICE and DTLS, socket.io, SQLite in a temporary folder.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import socketio

from contactcenter.agents.models import AgentProfile, AgentSkill
from contactcenter.agents.telephones import sealed_account
from contactcenter.app import App
from contactcenter.bus import Bus
from contactcenter.config import Config
from contactcenter.configured import vault
from contactcenter.identity.service import Identity
from contactcenter.permissions import Role
from contactcenter.queues.models import Disposition, PauseReason, Queue, QueueMember, Skill
from contactcenter.storage.database import Database
from contactcenter.storage.migrations import upgrade
from contactcenter.telephony import (
    Call,
    CallAnswered,
    CallEnded,
    CallOffered,
    CallRejected,
    Credentials,
    SipConfig,
    UserAgent,
    hash_account,
)
from media.config import MediaConfig
from media.events import MediaEvent
from media.local_plane import LocalPlane
from tests.fakes.waiting import until

PASSWORD = "a long test password"
ANSWER_S = 60.0
REALM = "contactcenter"
STRAIGHT_TO_QUEUE = """
flow: main
language: en
start: number
steps:
  number:
    collect:
      label: Customer number
      prompt: Number please.
      into: customer_number
      min_digits: 2
      max_digits: 2
      timeout_s: 0.5
      attempts: 1
    next: wait
    on_failure: wait
  wait:
    queue:
      queue: sales
    on_max_wait: sorry
    on_failure: sorry
  sorry:
    hangup: {outcome: overflowed}
"""


def settings(folder: Path, *, media_workers: int = 0, **sections: dict[str, Any]) -> Config:
    flows = folder / "ivr_flows"
    flows.mkdir(exist_ok=True)
    if not (flows / "main.yaml").exists():
        (flows / "main.yaml").write_text(STRAIGHT_TO_QUEUE)
    media = {
        "host": "127.0.0.1",
        "rtp_port_min": 30000,
        "rtp_port_max": 31999,
        "ice_hosts": ["127.0.0.1"],
        "workers": media_workers,
        "recordings_dir": folder / "recordings",
        "speech_dir": folder / "speech",
    }
    given = {
        "http": {"host": "127.0.0.1", "port": 0},
        "sip": {"host": "127.0.0.1", "port": 0},
        "media": media | sections.pop("media", {}),
        "database": {"url": f"sqlite+aiosqlite:///{folder}/test.db"},
        "flows": {"dir": flows},
        "routing": {"journal_dir": folder / "routing"},
    }
    return Config.model_validate(given | sections)


async def populate(config: Config, *, ring_timeout_s: float = 5.0, max_wait_s: float | None = None) -> None:
    """One queue with a skill, results, a reason to pause; agents anna and ben (browser), dora (desk phone)."""
    await upgrade(config.database.url)
    database, bus = Database(config.database.url), Bus()
    identity = Identity(database, bus)
    rows: list[Any] = [
        Skill(id="selling", name="Selling"),
        Queue(
            id="sales",
            name="Sales",
            ring_timeout_s=ring_timeout_s,
            wrap_up_s=30,
            required_skills=[{"type": "skill", "skill": "selling", "level": 2}],
            overflow=[] if max_wait_s is None else [{"cause": "max-wait", "limit": max_wait_s}],
        ),
        Disposition(id="sold", label="Sold"),
        Disposition(id="lost", label="Lost", note_required=True, position=1),
        PauseReason(id="break", label="Break"),
    ]
    people = [("anna", Role.AGENT), ("ben", Role.AGENT), ("dora", Role.AGENT), ("sue", Role.SUPERVISOR)]
    for name, role in people:
        user = await identity.create_user(f"{name}@example.com", name.title(), role, PASSWORD, user_id=name)
        if role is Role.AGENT:
            device = "sip" if name == "dora" else "browser"
            rows += [
                AgentProfile(user_id=user.id, device=device, misses_before_not_responding=1),
                AgentSkill(user_id=user.id, skill_id="selling", level=3),
                QueueMember(queue_id="sales", user_id=user.id),
            ]
    keys = vault(config, database)
    await keys.start()
    rows.append(sealed_account(keys, hash_account("dora-phone", REALM, PASSWORD), "dora"))
    async with database.transaction() as session:
        for row in rows:
            session.add(row)
            await session.flush()
    await bus.close()
    await database.stop()


@asynccontextmanager
async def running(config: Config) -> AsyncIterator[App]:
    app = App(config)
    await app.start()
    try:
        yield app
    finally:
        await app.stop()


class Telephone:
    """A SIP phone of its own: dials, answers, sends digits, plays a file, hears."""

    def __init__(self, first_port: int) -> None:
        self.plane = LocalPlane(
            MediaConfig(bind_host="127.0.0.1", rtp_port_min=first_port, rtp_port_max=first_port + 99)
        )
        self.agent = UserAgent(SipConfig(host="127.0.0.1", port=0), on_call=self._rung)
        self.media_events: list[MediaEvent] = []
        self.answered = asyncio.Event()
        self.ringing = asyncio.Event()
        self.over = asyncio.Event()
        self.call: Call | None = None
        self.rejected: int | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Telephone:
        self.plane.subscribe(self.media_events.append)
        await self.plane.start()
        await self.agent.start()
        return self

    async def __aexit__(self, *exc: object) -> None:
        if self.call is not None:
            self.call.hangup()
        await asyncio.gather(*self._tasks)
        await self.agent.stop()
        await self.plane.stop()

    async def register(self, app: App, username: str) -> None:
        server = f"127.0.0.1:{app.user_agent.port}"
        credentials = Credentials(username, PASSWORD)
        self.registration = await self.agent.register(f"sip:{username}@{server}", f"sip:{server}", credentials)

    async def dial(self, app: App, number: str = "1000", caller: str = "+4930123456") -> None:
        offer = await self.plane.open_leg("line", kind="rtp", host="127.0.0.1")
        target = f"sip:{number}@127.0.0.1:{app.user_agent.port}"
        self.call = self.agent.invite(target, from_uri=f"sip:{caller}@127.0.0.1", offer=offer, display_name="Cara")
        self.call.on_event = self._heard

    def _rung(self, call: Call) -> None:
        self.call = call
        call.on_event = self._heard
        call.ringing()
        self.ringing.set()

    async def pick_up(self) -> None:
        assert self.call is not None
        self.call.answer(await self.plane.open_leg("line", kind="rtp", offer=self.call.offer, host="127.0.0.1"))
        self.answered.set()

    def _heard(self, event: object) -> None:
        match event:
            case CallAnswered(sdp):
                task = asyncio.ensure_future(self._accept(sdp))
                self._tasks.add(task)
            case CallRejected(code):
                self.rejected = code
                self.over.set()
            case CallEnded():
                self.over.set()
            case CallOffered(str(sdp)):
                self._tasks.add(asyncio.ensure_future(self._renegotiate(sdp)))

    async def _accept(self, sdp: str) -> None:
        await self.plane.accept_answer("line", sdp)
        self.answered.set()

    async def _renegotiate(self, sdp: str) -> None:
        assert self.call is not None
        self.call.answer_offer(await self.plane.renegotiate("line", sdp))

    async def hang_up(self) -> None:
        assert self.call is not None
        self.call.hangup()
        await self.plane.close_leg("line")


class Page:
    """An agent's or supervisor's page without the browser: session cookie, live feed, rows kept up to date."""

    def __init__(self, app: App, name: str) -> None:
        self.app = app
        self.name = name
        self.rows: dict[str, dict[str, dict[str, Any]]] = {}
        self.http = aiohttp.ClientSession(
            f"http://127.0.0.1:{app.http_port}", cookie_jar=aiohttp.CookieJar(unsafe=True)
        )
        self._socket = socketio.AsyncClient(reconnection=False)
        self._socket.on("event", self._event, namespace="/live")

    async def __aenter__(self) -> Page:
        credentials = {"email": f"{self.name}@example.com", "password": PASSWORD}
        async with self.http.post("/api/v1/session", json=credentials) as response:
            assert response.status == 200, await response.text()
            cookie = response.cookies["cc_session"].value
        url = f"http://127.0.0.1:{self.app.http_port}"
        headers = {"Cookie": f"cc_session={cookie}"}
        await self._socket.connect(
            url, headers=headers, namespaces=["/live"], transports=["websocket"], wait_timeout=30
        )
        return self

    async def __aexit__(self, *exc: object) -> None:
        await self._socket.disconnect()
        await self.http.close()
        # The socket client's own session closes its connector a moment later.
        await asyncio.sleep(0.05)

    async def subscribe(self, topic: str) -> None:
        answer = await self._ask("subscribe", {"topic": topic})
        assert answer["ok"], answer
        self.rows = answer["snapshot"]

    def _event(self, event: dict[str, Any]) -> None:
        data = event["data"]
        collection = self.rows.setdefault(data["collection"], {})
        if event["type"] == "put":
            collection[data["id"]] = data["row"]
        else:
            collection.pop(data["id"], None)

    def collection(self, name: str) -> dict[str, Any]:
        return self.rows.get(name, {})

    async def command(self, name: str, **args: Any) -> dict[str, Any]:
        """The answer as it came: `{ok, data}` or `{ok, problem}`."""
        return await self._ask("command", {"name": name, "args": args})

    async def _ask(self, event: str, message: dict[str, Any]) -> dict[str, Any]:
        # The client's own timeout may forget a cancellation that comes with the answer.
        async with asyncio.timeout(ANSWER_S):
            answer: dict[str, Any] = await self._socket.call(event, message, namespace="/live", timeout=None)
        return answer

    async def act(self, name: str, **args: Any) -> dict[str, Any]:
        """A command that must succeed; its data."""
        answer = await self.command(name, **args)
        assert answer["ok"], answer
        data: dict[str, Any] = answer["data"]
        return data

    async def become_available(self) -> None:
        await self.subscribe(f"agent:{self.name}")
        await self.act("presence.set", presence="available")

    async def ask(self, method: str, path: str, body: Any = None, status: int = 200) -> Any:
        """What the API answers, which must be with this status; `path` is behind /api/v1."""
        async with self.http.request(method, f"/api/v1{path}", json=body) as answer:
            assert answer.status == status, await answer.text()
            return await answer.json() if answer.status != 204 else None

    async def get(self, path: str) -> Any:
        async with self.http.get(path) as response:
            assert response.status == 200, (path, response.status, await response.text())
            return await response.json()

    async def fetch(self, path: str, **options: Any) -> tuple[int, bytes]:
        async with self.http.get(path, **options) as response:
            return response.status, await response.read()

    async def offer(self) -> str:
        """Wait until a call is offered: its interaction id."""
        await until(lambda: self.collection("offers"), f"an offer to {self.name}")
        return next(iter(self.collection("offers")))
