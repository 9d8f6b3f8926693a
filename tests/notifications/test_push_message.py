"""Pushes as the RFCs have them: the example of RFC 8291, and whatever is sent comes out at the browser again."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from contactcenter.notifications.push_message import (
    LONGEST,
    Receiver,
    authorization,
    encrypted,
    point_of,
    unwritten,
    written,
)
from tests.fakes.push_service import decrypted


def key_of(private: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(unwritten(private), "big"), ec.SECP256R1())


BROWSER = key_of("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94")
SECRET = "BTBZMqHH6r4Tts7J_aSIgg"


def test_the_example_of_the_rfc() -> None:
    """RFC 8291, appendix A."""
    sender = key_of("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")
    receiver = Receiver.read(written(point_of(BROWSER)), SECRET)
    salt = unwritten("DGv6ra1nlYgDCS1FRnbzlw")
    sent = encrypted(b"When I grow up, I want to be a watermelon", receiver, sender, salt)
    assert written(sent) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl"
        "7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


@given(plain=st.binary(max_size=LONGEST), salt=st.binary(min_size=16, max_size=16))
def test_the_browser_reads_what_was_sent(plain: bytes, salt: bytes) -> None:
    receiver = Receiver.read(written(point_of(BROWSER)), SECRET)
    sent = encrypted(plain, receiver, ec.generate_private_key(ec.SECP256R1()), salt)
    assert len(sent) <= 4096
    assert decrypted(sent, BROWSER, unwritten(SECRET)) == plain


def test_too_much_is_refused() -> None:
    receiver = Receiver.read(written(point_of(BROWSER)), SECRET)
    with pytest.raises(ValueError, match="at most"):
        encrypted(bytes(LONGEST + 1), receiver, BROWSER, bytes(16))


@given(p256dh=st.text(max_size=100), auth=st.text(max_size=40))
def test_what_is_no_key_is_refused(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever part of it is wrong
        Receiver.read(p256dh, auth)


def test_the_service_knows_who_sends() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    header = authorization("https://push.example.com:8443/s/1?x", "mailto:ops@example.com", key, 1000.0)
    token, public = header.removeprefix("vapid t=").split(", k=")
    assert unwritten(public) == point_of(key)
    claims = jwt.decode(token, ECKey.import_key(key.public_key())).claims
    assert claims == {"aud": "https://push.example.com:8443", "exp": 1000 + 43200, "sub": "mailto:ops@example.com"}
    assert json.loads(unwritten(token.split(".")[0])) == {"typ": "JWT", "alg": "ES256"}
