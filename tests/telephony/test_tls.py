"""SIP over TLS on real sockets: whose certificate is taken, which connection is used, what is renewed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import structlog.testing
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.certificate import Certificate
from contactcenter.telephony import (
    CallAcked,
    CallAnswered,
    CallEnded,
    CallOffered,
    Credentials,
    RegistrationError,
    ReofferAnswered,
    SipConfig,
    UserAgent,
)
from contactcenter.telephony.sip.dialog import uri_peer
from contactcenter.telephony.sip.layer import Peer
from contactcenter.telephony.tls import identities
from tests.fakes.certificates import Authority
from tests.fakes.sip_network import ANSWER, OFFER
from tests.telephony.test_user_agent import ALICE, Desk, Listener

BOB = "sip:bob@example.com"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    authority = Authority(tmp_path)
    authority.issue()
    return authority


@asynccontextmanager
async def agents(
    authority: Authority, desk: Desk | None = None, *, ca_file: Path | None = None, **client: Any
) -> AsyncIterator[tuple[UserAgent, UserAgent, Certificate]]:
    """A server that listens by TLS with the authority's certificate, and a client."""
    certificate = Certificate(authority.certificate, authority.key, now=time.time)
    certificate.start()
    config = SipConfig(host="127.0.0.1", port=0, tls_port=0, domain="cc.test", realm="cc.test")
    server = UserAgent(config, accounts=ALICE, on_call=desk, serve_tls=lambda: certificate.context)
    caller = UserAgent(SipConfig(host="127.0.0.1", port=0, tls_ca_file=ca_file or authority.root, **client))
    async with AsyncExitStack() as stack:
        for agent in (server, caller):
            await agent.start()
            stack.push_async_callback(agent.stop)
        yield server, caller, certificate


def dial(client: UserAgent, target: str) -> Listener:
    return Listener(client.invite(target, from_uri=BOB, offer=OFFER))


@pytest.mark.parametrize("form", ["sip:1000@{};transport=tls", "sips:1000@{}", "sips:1000@{};transport=tcp"])
async def test_a_call(authority: Authority, form: str) -> None:
    desk = Desk()
    async with agents(authority, desk) as (server, client, _):
        caller = dial(client, form.format(f"127.0.0.1:{server.tls_port}"))
        assert (await caller.wait(CallAnswered)).answer_sdp == ANSWER
        callee = await desk.next()
        await callee.wait(CallAcked)
        via, contact = (callee.call.header(name) or "" for name in ("Via", "Contact"))
        assert via.startswith("SIP/2.0/TLS ")
        assert contact.startswith("<sips:" if form.startswith("sips:") else "<sip:")
        assert (";transport=tls" in contact) == form.startswith("sip:")
        caller.call.hangup()
        assert await callee.wait(CallEnded) == CallEnded("bye")
        assert server.open_connections == client.open_connections == 1


async def test_a_telephone_registers_and_is_rung_on_its_own_connection(authority: Authority) -> None:
    async with agents(authority) as (server, client, _):
        desk = client.on_call = Desk()
        registrar = f"sip:127.0.0.1:{server.tls_port};transport=tls"
        registration = await client.register("sip:alice@cc.test", registrar, Credentials("alice", "wonderland"))
        (contact,) = server.registrar.contacts("alice")
        assert contact.peer.transport == "tls"
        assert "transport=tls" in contact.uri
        call = server.invite_account("alice", from_uri="sip:queue@cc.test", offer=OFFER)
        assert call is not None
        listener = Listener(call)
        await listener.wait(CallAnswered)
        callee = await desk.next()
        await callee.wait(CallAcked)
        callee.call.reoffer(OFFER)
        await listener.wait(CallOffered)
        call.answer_offer(ANSWER)
        await callee.wait(ReofferAnswered)
        assert server.open_connections == 1
        call.hangup()
        await registration.close()
        assert server.registrar.contacts("alice") == []


