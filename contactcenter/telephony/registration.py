"""Registering with a server, as a client (RFC 3261 §10.2)."""

from __future__ import annotations

import asyncio
import secrets
from typing import TYPE_CHECKING

import structlog

from contactcenter.tasks import ended
from contactcenter.telephony.sip.auth import Credentials, DigestClient
from contactcenter.telephony.sip.dialog import uri_peer
from contactcenter.telephony.sip.headers import HeaderError, format_name_addr, parse_name_addr
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.sip.message import Request, Response
from contactcenter.telephony.sip.uri import SipUri, UriError, parse_uri

if TYPE_CHECKING:
    from contactcenter.telephony.user_agent import UserAgent

log = structlog.get_logger(__name__)
RETRY_S = 30.0


class RegistrationError(RuntimeError):
    """The registrar refused (``code``, ``reason`` in its words) or did not answer (code 408).

    ``retry_after_s`` is when it wants to be asked again, if it said so.
    """

    def __init__(self, code: int, sentence: str, *, reason: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(sentence)
        self.code = code
        self.reason = reason
        self.retry_after_s = retry_after_s


class Registration:
    """A binding kept alive until ``close``; ``registered`` says whether the last attempt succeeded.

    ``start`` keeps it alive by itself; who wants to decide when to try calls ``attempt``. ``peer`` is the next hop,
    without it the registrar's host; ``contact_params`` are added to our Contact (``;line=…``).
    """

    def __init__(
        self,
        agent: UserAgent,
        aor_uri: str,
        registrar_uri: str,
        credentials: Credentials,
        expires_s: int,
        *,
        peer: Peer | None = None,
        contact_params: str = "",
    ) -> None:
        peer = peer or uri_peer(registrar_uri, "udp")
        if peer is None:
            raise UriError("The registrar is not a SIP address that can be reached by UDP or TCP.")
        self._agent = agent
        self._aor = aor_uri
        self._registrar = registrar_uri
        self._peer = peer
        self._digest = DigestClient(credentials)
        self._wanted_s = expires_s
        self._contact_params = contact_params
        self._call_id = secrets.token_hex(16)
        self._from = format_name_addr("", aor_uri, secrets.token_hex(8))
        self._cseq = 0
        self._refresh: asyncio.Task[None] | None = None
        self.registered = False

    async def start(self) -> None:
        granted = await self.attempt()
        self._refresh = asyncio.get_running_loop().create_task(self._keep(granted))

    async def close(self) -> None:
        """Unregister; a registrar that does not answer lets the binding expire."""
        await ended(self._refresh)
        self._refresh = None
        if self.registered:
            self.registered = False
            try:
                await self._attempt(0)
            except RegistrationError as error:
                log.info("sip.unregister_failed", code=error.code)
            self.registered = False

    async def _keep(self, granted: float) -> None:
        while True:
            await asyncio.sleep(granted / 2 if self.registered else RETRY_S)
            try:
                granted = await self.attempt()
            except RegistrationError as error:
                log.warning("sip.registration_lost", code=error.code)

    async def attempt(self) -> float:
        """Register, or stay registered. Returns the seconds granted; raises RegistrationError."""
        return await self._attempt(self._wanted_s)

    async def _attempt(self, expires_s: int) -> float:
        """One REGISTER with up to two challenges and one 423. Returns the seconds granted."""
        for _ in range(4):
            response = await self._send(expires_s)
            if response.status in (401, 407) and self._digest.challenged(response):
                continue
            minimum = _seconds(response.first("min-expires"))
            if response.status == 423 and minimum is not None:
                expires_s = self._wanted_s = minimum
                continue
            if 200 <= response.status < 300:
                self.registered = expires_s > 0
                return self._granted(response, expires_s)
            break
        self.registered = False
        raise RegistrationError(
            response.status,
            f"The registrar answered {response.status} {response.reason}.",
            reason=response.reason,
            retry_after_s=_seconds((response.first("retry-after") or "").split(";")[0].split("(")[0].strip()),
        )

    async def _send(self, expires_s: int) -> Response:
        self._cseq += 1
        source = parse_uri(self._aor)
        user = source.user or "" if isinstance(source, SipUri) else ""
        request = Request(
            headers={
                "max-forwards": ["70"],
                "from": [self._from],
                "to": [f"<{self._aor}>"],
                "call-id": [self._call_id],
                "cseq": [f"{self._cseq} REGISTER"],
                "contact": [self._contact(user)],
                "expires": [str(expires_s)],
            },
            from_=parse_name_addr(self._from, "From"),
            call_id=self._call_id,
            cseq=self._cseq,
            method="REGISTER",
            uri=self._registrar,
        )
        self._digest.authorize(request)
        answered: asyncio.Future[Response | None] = asyncio.get_running_loop().create_future()

        def heard(response: Response | None, now: float) -> None:
            if not answered.done() and (response is None or response.status >= 200):
                answered.set_result(response)

        self._agent.endpoint.request(request, self._peer, heard, self._agent.now())
        self._agent.wake()
        response = await answered
        if response is None:
            self.registered = False
            raise RegistrationError(408, "The registrar did not answer.")
        return response

    def _contact(self, user: str) -> str:
        contact = self._agent.endpoint.contact(self._peer, user)
        return f"{contact[:-1]}{self._contact_params}>" if self._contact_params else contact

    def _granted(self, response: Response, asked: int) -> float:
        """The lifetime of our own contact; what the registrar says counts, not what was asked."""
        host, port = self._agent.local_address(self._peer)
        for value in response.values("contact"):
            try:
                contact = parse_name_addr(value, "Contact")
            except HeaderError:
                continue
            uri, expires = contact.sip_uri, _seconds(contact.params.get("expires"))
            if uri is not None and (uri.host, uri.port) == (host, port) and expires is not None:
                return float(max(1, expires))
        return float(max(1, _seconds(response.first("expires")) or asked))


def _seconds(text: str | None) -> int | None:
    """A delta-seconds value, None when there is none that can be read."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) <= 10 else None
