"""The live feed: topics pushed to browsers and commands taken from them, over socket.io namespace /live."""

from __future__ import annotations

import asyncio
import inspect
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar, cast

import socketio
import structlog
from aiohttp import web
from pydantic import BaseModel, ConfigDict, ValidationError

from contactcenter.actor import acting
from contactcenter.api import problems, session_cookie
from contactcenter.api.feed_redis import close, redis_manager
from contactcenter.api.http import Authenticate, Translate, actor_of, open_path, to_problem
from contactcenter.api.problems import Problem
from contactcenter.api.routes import ADDRESS
from contactcenter.api.security import same_origin
from contactcenter.api.topic import KEPT_EVENTS, Topic, TopicEvent, TopicState
from contactcenter.audit.acts import Audited
from contactcenter.bus import Bus
from contactcenter.identity.events import AccessChanged, SessionRevoked
from contactcenter.permissions import Permission, Principal
from contactcenter.storage.errors import StorageUnavailable

NAMESPACE = "/live"
PATH = "/socket.io/"
LARGEST_MESSAGE = 256 * 1024
"""Bytes; an SDP has under 10 kB."""
PING_S, PONG_S = 5.0, 4.0
"""Each page is asked for a sign of life so often, and has so long to give one; every PONG_S it is looked who did not.
So a browser gone without a word is missed within 13 s (by the library's own 25 and 20 s: 65 s); its caller moves on."""

A = TypeVar("A", bound=BaseModel)
CommandHandler = Callable[[Principal, A], Awaitable[dict[str, Any] | None]]
AccessRule = Callable[[Principal, str], bool]
ConnectionHook = Callable[[Principal, str], Awaitable[None] | None]

log = structlog.get_logger(__name__)


class _Subscribe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: str
    seq: int | None = None
    epoch: str | None = None


class _Unsubscribe(BaseModel):
    model_config = ConfigDict(extra="forbid")

    topic: str


