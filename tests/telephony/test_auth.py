"""Digest authentication: vectors, replay, age, throttling."""

from __future__ import annotations

import pytest

from contactcenter.telephony.sip import auth
from contactcenter.telephony.sip.auth import (
    ALGORITHMS,
    Algorithm,
    Credentials,
    DigestClient,
    DigestServer,
    Verdict,
    digest,
    digest_response,
    hash_account,
)
from contactcenter.telephony.sip.message import Request

ACCOUNT = hash_account("alice", "cc.test", "wonderland")
NOW = 1_000.0


def register() -> Request:
    headers = {
        "via": ["SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKa"],
        "from": ["<sip:alice@cc.test>;tag=1"],
        "to": ["<sip:alice@cc.test>"],
        "call-id": ["x"],
        "cseq": ["1 REGISTER"],
    }
    return Request(headers=headers, method="REGISTER", uri="sip:cc.test")


def challenged(server: DigestServer, password: str = "wonderland") -> DigestClient:
    client = DigestClient(Credentials("alice", password))
    assert client.challenged(register().response(401, headers=server.challenges(NOW)))
    return client


def verdict(server: DigestServer, request: Request, now: float = NOW) -> Verdict:
    params = server.offered(request)
    return Verdict.MISSING if params is None else server.verify(request, params, ACCOUNT, now)


def answered(client: DigestClient) -> Request:
    request = register()
    client.authorize(request)
    return request


@pytest.mark.parametrize(
    ("algorithm", "expected"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_vectors_of_rfc_7616(algorithm: Algorithm, expected: str) -> None:
    response = digest_response(
        algorithm,
        digest(algorithm, "Mufasa:http-auth@example.org:Circle of Life"),
        method="GET",
        uri="/dir/index.html",
        nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
        nc="00000001",
        cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ",
        qop="auth",
    )
    assert response == expected


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_client_and_server_agree(algorithm: Algorithm) -> None:
    server = DigestServer("cc.test", [algorithm])
    client = challenged(server)
    assert verdict(server, answered(client)) is Verdict.ACCEPTED
    assert verdict(server, answered(client)) is Verdict.ACCEPTED, "the nonce count rises"


def test_a_wrong_password_and_an_unknown_user_look_alike() -> None:
    server = DigestServer("cc.test")
    request = answered(challenged(server, "guess"))
    assert verdict(server, request) is Verdict.WRONG
    right = answered(challenged(server))
    params = server.offered(right)
    assert params is not None
    assert server.verify(right, params, None, NOW) is Verdict.WRONG


def test_the_same_answer_is_not_taken_twice() -> None:
    server = DigestServer("cc.test")
    request = answered(challenged(server))
    assert verdict(server, request) is Verdict.ACCEPTED
    assert verdict(server, request) is Verdict.REPLAYED


def test_an_answer_is_good_for_its_own_request_only() -> None:
    server = DigestServer("cc.test")
    request = answered(challenged(server))
    request.uri = "sip:elsewhere.test"
    assert verdict(server, request) is Verdict.MISSING
    request = answered(challenged(server))
    request.method = "INVITE"
    assert verdict(server, request) is Verdict.WRONG


def test_an_old_nonce_is_stale_and_a_foreign_one_worthless() -> None:
    server = DigestServer("cc.test")
    client = challenged(server)
    assert verdict(server, answered(client), NOW + auth.NONCE_LIFE_S + 1) is Verdict.STALE
    assert verdict(DigestServer("cc.test"), answered(client)) is Verdict.MISSING
    assert "stale=true" in server.challenges(NOW, stale=True)[0][1]


def test_a_forgotten_nonce_does_not_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth, "MAX_NONCES", 2)
    server = DigestServer("cc.test")
    first = answered(challenged(server))
    assert verdict(server, first) is Verdict.ACCEPTED
    for _ in range(2):
        verdict(server, answered(challenged(server)))
    assert verdict(server, first) is Verdict.STALE


@pytest.mark.parametrize(
    "damage",
    [("nc=00000001", "nc=1"), ("qop=auth", "qop=auth-int"), ('cnonce="', 'cnonce=""x="'), ("Digest ", "Basic ")],
)
def test_malformed_credentials_only_bring_a_new_challenge(damage: tuple[str, str]) -> None:
    server = DigestServer("cc.test")
    request = answered(challenged(server))
    request.headers["authorization"] = [request.headers["authorization"][0].replace(*damage)]
    assert verdict(server, request) is Verdict.MISSING


def test_a_challenge_nobody_can_answer() -> None:
    client = DigestClient(Credentials("alice", "x"))
    for value in ('Digest realm="a", nonce="b", algorithm=SHA-512', 'Basic realm="a"', "Digest", 'Digest nonce="'):
        assert not client.challenged(register().response(401, headers=[("www-authenticate", value)]))


def test_secrets_are_not_shown() -> None:
    assert "wonderland" not in repr(Credentials("alice", "wonderland"))
    assert ACCOUNT.ha1_md5 not in repr(ACCOUNT)
