"""Structured logs, one line an event, without personal data."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from itertools import pairwise
from typing import Any, TextIO

import structlog
from structlog.typing import Processor

MASK = "[masked]"

_EXACT = frozenset({
    "name", "names", "text", "note", "notes", "data", "value", "input", "subject", "content", "message_text",
    "display_name", "username", "user", "history", "label", "from", "to", "uri", "body",
})  # fmt: skip
_PARTS = frozenset({
    "caller", "callee", "number", "phone", "email", "mail", "password", "passwords", "secret", "secrets", "token",
    "tokens", "cookie", "cookies", "authorization", "credentials", "digits", "digit", "sdp", "offer_sdp", "address",
    "addresses", "customer", "transcript", "ha1", "nonce", "passphrase", "passwd", "pwd", "otp", "totp", "pin",
    "bearer", "assertion", "wrapped", "verifier", "salt", "apikey", "privatekey", "masterkey",
})  # fmt: skip
_SECRET_KEYS = (("api", "key"), ("private", "key"), ("master", "key"), ("data", "key"), ("recovery", "code"),
                ("recovery", "codes"), ("access", "key"), ("signing", "key"), ("encryption", "key"))  # fmt: skip
"""Words that together name a secret; "key_id" and "key" alone do not."""

_NAMES = (
    r"password|passwd|passphrase|secret|token|api[_-]?key|master[_-]?key|private[_-]?key|otp"
    r"|cc_(?:session|portal|device|provider)"
)
_PATTERNS = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), MASK),
    # A password in an address, as in [database] url.
    (re.compile(r"(\w://[^/\s:@]*:)[^/\s@]*@"), rf"\1{MASK}@"),
    (re.compile(r"\b(bearer|basic)\s+[\w.~+/=-]{8,}", re.IGNORECASE), rf"\1 {MASK}"),
    # What an identity provider sends back, once.
    (re.compile(r"([?&]code=)[^\s&]+"), rf"\1{MASK}"),
    # name=value, name: value and "name": "value", as in query strings, headers and dumped JSON.
    (
        re.compile(rf"""((?:\b|_)(?:{_NAMES})["']?\s*[=:]\s*)(?:"[^"]*"|'[^']*'|[^\s,;&]+)""", re.IGNORECASE),
        rf"\1{MASK}",
    ),
    # PostgreSQL repeats the whole row that broke a rule.
    (re.compile(r"DETAIL:.*"), f"DETAIL: {MASK}"),
    # The user part of a SIP address or an e-mail address, also inside a traceback.
    (re.compile(r"(sips?:|tel:)[^@\s<>\"';]+(@)?", re.IGNORECASE), rf"\1{MASK}\2"),
    (re.compile(r"[\w.+%-]+@(?=[\w-]+\.[\w.-]+)"), f"{MASK}@"),
    (re.compile(r"\+\d[\d ()/-]{5,}\d"), MASK),
)


def configure(*, level: str = "info", format: str = "console", stream: TextIO | None = None) -> None:
    """Send structlog's and the standard library's logs through one chain to `stream` (standard error).

    `format` is "console" or "json". Call once, at start.
    """
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            mask_personal_data,
            _renderer(format, stream or sys.stderr),
        ],
    )
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These repeat addresses and paths with query strings at INFO.
    for noisy in ("aiohttp.access", "aioice", "aiortc", "engineio", "socketio", "alembic", "aiosqlite", "asyncio"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


def _renderer(format_name: str, stream: TextIO) -> Processor:
    if format_name == "json":
        return structlog.processors.JSONRenderer()
    # The default traceback formatter prints local variables: callers' numbers among them.
    return structlog.dev.ConsoleRenderer(
        colors=stream.isatty(), exception_formatter=structlog.dev.plain_traceback, sort_keys=False
    )


def mask_personal_data(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Replace values under personal keys, at any depth, and addresses inside any text."""
    return {
        key: _clean(value) if key in _OWN_KEYS else MASK if _is_personal(key) else _clean(value)
        for key, value in event.items()
    }


_OWN_KEYS = frozenset({"event", "level", "logger", "timestamp", "exception"})


_WORDS = re.compile(r"[_. ]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def _is_personal(key: str) -> bool:
    lowered = _HUMP.sub("_", key).lower().replace("-", "_")
    words = _WORDS.split(lowered)
    return (
        lowered in _EXACT
        or not _PARTS.isdisjoint(words)
        or lowered.endswith("_name")
        or any(pair in _SECRET_KEYS for pair in pairwise(words) if words[-1] != "id")
    )


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        for pattern, replacement in _PATTERNS:
            value = pattern.sub(replacement, value)
        return value
    if isinstance(value, Mapping):
        return {key: MASK if _is_personal(str(key)) else _clean(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_clean(item) for item in value]
    if value is None or isinstance(value, bool | int | float):
        return value
    return _clean(str(value))
