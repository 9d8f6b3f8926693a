"""TLS as it is served: chains, versions, certificates that change, and bad ones that change nothing."""

from __future__ import annotations

import asyncio
import socket
import ssl
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import aiohttp
import pytest
import uvloop
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from cryptography import x509
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.certificate import Certificate
from contactcenter.api.redirect import _base, redirect_app
from contactcenter.app import App
from contactcenter.config import ConfigError
from tests.fakes.center import PASSWORD, populate, running, settings
from tests.fakes.certificates import Authority
from tests.fakes.waiting import until


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    authority = Authority(tmp_path)
    authority.issue()
    return authority


def certificate_of(authority: Authority, now: float | None = None) -> Certificate:
    certificate = Certificate(authority.certificate, authority.key, now=lambda: now or time.time())
    certificate.start()
    return certificate


def trusting(authority: Authority) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority.root))


async def served(port: int, context: ssl.SSLContext) -> x509.Certificate:
    """The certificate a new connection is shown."""
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    raw = writer.get_extra_info("ssl_object").getpeercert(True)
    writer.close()
    await writer.wait_closed()
    return x509.load_der_x509_certificate(raw)


def change(authority: Authority, certificate: Certificate) -> str | None:
    """What `check` says once the files have stayed the same for a while."""
    certificate.check()
    return certificate.check()


def test_a_certificate_that_cannot_be_used_is_a_sentence_at_the_start(authority: Authority) -> None:
    cases: dict[str, Callable[[], object]] = {
        "cannot be read": authority.certificate.unlink,
        "no certificate in PEM form": lambda: authority.certificate.write_text("x"),
        "is not the key of": lambda: authority.key.write_text("x"),
        "is not valid any more": lambda: authority.issue(begins_days=-9, days=-1),
        "is not valid yet": lambda: authority.issue(begins_days=1),
    }
    for sentence, spoil in cases.items():
        authority.issue()
        spoil()
        with pytest.raises(ConfigError, match=sentence) as refused:
            certificate_of(authority)
        assert str(refused.value).startswith("[http] tls_")


def test_a_bad_new_certificate_keeps_the_old_one_and_is_told(authority: Authority) -> None:
    certificate = certificate_of(authority)
    assert change(authority, certificate) is None
    old = authority.key.read_bytes()
    authority.issue()
    new = authority.key.read_bytes()
    authority.key.write_bytes(old)
    assert certificate.check() is None  # the key may be on its way
    sentence = certificate.check()
    assert sentence is not None
    assert "certificate from before" in sentence
    assert certificate.check() == sentence
    authority.key.write_bytes(new)
    assert change(authority, certificate) is None


def test_the_end_of_a_certificate_is_told_in_time(authority: Authority) -> None:
    now = time.time()
    authority.issue(days=20)
    for days, told in ((0, None), (7, "ends at"), (21, "ended at")):
        certificate = Certificate(authority.certificate, authority.key, now=lambda: now)
        certificate.start()
        certificate._now = lambda days=days: now + days * 86_400  # type: ignore[misc] # mypy has no type for it
        state = certificate.state()
        assert (state is None) if told is None else (state is not None and told in state)


def test_a_key_with_a_passphrase_is_refused_and_nobody_is_asked(authority: Authority) -> None:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_pem_private_key(authority.key.read_bytes(), None)
    authority.key.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(b"secret"),
        )
    )
    with pytest.raises(ConfigError, match="has a passphrase"):
        certificate_of(authority)


@pytest.fixture(params=["asyncio", "uvloop"])
def runner(request: pytest.FixtureRequest) -> Iterator[asyncio.Runner]:
    factory = uvloop.new_event_loop if request.param == "uvloop" else None
    with asyncio.Runner(loop_factory=factory) as runner:
        yield runner


def test_new_connections_get_the_new_certificate_and_open_ones_go_on(
    authority: Authority, runner: asyncio.Runner
) -> None:
    async def handle(request: web.Request) -> web.Response:
        return web.Response(text="hello")

    async def work() -> None:
        certificate = certificate_of(authority)
        app = web.Application()
        app.router.add_get("/", handle)
        site = web.AppRunner(app)
        await site.setup()
        await web.TCPSite(site, "127.0.0.1", 0, ssl_context=certificate.context).start()
        port = site.addresses[0][1]
        trust = trusting(authority)
        first = await served(port, trust)
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(ssl=trust)) as session:
            async with session.get(f"https://127.0.0.1:{port}/") as answer:
                assert await answer.text() == "hello"
            second = authority.issue("new")
            change(authority, certificate)
            assert await served(port, trust) == second != first
            async with session.get(f"https://localhost:{port}/") as answer:
                assert await answer.text() == "hello"
            async with session.get(f"https://127.0.0.1:{port}/") as answer:
                assert await answer.text() == "hello"
        for version, works in ((ssl.TLSVersion.TLSv1_2, True), (ssl.TLSVersion.TLSv1_3, True)):
            trust = trusting(authority)
            trust.minimum_version = trust.maximum_version = version
            assert (await served(port, trust) == second) == works
        await asyncio.sleep(0.1)
        await site.cleanup()

    runner.run(work())


