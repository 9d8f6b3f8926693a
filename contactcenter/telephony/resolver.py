"""Names of hosts to addresses: A or AAAA records, asked of the system and remembered for a while."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from functools import lru_cache

KEPT_S = 60.0
MAX_HOSTS = 1_000


@lru_cache(maxsize=4096)
def is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


@lru_cache(maxsize=4096)
def is_loopback(host: str) -> bool:
    """Whether this address is of this machine alone."""
    return is_address(host) and ipaddress.ip_address(host).is_loopback


class Resolver:
    """``family`` is the kind of socket we have: socket.AF_INET or AF_INET6. How long the records themselves may be kept
    the system does not tell; ``KEPT_S`` is short enough to follow a provider that moves."""

    def __init__(self, family: socket.AddressFamily) -> None:
        self._family = family
        self._found: dict[str, tuple[tuple[str, ...], float]] = {}

    def known(self, host: str) -> str | None:
        """An address found lately, without asking."""
        found = self._found.get(host)
        if found is None or found[1] <= asyncio.get_running_loop().time():
            return None
        return found[0][0]

    async def resolve(self, host: str) -> tuple[str, ...]:
        """Its addresses, the best first; an address is its own. Raises OSError (gaierror) for a name nobody knows."""
        if is_address(host):
            return (host,)
        loop = asyncio.get_running_loop()
        found = self._found.get(host)
        if found is not None and found[1] > loop.time():
            return found[0]
        records = await loop.getaddrinfo(host, None, family=self._family, type=socket.SOCK_DGRAM)
        addresses = tuple(dict.fromkeys(str(record[4][0]) for record in records))
        if len(self._found) >= MAX_HOSTS:
            self._found.clear()
        self._found[host] = (addresses, loop.time() + KEPT_S)
        return addresses
