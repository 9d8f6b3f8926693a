"""The certificate pages are served with: read at the start, read anew when its files change, kept when they are bad."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import structlog
from cryptography import x509

from contactcenter.config import ConfigError

WARN_DAYS = 14
"""Certificates that renew themselves do so 30 days before their end (ACME clients); at 14 something is wrong."""

log = structlog.get_logger(__name__)

Stamp = tuple[tuple[int, int, int], ...]
"""Inode, change and size of each file."""


@dataclass(frozen=True, slots=True)
class Loaded:
    context: ssl.SSLContext
    ends_at: float
    """Unix seconds."""


class Certificate:
    """`start` reads the files; `context` is what the server listens with, and always serves the newest good one.

    `check` looks for a change, `reload` reads in any case; both answer a sentence about what is wrong, or None.
    All of them block for a moment; none may run beside another. `section` of the settings names the files, `serves` is
    what is served with them.
    """

    def __init__(
        self,
        certificate: Path,
        key: Path,
        *,
        now: Callable[[], float],
        section: str = "http",
        serves: str = "The pages",
    ) -> None:
        self._certificate = certificate
        self._key = key
        self._section = section
        self._serves = serves
        self._now = now
        self._loaded: Loaded | None = None
        self._seen: Stamp | None = None
        self._used: Stamp | None = None
        self._problem: str | None = None
        self.context = server_context()

    def start(self) -> None:
        """Raises ConfigError, a sentence."""
        stamp = self._stamp()
        loaded = load(self._certificate, self._key, self._now(), self._section)
        self._loaded, self._used = loaded, stamp
        self.context = server_context()
        self.context.load_cert_chain(self._certificate, self._key, password=_no_passphrase)
        # Connections begun after a reload are given the context of that time.
        self.context.sni_callback = self._choose

    def reload(self) -> str | None:
        stamp = self._stamp()
        try:
            self._loaded = load(self._certificate, self._key, self._now(), self._section)
        except ConfigError as error:
            log.error("certificate.not_loaded", reason=str(error))
            self._problem = f"{error} {self._serves} are served with the certificate from before."
        else:
            log.info("certificate.loaded")
            self._problem = None
        self._used = stamp
        return self.state()

    def check(self) -> str | None:
        """Files are read once they have stayed the same between two calls: certificate and key are two files."""
        stamp, last = self._stamp(), self._seen
        self._seen = stamp
        if stamp != self._used and stamp == last:
            return self.reload()
        return self.state()

    def state(self) -> str | None:
        """What an administrator should know."""
        if self._problem is not None or self._loaded is None:
            return self._problem
        days = (self._loaded.ends_at - self._now()) / 86_400
        if days >= WARN_DAYS:
            return None
        ends = f"{datetime.fromtimestamp(self._loaded.ends_at, UTC):%Y-%m-%d %H:%M} UTC"
        return f"The TLS certificate {'ends' if days > 0 else 'ended'} at {ends}; renew it."

    def _choose(self, connection: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        assert self._loaded is not None
        connection.context = self._loaded.context

    def _stamp(self) -> Stamp:
        return tuple(_stamp_of(path) for path in (self._certificate, self._key))


def _stamp_of(path: Path) -> tuple[int, int, int]:
    try:
        status = os.stat(path)
    except OSError:
        return (0, 0, 0)
    return (status.st_ino, status.st_mtime_ns, status.st_size)


def server_context() -> ssl.SSLContext:
    """TLS 1.2 and 1.3 (RFC 8996 forbids older), without a certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    # Forward secrecy and authenticated encryption only (RFC 9325 section 4.2); those of TLS 1.3 all are.
    context.set_ciphers("ECDHE+AESGCM:ECDHE+CHACHA20")
    context.options |= ssl.OP_NO_COMPRESSION | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    return context


def load(certificate: Path, key: Path, now: float, section: str = "http") -> Loaded:
    """Raises ConfigError when the two do not fit each other, cannot be read, or are not valid at `now`."""
    refused = partial(_refused, section)
    try:
        leaf = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except OSError as error:
        raise refused("tls_certificate", f"{certificate} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise refused("tls_certificate", f"{certificate} holds no certificate in PEM form") from None
    try:
        with key.open("rb"):
            pass
    except OSError as error:
        raise refused("tls_key", f"{key} cannot be read: {error.strerror or error}") from None
    begins, ends = leaf.not_valid_before_utc, leaf.not_valid_after_utc
    if now >= ends.timestamp():
        raise refused("tls_certificate", f"{certificate} is not valid any more: it ended at {ends:%Y-%m-%d %H:%M} UTC")
    if now < begins.timestamp():
        raise refused("tls_certificate", f"{certificate} is not valid yet: it begins at {begins:%Y-%m-%d %H:%M} UTC")
    context = server_context()
    try:
        context.load_cert_chain(certificate, key, password=_no_passphrase)
    except (ssl.SSLError, OSError, ValueError):
        detail = f"{key} is not the key of {certificate}, is damaged, or has a passphrase"
        raise refused("tls_key", detail) from None
    return Loaded(context, ends.timestamp())


def _refused(section: str, name: str, detail: str) -> ConfigError:
    return ConfigError(f"[{section}] {name}: {detail}.")


def _no_passphrase() -> str:
    """Without this, OpenSSL would ask on the terminal and wait."""
    return ""
