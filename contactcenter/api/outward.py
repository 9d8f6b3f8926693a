"""Calls from here to addresses that somebody has named: only what is on the public internet is called."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

_NOT_PUBLIC: Final = "It is not on the public internet."
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")


class NotPublic(OSError):  # noqa: N818 - what is the matter
    """The name leads to an address inside."""


class PublicOnly(AbstractResolver):
    """Names are looked up here and nowhere else, so that a name cannot be one thing when checked and another when
    called."""

    def __init__(self) -> None:
        self._resolver = aiohttp.ThreadedResolver()

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        found = await self._resolver.resolve(host, port, family)
        if not found or not all(is_public(each["host"]) for each in found):
            raise NotPublic(_NOT_PUBLIC)
        return found

    async def close(self) -> None:
        await self._resolver.close()


def check_public(url: URL) -> None:
    """Of an address in digits, which no resolver is asked for. Raises NotPublic."""
    host = url.host or ""
    if (":" in host or host.replace(".", "").isdigit()) and not is_public(host):
        raise NotPublic(_NOT_PUBLIC)


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, also the one that is wrapped in another."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour
        if found in _NAT64:
            inner = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
        if found.teredo is not None:
            return False
    return found.is_global and not found.is_multicast