async def test_who_is_not_vouched_for_gets_no_byte(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    stranger = Authority(tmp_path / "other")
    async with agents(authority, ca_file=stranger.root) as (server, client, _):
        registrar = f"sip:127.0.0.1:{server.tls_port};transport=tls"
        with pytest.raises(RegistrationError):
            await client.register("sip:alice@cc.test", registrar, Credentials("alice", "wonderland"))
        call = dial(client, f"sips:1000@127.0.0.1:{server.tls_port}")
        assert await call.wait(CallEnded) == CallEnded("error", 503)
        assert server.counters["requests"] == 0


@pytest.mark.parametrize(
    "names",
    [
        (x509.DNSName("sip.example.com"),),
        (x509.DNSName("*.0.0.1"),),
        # With a SIP domain in it the other names do not count.
        (x509.UniformResourceIdentifier("sip:example.com"), x509.DNSName("localhost")),
    ],
)
async def test_a_certificate_for_somebody_else_is_refused(
    authority: Authority, names: tuple[x509.GeneralName, ...]
) -> None:
    authority.issue(names=names)
    async with agents(authority) as (server, client, _):
        with structlog.testing.capture_logs() as logs:
            call = dial(client, f"sips:1000@localhost:{server.tls_port}")
            assert await call.wait(CallEnded) == CallEnded("error", 503)
        assert "sip.certificate_refused" in [entry["event"] for entry in logs]
        assert server.counters["requests"] == 0


async def test_a_certificate_that_ended_is_refused(authority: Authority) -> None:
    async with agents(authority) as (server, client, certificate):
        authority.issue(begins_days=-9, days=-1)
        # Which a server of ours would not take from its files.
        certificate.context.sni_callback = None
        certificate.context.load_cert_chain(authority.certificate, authority.key)
        call = dial(client, f"sips:1000@127.0.0.1:{server.tls_port}")
        assert await call.wait(CallEnded) == CallEnded("error", 503)


async def test_a_new_certificate_serves_new_connections_and_ends_no_call(authority: Authority) -> None:
    desk = Desk()
    async with agents(authority, desk) as (server, client, certificate):
        target = f"sips:1000@localhost:{server.tls_port}"
        first = dial(client, target)
        await first.wait(CallAnswered)
        await (await desk.next()).wait(CallAcked)
        authority.issue(names=[x509.DNSName("other.example.com")])
        assert certificate.reload() is None
        again = dial(client, target)
        await again.wait(CallAnswered)
        assert server.open_connections == 1
        async with agents(authority) as (_, late, _):
            refused = dial(late, target)
            assert await refused.wait(CallEnded) == CallEnded("error", 503)
        for call in (first, again):
            call.call.hangup()
            await call.wait(CallEnded)


async def test_an_authority_added_to_the_file_is_trusted_from_then(authority: Authority, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    ca_file = tmp_path / "ca.pem"
    ca_file.write_bytes(Authority(tmp_path / "other").root.read_bytes())
    async with agents(authority, Desk(), ca_file=ca_file) as (server, client, _):
        target = f"sips:1000@127.0.0.1:{server.tls_port}"
        await dial(client, target).wait(CallEnded)
        ca_file.write_bytes(ca_file.read_bytes() + authority.root.read_bytes())
        call = dial(client, target)
        await call.wait(CallAnswered)
        ca_file.unlink()
        other = dial(client, target)
        await other.wait(CallAnswered)
        call.call.hangup()
        other.call.hangup()


async def test_what_is_no_tls_is_not_answered(authority: Authority) -> None:
    async with agents(authority) as (server, _, _):
        reader, writer = await asyncio.open_connection("127.0.0.1", server.tls_port)
        writer.write(b"OPTIONS sip:x SIP/2.0\r\n\r\n")
        # An alert of TLS at most, and the connection ends.
        assert b"SIP/2.0" not in await reader.read()
        writer.close()
        await writer.wait_closed()
        assert (server.open_connections, server.counters["requests"]) == (0, 0)


def _certificate(*names: tuple[str, str]) -> dict[str, Any]:
    return {"subject": ((("commonName", "cn.example.com"),),), "subjectAltName": names}


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ((("DNS", "SIP.Example.com."),), {"sip.example.com"}),
        ((("DNS", "a.example.com"), ("URI", "sip:Example.com")), {"example.com"}),
        ((("URI", "sip:alice@example.com"), ("DNS", "a.example.com")), {"a.example.com"}),
        ((("URI", "sips:example.com"), ("URI", "https://example.com")), set()),
        ((("URI", "sip:[2001:db8::1]"),), {"2001:db8::1"}),
        ((("IP Address", "2001:DB8:0:0:0:0:0:1"), ("IP Address", "192.0.2.1")), {"2001:db8::1", "192.0.2.1"}),
        ((("DNS", "*.example.com"),), {"*.example.com"}),
        ((), set()),
    ],
)
def test_whom_a_certificate_names(names: tuple[tuple[str, str], ...], found: set[str]) -> None:
    assert identities(_certificate(*names)) == found
    assert identities(None) == frozenset()


@given(st.lists(st.tuples(st.sampled_from(["URI", "DNS", "IP Address", "email"]), st.text(max_size=30)), max_size=4))
def test_names_of_any_kind_are_taken(names: list[tuple[str, str]]) -> None:
    assert all(name == name.lower() for name in identities(_certificate(*names)))


@pytest.mark.parametrize(
    ("uri", "peer"),
    [
        ("sips:a@example.com", Peer("tls", "example.com", 5061)),
        ("sips:a@example.com:5071;transport=tcp", Peer("tls", "example.com", 5071)),
        ("sip:a@example.com;transport=tls", Peer("tls", "example.com", 5061)),
        ("sip:a@example.com;transport=TCP", Peer("tcp", "example.com", 5060)),
        ("sip:a@example.com", Peer("udp", "example.com", 5060)),
        ("sips:a@example.com;transport=ws", None),
    ],
)
def test_where_an_address_leads(uri: str, peer: Peer | None) -> None:
    assert uri_peer(uri, "udp") == peer
