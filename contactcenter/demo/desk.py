"""An agent's desk as a client: signs in over HTTP, follows the own topic of the live feed, sends commands."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import socketio
import structlog

NAMESPACE = "/live"
RETRY_FIRST_S = 0.5
RETRY_MOST_S = 10.0
ANSWER_S = 10.0

Row = dict[str, Any]

log = structlog.get_logger(__name__)


class DeskError(RuntimeError):
    """The server refused; the text is its own sentence."""


class Mirror:
    """The rows of one topic as the server has them; `apply` says whether the event fits."""

    def __init__(self) -> None:
        self.rows: dict[str, dict[str, Row]] = {}
        self._seq = 0

    def reset(self, seq: int, snapshot: dict[str, dict[str, Row]]) -> None:
        self.rows = {name: dict(rows) for name, rows in snapshot.items()}
        self._seq = seq

    def apply(self, event: dict[str, Any]) -> bool:
        """False when events are missing before this one: subscribe anew."""
        if event["seq"] <= self._seq:
            return True
        if event["seq"] != self._seq + 1:
            return False
        self._seq = event["seq"]
        change = event["data"]
        collection = self.rows.setdefault(change["collection"], {})
        if event["type"] == "put":
            collection[change["id"]] = change["row"]
        else:
            collection.pop(change["id"], None)
        return True

    def rows_of(self, collection: str) -> dict[str, Row]:
        return self.rows.get(collection, {})


class Desk:
    """`on_change` is called whenever a row has changed, `on_up` after each sign-in, `on_down` when the line is lost.

    `topic` is followed instead of the agent's own. `certificate` is the PEM file of the server's: that one is trusted,
    whatever address it is reached at.
    """

    def __init__(
        self, url: str, email: str, password: str, *, topic: str = "", certificate: Path | None = None
    ) -> None:
        self.mirror = Mirror()
        self.on_change: Callable[[], None] = lambda: None
        self.on_up: Callable[[], None] = lambda: None
        self.on_down: Callable[[], None] = lambda: None
        self._url = url.rstrip("/")
        self._email = email
        self._password = password
        self._cookie = ""
        self._wanted = topic
        self._certificate = certificate
        self._topic = ""
        self._http: aiohttp.ClientSession | None = None
        self._socket: socketio.AsyncClient | None = None

    async def run(self) -> None:
        """Stay connected until cancelled; a server that is away is tried again ever more slowly."""
        wait_s = RETRY_FIRST_S
        tls = ssl.create_default_context()
        connector = aiohttp.TCPConnector(ssl=tls)
        timeout = aiohttp.ClientTimeout(total=ANSWER_S)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as self._http:
            while True:
                try:
                    self._trust(tls)
                    await self._sign_in()
                    await self._follow()
                    wait_s = RETRY_FIRST_S
                except (aiohttp.ClientError, socketio.exceptions.SocketIOError, DeskError, OSError) as error:
                    log.info("demo.desk_away", reason=type(error).__name__)
                self.on_down()
                await asyncio.sleep(wait_s)
                wait_s = min(2 * wait_s, RETRY_MOST_S)

    def _trust(self, tls: ssl.SSLContext) -> None:
        """Read each time: the server may have a new certificate."""
        if self._certificate is not None:
            tls.check_hostname = False
            tls.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
            tls.load_verify_locations(self._certificate)

    async def get(self, path: str, **query: str) -> Any:
        """A JSON document of the API; raises aiohttp.ClientError, DeskError."""
        if self._http is None:
            raise DeskError("The desk is not connected.")
        async with self._http.get(f"{self._url}/api/v1{path}", params=query, headers=self._headers()) as response:
            return await self._json(response)

    async def command(self, name: str, **args: Any) -> Row:
        """What the command answers; raises DeskError with the server's sentence, or when the line is down."""
        answer = await self._call("command", {"name": name, "args": args})
        return dict(answer.get("data") or {})

    def _headers(self) -> dict[str, str]:
        # By hand: a cookie jar would keep a Secure cookie of a server behind a proxy to itself.
        return {"Cookie": self._cookie} if self._cookie else {}

    @staticmethod
    async def _json(response: aiohttp.ClientResponse) -> Any:
        if response.status >= 400:
            raise DeskError(f"The server answered {response.status}.")
        return await response.json()

    async def _sign_in(self) -> None:
        assert self._http is not None
        body = {"email": self._email, "password": self._password}
        async with self._http.post(f"{self._url}/api/v1/session", json=body) as response:
            me = await self._json(response)
            # Over TLS its name has a prefix.
            name = next(each for each in response.cookies if each.endswith("cc_session"))
            self._cookie = f"{name}={response.cookies[name].value}"
        self._topic = self._wanted or f"agent:{me['id']}"

    async def _follow(self) -> None:
        """Until the connection is lost."""
        assert self._http is not None
        client = socketio.AsyncClient(reconnection=False, handle_sigint=False, http_session=self._http)
        # Not client.wait(): it swallows a cancellation, and the desk would come back for ever.
        told, lost = asyncio.Event(), asyncio.Event()
        client.on("connect", told.set, namespace=NAMESPACE)
        client.on("connect_error", lambda *reason: told.set(), namespace=NAMESPACE)
        client.on("disconnect", lambda *reason: lost.set(), namespace=NAMESPACE)
        client.on("event", self._on_event, namespace=NAMESPACE)
        self._socket = client
        try:
            await client.connect(
                self._url, headers=self._headers(), transports=["websocket"], namespaces=[NAMESPACE], wait=False
            )
            async with asyncio.timeout(ANSWER_S):
                await told.wait()
            await self._subscribe()
            self.on_up()
            await lost.wait()
        finally:
            self._socket = None
            with suppress(socketio.exceptions.SocketIOError):
                await client.disconnect()

    async def _subscribe(self) -> None:
        answer = await self._call("subscribe", {"topic": self._topic})
        self.mirror.reset(answer["seq"], answer["snapshot"])
        self.on_change()

    async def _on_event(self, event: dict[str, Any]) -> None:
        if event.get("topic") != self._topic:
            return
        if self.mirror.apply(event):
            self.on_change()
        else:
            await self._subscribe()

    async def _call(self, name: str, message: dict[str, Any]) -> dict[str, Any]:
        if self._socket is None:
            raise DeskError("The desk is not connected.")
        try:
            # Its own timeout, like wait=True of connect(), may forget a cancellation that comes with the answer.
            async with asyncio.timeout(ANSWER_S):
                answer = await self._socket.call(name, message, namespace=NAMESPACE, timeout=None)
        except (TimeoutError, socketio.exceptions.SocketIOError) as error:
            raise DeskError("The connection is lost.") from error
        if not answer.get("ok"):
            problem = answer.get("problem") or {}
            raise DeskError(str(problem.get("detail") or problem.get("title") or "The server refused."))
        return dict(answer)