def test_older_versions_are_not_spoken(authority: Authority) -> None:
    context = certificate_of(authority).context
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    names = {cipher["name"] for cipher in context.get_ciphers()}
    assert all("GCM" in name or "CHACHA20" in name for name in names if sys.platform)
    assert not any(name.startswith(("AES", "DHE")) for name in names)


async def test_the_plain_port_leads_to_https_and_takes_nothing() -> None:
    async with TestClient(TestServer(redirect_app("", lambda: 8443))) as client:
        for path in ("/", "/live?x=1&y=%2F", "/api/v1/session"):
            async with client.get(path, allow_redirects=False, headers={"Host": "cc.example.com:8080"}) as answer:
                location = answer.headers["Location"]
                assert (answer.status, location.startswith("https://cc.example.com:8443/")) == (308, True)
        reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
        writer.write(b"GET //evil.example/x HTTP/1.1\r\nHost: cc.example.com\r\nConnection: close\r\n\r\n")
        assert b"Location: https://cc.example.com:8443/evil.example/x\r\n" in await reader.read()
        writer.close()
        await writer.wait_closed()
        async with client.post("/api/v1/session", json={"password": "x"}, allow_redirects=False) as answer:
            assert (answer.status, "Location" in answer.headers) == (403, False)
            assert "Set-Cookie" not in answer.headers
        async with client.get("/", allow_redirects=False, headers={"Host": "a b"}) as answer:
            assert answer.status in {400, 403}


@given(st.text(max_size=30))
def test_whatever_host_is_asked_for_the_target_is_https_without_a_user_or_path(host: str) -> None:
    base = _base("", host, 443)
    assert base is None or (base.startswith("https://") and not set(base[8:]) & set("/\\@?# \r\n"))
    assert _base("https://cc.example.com/", host, 8443) == "https://cc.example.com"


async def test_the_server_over_tls_with_its_cookie_headers_and_reload(tmp_path: Path, authority: Authority) -> None:
    http = {
        "host": "127.0.0.1",
        "port": 0,
        "tls_certificate": str(authority.certificate),
        "tls_key": str(authority.key),
    }
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        sip = {"host": "127.0.0.1", "port": 0, "tls_port": free.getsockname()[1]}
    config = settings(tmp_path, http=http, sip=sip)
    await populate(config)
    async with running(config) as app, aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        assert app.page_url.startswith("https://")
        url = f"https://127.0.0.1:{app.http_port}"
        credentials = {"email": "sue@example.com", "password": PASSWORD}
        async with session.post(f"{url}/api/v1/session", json=credentials, ssl=trusting(authority)) as answer:
            assert answer.status == 200
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000"
            cookie = answer.cookies["__Host-cc_session"]
            flags = ("secure", "httponly", "samesite", "path", "domain")
            assert tuple(cookie[each] for each in flags) == (True, True, "Strict", "/", "")
        await _only_with_its_prefix(f"{url}/api/v1/session", cookie.value, trusting(authority))
        await _reload(app, authority)
        # What is not TLS is not answered.
        with pytest.raises(aiohttp.ClientError):
            await session.get(f"http://127.0.0.1:{app.http_port}/")
        await asyncio.sleep(0.1)


async def _only_with_its_prefix(url: str, token: str, trusted: ssl.SSLContext) -> None:
    """What a neighbouring host or the plain port may have set under the bare name opens nothing."""
    for name, status in (("cc_session", 401), ("__Host-cc_session", 200)):
        async with aiohttp.ClientSession(headers={"Cookie": f"{name}={token}"}) as other:
            async with other.get(url, ssl=trusted) as answer:
                assert answer.status == status
            async with other.delete(url, ssl=trusted) as answer:
                gone = answer.cookies
        assert status == 401 or (gone["__Host-cc_session"]["path"], gone["__Host-cc_session"]["secure"]) == ("/", True)


async def _reload(app: App, authority: Authority) -> None:
    new = authority.issue("new")
    app.reload()
    await until(lambda: len(app.tasks) == 0, "the certificate is read")
    assert app.sip_certificate is not None
    ports = (app.http_port, app.user_agent.tls_port)
    assert [await served(port, trusting(authority)) for port in ports] == [new, new]
    authority.certificate.write_text("broken")
    await app.web.reload_certificate()
    await app.sip_certificate.reload()
    assert [await served(port, trusting(authority)) for port in ports] == [new, new]
    told = [app.notices.all()[f"{what}:certificate"]["text"] for what in ("http", "sip")]
    assert [text.endswith("served with the certificate from before.") for text in told] == [True, True]
    assert "Telephones are" in told[1]
    authority.issue("newer")
    await app.web.reload_certificate()
    assert "http:certificate" not in app.notices.all()
