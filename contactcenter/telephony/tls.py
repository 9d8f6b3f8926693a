"""SIP over TLS (RFC 3261 §26.2): whom we trust when we connect, and whom a certificate names (RFC 5922 §7)."""

from __future__ import annotations

import ipaddress
import ssl
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from contactcenter.telephony.sip.uri import SipUri, UriError, parse_uri, unbracketed

SIPS_PORT: Final = 5061
HANDSHAKE_S: Final = 10.0


class TlsError(Exception):
    """TLS cannot be spoken as set up; a sentence."""


class ClientContexts:
    """`ca_file` holds authorities (PEM) that are trusted beside those of the system; read anew when it changes."""

    def __init__(self, ca_file: Path | None) -> None:
        self._ca_file = ca_file
        self._made: tuple[object, ssl.SSLContext] | None = None

    def context(self) -> ssl.SSLContext:
        """Blocks for some milliseconds when the file has changed. Raises TlsError."""
        stamp = self._stamp()
        if self._made is None or self._made[0] != stamp:
            self._made = (stamp, self._read())
        return self._made[1]

    def _stamp(self) -> object:
        if self._ca_file is None:
            return None
        try:
            status = self._ca_file.stat()
        except OSError as error:
            raise TlsError(f"{self._ca_file} cannot be read: {error.strerror or error}.") from error
        return (status.st_ino, status.st_mtime_ns, status.st_size)

    def _read(self) -> ssl.SSLContext:
        context = ssl.create_default_context(ssl.Purpose.SERVER_AUTH)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        # The chain is verified by OpenSSL, the name by `identities`: SIP has rules of its own about it.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_REQUIRED
        if self._ca_file is not None:
            try:
                context.load_verify_locations(self._ca_file)
            except (ssl.SSLError, OSError) as error:
                raise TlsError(f"{self._ca_file} holds no certificates in PEM form.") from error
        return context


def identities(certificate: Mapping[str, Any] | None) -> frozenset[str]:
    """The names a verified certificate (as `SSLSocket.getpeercert`) stands for, in lower case.

    A SIP URI without a user counts, else DNS names (RFC 5922 §7.1) and addresses; the common name does not. Wildcards
    are names like any other and stand for nothing but themselves (§7.2).
    """
    domains, names = set(), set()
    for kind, value in (certificate or {}).get("subjectAltName", ()):
        if kind == "URI":
            domains |= _domain(value)
        elif kind == "DNS":
            names.add(value.lower().rstrip("."))
        elif kind == "IP Address" and (address := _address(value)) is not None:
            names.add(address)
    return frozenset(domains or names)


def _domain(value: str) -> set[str]:
    try:
        uri = parse_uri(value)
    except UriError:
        return set()
    if not isinstance(uri, SipUri) or uri.scheme != "sip" or uri.user is not None:
        return set()
    return {unbracketed(uri.host)}


def _address(value: str) -> str | None:
    try:
        return str(ipaddress.ip_address(value.strip()))
    except ValueError:
        return None
