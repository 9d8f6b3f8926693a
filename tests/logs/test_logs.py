from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.logs import MASK, configure, mask_personal_data

SECRET = "+49 30 1234567"


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)


def lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_one_json_line_an_event_from_structlog_and_logging() -> None:
    stream = io.StringIO()
    configure(level="info", format="json", stream=stream)
    structlog.get_logger("contactcenter.x").info("call_queued", queue_id="sales", waited_s=1.5)
    logging.getLogger("some.library").warning("odd %s", "thing")
    structlog.get_logger("contactcenter.x").debug("unseen")
    first, second = lines(stream)
    assert (first["event"], first["queue_id"], first["waited_s"]) == ("call_queued", "sales", 1.5)
    assert (first["level"], first["logger"]) == ("info", "contactcenter.x")
    assert first["timestamp"].endswith("Z")
    assert (second["event"], second["level"], second["logger"]) == ("odd thing", "warning", "some.library")


def test_context_is_on_every_line() -> None:
    stream = io.StringIO()
    configure(format="json", stream=stream)
    with structlog.contextvars.bound_contextvars(interaction_id="c1"):
        structlog.get_logger("x").info("step")
    assert lines(stream)[0]["interaction_id"] == "c1"


@pytest.mark.parametrize("kind", ["json", "console"])
def test_personal_data_does_not_get_out(kind: str) -> None:
    stream = io.StringIO()
    configure(format=kind, stream=stream)
    log = structlog.get_logger("x")
    try:
        number = SECRET
        raise ValueError(f"no route to sip:ann.lee@10.0.0.1 for {number}")
    except ValueError:
        log.exception("failed", caller={"address": SECRET, "name": "Ann Lee"}, note="Ann Lee called", digits="4711")
    log.info("rang sip:ann.lee@example.com", offered_to=["ann.lee@example.com", {"password": "hunter2"}])
    text = stream.getvalue()
    assert "ValueError" in text
    for personal in ("1234567", "Ann Lee", "ann.lee", "4711", "hunter2"):
        assert personal not in text


@pytest.mark.parametrize(
    "key",
    [
        "caller", "caller_number", "callee", "number", "from_number", "email", "name", "caller_name", "display_name",
        "text", "note", "password", "token", "session_token", "sdp", "digits", "Authorization", "set-cookie", "address",
        "remote_address", "username", "label", "value", "data", "ha1_md5", "clientSecret", "api-key", "apiKey",
        "x_api_key", "master_key", "private_key", "recovery_codes", "totp", "otp", "wrapped", "passphrase",
        "access_tokens",
    ],
)  # fmt: skip
def test_personal_keys_are_masked(key: str) -> None:
    assert mask_personal_data(None, "info", {"event": "e", key: "x"}) == {"event": "e", key: MASK}
    nested = mask_personal_data(None, "info", {"event": "e", "info": [{key: {"deep": 1}}]})
    assert nested == {"event": "e", "info": [{key: MASK}]}


@pytest.mark.parametrize(
    "key",
    [
        "key_id",
        "api_key_id",
        "keys",
        "key",
        "interaction_id",
        "queue_id",
        "agent_id",
        "reason",
        "status",
        "method",
        "codec",
        "port",
        "listen",
        "request_id",
    ],
)
def test_what_helps_to_find_a_fault_stays(key: str) -> None:
    event = {"event": "started on 0.0.0.0:5060", key: "d9fe04c959ff4b8585e3e03efb19af9f", "count": 3, "ok": True}
    assert mask_personal_data(None, "info", dict(event)) == event


def test_rows_of_the_database_do_not_get_out() -> None:
    text = "NOT NULL violated\nDETAIL:  Failing row contains (c1, voice, Ann Lee).\nmore"
    masked = mask_personal_data(None, "error", {"event": "e", "exception": text})["exception"]
    assert masked == f"NOT NULL violated\nDETAIL: {MASK}\nmore"


_ANY = st.recursive(
    st.none() | st.integers() | st.text() | st.binary(max_size=4) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(max_size=8), _ANY, max_size=4))
def test_masking_takes_anything(event: dict[str, Any]) -> None:
    masked = mask_personal_data(None, "info", {**event, "event": "e", "password": "x"})
    assert masked["password"] == MASK
    assert set(masked) == {*event, "event", "password"}


_SECRETS = st.text(alphabet="abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789-_.~+/", min_size=12, max_size=40)
_CARRIERS = [
    "Authorization: Bearer {}",
    "authorization=Basic {}",
    "Cookie: a=b; cc_session={}; c=d",
    "Cookie: a=b; __Host-cc_session={0}; __Host-cc_portal={0}",
    "Cookie: cc_device={0}; cc_provider={0}",
    "GET /reset?x=1&token={}&y=2",
    "GET /back?code={}&state=1",
    '{{"password": "{}"}}',
    "{{'client_secret': '{}'}}",
    "postgresql+asyncpg://cc:{}@db.internal/cc",
    "redis://:{}@10.0.0.5:6379/0",
    "master_key={}",
    "api-key: {}",
    "CC_VAULT_MASTER_KEY={}",
    "-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----",
]
_SECRET_FIELDS = ["password", "token", "clientSecret", "master_key", "private_key", "api_key", "recovery_codes", "totp"]


@given(_SECRETS, st.sampled_from(_CARRIERS), st.text(max_size=9), st.sampled_from(["json", "console"]))
def test_secrets_in_any_text_do_not_get_out(secret: str, carrier: str, around: str, kind: str) -> None:
    stream = io.StringIO()
    configure(format=kind, stream=stream)
    log = structlog.get_logger("x")
    text = carrier.format(secret.replace("/", "x"))
    log.warning(f"{around} {text}", detail=[{"info": text}], other=ValueError(text))
    try:
        raise ValueError(text)
    except ValueError:
        log.exception("failed")
    logging.getLogger("library").error("sent %s", text)
    assert secret.replace("/", "x") not in stream.getvalue()
    assert stream.getvalue().count(MASK) >= 4


@given(_SECRETS, st.sampled_from(_SECRET_FIELDS), _ANY)
def test_secrets_under_their_names_do_not_get_out(secret: str, field: str, beside: Any) -> None:
    stream = io.StringIO()
    configure(format="json", stream=stream)
    log = structlog.get_logger("x")
    log.info("changed", before={field: secret, "list": [{field: [secret, beside]}]}, **{field: {"deep": secret}})
    assert secret not in stream.getvalue()