class _CommandMessage(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: str
    args: dict[str, Any] = {}


@dataclass(frozen=True, slots=True)
class _Command:
    permission: Permission
    model: type[BaseModel]
    handler: CommandHandler[Any]
    audited: Audited | None


@dataclass(slots=True)
class _Connection:
    principal: Principal
    token: str
    address: str


class Live:
    """Topics, commands and connections. `attach` to the application before it starts; it starts and stops with it.

    `translate` turns errors of the domain into problems. A session revoked on `bus` is cut at once; `sweep_s` is how
    often, in seconds, connections are looked for whose session has ended in another way.
    """

    def __init__(
        self,
        authenticate: Authenticate,
        bus: Bus | None = None,
        *,
        public_url: str = "",
        redis_url: str = "",
        translate: Translate | None = None,
        sweep_s: float = 30.0,
        ping_s: float = PING_S,
        pong_s: float = PONG_S,
    ) -> None:
        self._authenticate = authenticate
        self._public_url = public_url
        self._translate = translate
        self._sweep_s = sweep_s
        self._topics: dict[str, Topic] = {}
        self._parts: dict[str, Callable[[Principal], Topic]] = {}
        self._rules: dict[str, AccessRule] = {}
        self._commands: dict[str, _Command] = {}
        self._connections: dict[str, _Connection] = {}
        self._on_connect: list[ConnectionHook] = []
        self._on_disconnect: list[ConnectionHook] = []
        self._outbox: deque[tuple[Topic, TopicEvent]] = deque()
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._cuts: set[asyncio.Task[None]] = set()
        self._manager = redis_manager(redis_url) if redis_url else None
        self._server = socketio.AsyncServer(
            async_mode="aiohttp",
            namespaces=[NAMESPACE],
            cors_allowed_origins=self._is_own_origin,
            max_http_buffer_size=LARGEST_MESSAGE,
            ping_interval=ping_s,
            ping_timeout=pong_s,
            client_manager=self._manager,
        )
        if bus is not None:
            bus.subscribe(SessionRevoked, lambda event: self.disconnect_session(event.session_id))
            bus.subscribe(AccessChanged, lambda event: self.review(event.user_ids))
        self._server.on("connect", self._connect, namespace=NAMESPACE)
        self._server.on("disconnect", self._disconnect, namespace=NAMESPACE)
        self._server.on("subscribe", self._subscribe, namespace=NAMESPACE)
        self._server.on("unsubscribe", self._unsubscribe, namespace=NAMESPACE)
        self._server.on("command", self._take_command, namespace=NAMESPACE)

    def topic(self, name: str) -> Topic:
        """The topic of this name, made when first asked for."""
        if name not in self._topics:
            self._topics[name] = Topic(name, TopicState(uuid.uuid4().hex), self._announce)
        return self._topics[name]

    def part(self, name: str) -> Topic:
        """A topic that clients know as `name` but that holds other rows than the one of that name: a part of them, or
        the same for other eyes. `narrow` says who gets it."""
        room = f"{name}#{uuid.uuid4().hex}"
        self._topics[room] = Topic(name, TopicState(uuid.uuid4().hex), self._announce, room=room)
        return self._topics[room]

    def give_up(self, part: Topic) -> bool:
        """Forget a part unless somebody watches it; whether it is gone."""
        watched = bool(self._server.manager.rooms.get(NAMESPACE, {}).get(part.room))
        if not watched:
            self._topics.pop(part.room, None)
        return not watched

    def narrow(self, name: str, choose: Callable[[Principal], Topic]) -> None:
        """Which topic somebody gets who subscribes to `name` and may."""
        self._parts[name] = choose

    def _seen_by(self, principal: Principal, name: str) -> Topic:
        choose = self._parts.get(name)
        return self.topic(name) if choose is None else choose(principal)

    def allow(self, prefix: str, rule: AccessRule) -> None:
        """Who may subscribe: a prefix ending in ":" covers all topics beginning with it, any other one topic."""
        self._rules[prefix] = rule

    def command(
        self, name: str, permission: Permission, model: type[A], audited: Audited | None = None
    ) -> Callable[[CommandHandler[A]], CommandHandler[A]]:
        """Register a handler for a command; it may raise Problem, and what it returns goes to the caller. `audited`:
        what it may leave in the audit trail, or why nothing."""
        if not isinstance(permission, Permission):
            raise TypeError(f"command {name}: permission must be a Permission")
        if name in self._commands:
            raise ValueError(f"command {name} is registered twice")

        def register(handler: CommandHandler[A]) -> CommandHandler[A]:
            self._commands[name] = _Command(permission, model, handler, audited)
            return handler

        return register

    def on_connect(self, hook: ConnectionHook) -> None:
        """Call `hook(principal, sid)` when a page has connected."""
        self._on_connect.append(hook)

    def on_disconnect(self, hook: ConnectionHook) -> None:
        self._on_disconnect.append(hook)

    @property
    def connections(self) -> int:
        return len(self._connections)

    def attach(self, app: web.Application) -> None:
        app.router.add_route("*", PATH, self._handle)
        open_path(app, PATH)
        app.on_startup.append(self._start)
        app.on_shutdown.append(self._stop)

    async def disconnect_session(self, session_id: str) -> None:
        """Cut the connections of a session that has ended."""
        await self._cut([sid for sid, c in self._connections.items() if c.principal.session_id == session_id])

    async def disconnect_user(self, user_id: str) -> None:
        await self._cut([sid for sid, c in self._connections.items() if c.principal.user_id == user_id])

    async def review(self, user_ids: frozenset[str] | None = None) -> None:
        """Ask anew who is on the connections of these users (None: all): topics they may not see any more, or see
        other rows of, are taken from them; a page that may asks for what is missing."""
        for sid, connection in list(self._connections.items()):
            if user_ids is not None and connection.principal.user_id not in user_ids:
                continue
            principal = await self._authenticate(connection.token)
            if principal is None:
                await self._cut([sid])
                continue
            connection.principal = principal
            for room in set(self._server.rooms(sid, namespace=NAMESPACE)) - {sid}:
                await self._review_room(sid, principal, room)

    async def _review_room(self, sid: str, principal: Principal, room: str) -> None:
        topic = self._topics.get(room)
        if topic is None or (self._may_see(principal, topic.name) and self._seen_by(principal, topic.name) is topic):
            return
        await self._server.leave_room(sid, room, namespace=NAMESPACE)
        # A number far ahead is a gap to every client: it subscribes anew and gets the other rows, or a refusal.
        gap = TopicEvent(topic.seq + KEPT_EVENTS, "remove", "", "")
        await self._server.emit("event", gap.message(topic.name), to=sid, namespace=NAMESPACE)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        # Compressing each message costs 134 kB of memory a connection; the messages are small.
        headers = request.headers.copy()
        headers.popall("Sec-WebSocket-Extensions", None)
        return cast(web.StreamResponse, await self._server.handle_request(request.clone(headers=headers)))

    def _is_own_origin(self, origin: str | None, environ: Mapping[str, Any]) -> bool:
        return origin is None or same_origin(origin, environ.get("HTTP_HOST", ""), self._public_url)

    async def _start(self, _app: web.Application) -> None:
        work = {"live-send": self._send(), "live-sweep": self._sweep()}
        self._tasks = [asyncio.create_task(task, name=name) for name, task in work.items()]

    async def _stop(self, _app: web.Application) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._cut(list(self._connections))
        await self._server.shutdown()
        if self._manager is not None:
            await close(self._manager)

    async def _cut(self, sids: list[str]) -> None:
        for sid in sids:
            # Gone by itself meanwhile.
            with suppress(KeyError):
                await self._server.disconnect(sid, namespace=NAMESPACE)

    def _announce(self, topic: Topic, event: TopicEvent) -> None:
        self._outbox.append((topic, event))
        self._wake.set()

    async def _send(self) -> None:
        """One sender for all topics, so that events leave in the order of their numbers."""
        while True:
            await self._wake.wait()
            self._wake.clear()
            while self._outbox:
                topic, event = self._outbox.popleft()
                try:
                    await self._server.emit("event", event.message(topic.name), room=topic.room, namespace=NAMESPACE)
                except Exception:
                    # Subscribers see the gap in the numbers and ask for a snapshot.
                    log.exception("live_event_not_sent", topic_kind=topic.name.partition(":")[0], seq=event.seq)

    async def _sweep(self) -> None:
        while True:
            await asyncio.sleep(self._sweep_s)
            for sid, connection in list(self._connections.items()):
                try:
                    if await self._authenticate(connection.token) is None:
                        await self._cut([sid])
                except StorageUnavailable as error:
                    log.warning("live_sweep_skipped", reason=str(error))
                    break

    async def _connect(self, sid: str, environ: Mapping[str, Any], _auth: Any = None) -> None:
        request: web.Request = environ["aiohttp.request"]
        token = session_cookie.SESSION.token_of(request)
        try:
            principal = await self._authenticate(token) if token else None
        except StorageUnavailable as error:
            raise _refused(to_problem(error, None)) from error
        if principal is None or token is None:
            raise _refused(problems.not_signed_in())
        self._connections[sid] = _Connection(principal, token, request[ADDRESS])
        await self._call_hooks(self._on_connect, principal, sid)

    async def _disconnect(self, sid: str, _reason: Any = None) -> None:
        if (connection := self._connections.pop(sid, None)) is not None:
            await self._call_hooks(self._on_disconnect, connection.principal, sid)

    async def _call_hooks(self, hooks: list[ConnectionHook], principal: Principal, sid: str) -> None:
        for hook in hooks:
            try:
                result = hook(principal, sid)
                if inspect.isawaitable(result):
                    await result
            except Exception:
                log.exception("live_hook_failed", session_id=principal.session_id)

    async def _present(self, sid: str) -> _Connection:
        """The connection with who is on it, asked anew: the session may have ended, the roles changed."""
        connection = self._connections.get(sid)
        principal = await self._authenticate(connection.token) if connection else None
        if connection is None or principal is None:
            self._cut_after_answer(sid)
            raise problems.not_signed_in()
        connection.principal = principal
        return connection

    def _cut_after_answer(self, sid: str) -> None:
        # A task first runs when the handler has returned and its answer is queued.
        task = asyncio.create_task(self._cut([sid]))
        self._cuts.add(task)
        task.add_done_callback(self._cuts.discard)

    async def _subscribe(self, sid: str, message: Any = None) -> dict[str, Any]:
        try:
            wanted = _Subscribe.model_validate(message)
            principal = (await self._present(sid)).principal
            if not self._may_see(principal, wanted.topic):
                raise Problem(403, "forbidden", "Not allowed", "Your role does not allow seeing this.")
            topic = self._seen_by(principal, wanted.topic)
            await self._server.enter_room(sid, topic.room, namespace=NAMESPACE)
        except Exception as error:
            return self._refusal(error, "subscribe")
        # Nothing is awaited between taking the snapshot and queueing the answer, so no later event can overtake it.
        return topic.answer(wanted.epoch, wanted.seq)

    async def _unsubscribe(self, sid: str, message: Any = None) -> dict[str, Any]:
        try:
            wanted = _Unsubscribe.model_validate(message)
            for room in {wanted.topic} | {t.room for t in self._topics.values() if t.name == wanted.topic}:
                await self._server.leave_room(sid, room, namespace=NAMESPACE)
        except Exception as error:
            return self._refusal(error, "unsubscribe")
        return {"ok": True}

    async def _take_command(self, sid: str, message: Any = None) -> dict[str, Any]:
        name = "command"
        try:
            asked = _CommandMessage.model_validate(message)
            connection = await self._present(sid)
            principal = connection.principal
            command = self._commands.get(asked.name)
            if command is None:
                raise Problem(404, "unknown-command", "Unknown command", "There is no command of this name.")
            name = asked.name
            if not principal.may(command.permission):
                raise problems.forbidden(command.permission)
            arguments = command.model.model_validate(asked.args)
            with acting(actor_of(principal, connection.address, uuid.uuid4().hex)):
                data = await command.handler(principal, arguments)
        except Exception as error:
            return self._refusal(error, name)
        return {"ok": True, "data": data or {}}

    def _may_see(self, principal: Principal, topic: str) -> bool:
        rule = self._rules.get(topic) if ":" not in topic else self._rules.get(topic.partition(":")[0] + ":")
        return rule is not None and rule(principal, topic)

    def _refusal(self, error: Exception, name: str) -> dict[str, Any]:
        if isinstance(error, ValidationError):
            problem = problems.invalid(error, "arguments")
        else:
            problem = to_problem(error, self._translate)
        if problem.status == 500:
            log.exception("live_command_failed", command=name, exc_info=error)
        return {"ok": False, "problem": problem.as_dict()}


def _refused(problem: Problem) -> Exception:
    """The client's `connect_error` gets the title as `message` and the problem as `data`."""
    error: Exception = socketio.exceptions.ConnectionRefusedError(problem.title, problem.as_dict())
    return error
