"""Sending to a real mail server: what arrives, what is refused for good, what may be tried again."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword
from pydantic import SecretStr

from contactcenter.config import MailSettings
from contactcenter.mail.outbox import Mail, MailRefused, Send
from contactcenter.mail.smtp import smtp
from tests.fakes.certificates import Authority

MAIL = Mail(to="ann@example.com", subject="Grüße", text="Ein Link: https://cc.example.com/#x\n", html="<p>Ein Link</p>")


class Handler:
    """Takes everything, or answers to the recipient or the text as told."""

    def __init__(self) -> None:
        self.taken: list[EmailMessage] = []
        self.to_recipient, self.to_text = "250 fine", "250 taken"

    async def handle_RCPT(self, _s: Any, _session: Any, envelope: Envelope, address: str, _options: Any) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.to_recipient.startswith("2"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(self, _s: Any, _session: Any, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd calls it so
        if self.to_text.startswith("2"):
            assert isinstance(envelope.content, bytes)
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.taken.append(message)
        return self.to_text


def authenticate(_server: Any, _session: Any, _envelope: Any, _mechanism: str, data: Any) -> AuthResult:
    right = isinstance(data, LoginPassword) and (data.login, data.password) == (b"cc", b"geheim")
    return AuthResult(success=right, handled=False)


@asynccontextmanager
async def served(handler: Handler, context: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """A server on this machine; with a context it wants STARTTLS and a password. Gives its port."""
    connections: list[SMTP] = []

    def made() -> SMTP:
        secure: dict[str, Any] = {} if context is None else {
            "tls_context": context, "require_starttls": True, "auth_required": True, "authenticator": authenticate,
        }  # fmt: skip
        connections.append(SMTP(handler, hostname="mail.test", **secure))
        return connections[-1]

    server = await asyncio.get_running_loop().create_server(made, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def sender(port: int, **settings: Any) -> Send:
    values = {"encryption": "none", "sender": "Center <center@example.com>", **settings}
    found = smtp(MailSettings(host="127.0.0.1", port=port, **values))
    assert found is not None
    return found


async def test_a_mail_arrives_as_text_and_html() -> None:
    handler = Handler()
    async with served(handler) as port:
        await sender(port)(MAIL)
    (message,) = handler.taken
    assert (message["To"], message["From"], message["Subject"]) == (
        "ann@example.com",
        "Center <center@example.com>",
        "Grüße",
    )
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@example.com>")
    assert message["Date"] is not None
    text, html = (message.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert text.get_content().strip() == MAIL.text.strip()
    assert html.get_content().strip() == MAIL.html


@pytest.mark.parametrize("place", ["to_recipient", "to_text"])
async def test_what_is_refused_for_good_and_what_may_be_tried_again(place: str) -> None:
    handler = Handler()
    async with served(handler) as port:
        setattr(handler, place, "550 there is no ann@example.com")
        with pytest.raises(MailRefused) as refused:
            await sender(port)(MAIL)
        # The server's words may hold the address; its number does not.
        assert str(refused.value) == "the mail server answered 550"
        setattr(handler, place, "451 later")
        with pytest.raises(OSError, match="answered 451"):
            await sender(port)(MAIL)
    assert handler.taken == []
    with pytest.raises(OSError, match=r"SMTP\w+"):
        await sender(port)(MAIL)


async def test_a_line_break_in_a_subject_is_no_header() -> None:
    handler = Handler()
    async with served(handler) as port:
        with pytest.raises(ValueError, match="linefeed"):
            await sender(port)(Mail(to="ann@example.com", subject="Hi\r\nBcc: eve@example.com", text="x"))
    assert handler.taken == []


async def test_encrypted_with_a_certificate_that_is_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    authority = Authority(tmp_path)
    authority.issue()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(authority.certificate, authority.key)
    handler = Handler()
    account = {"encryption": "starttls", "username": "cc"}
    async with served(handler, context) as port:
        with pytest.raises(OSError, match=r"SMTP|certificate"):
            await sender(port, **account, password=SecretStr("geheim"))(MAIL)
        assert handler.taken == []
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.root))
        # A wrong password is a matter of the settings: the mail is kept.
        with pytest.raises(OSError, match="answered 535"):
            await sender(port, **account, password=SecretStr("falsch"))(MAIL)
        await sender(port, **account, password=SecretStr("geheim"))(MAIL)
    assert len(handler.taken) == 1


def test_without_a_server_nothing_is_sent() -> None:
    assert smtp(MailSettings()) is None
