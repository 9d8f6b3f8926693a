"""Where this server listens and how others reach it; a port that cannot be had is a sentence for the operator."""

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from contactcenter.config import Config

EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104
SIP_PORT = 5060
"""The port that a SIP address need not name (RFC 3261 section 19.1.2)."""


class StartError(Exception):
    """The server cannot start as it is set up: a sentence for the operator."""


@contextmanager
def port_of(section: str, port: int) -> Iterator[None]:
    """Opening a port inside raises StartError when it cannot be had, with what to do about it."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.EADDRINUSE, errno.EACCES, errno.EADDRNOTAVAIL):
            raise
        reasons = {
            errno.EADDRINUSE: f"Port {port} is taken by another program",
            errno.EACCES: f"Port {port} may not be opened by this user",
            errno.EADDRNOTAVAIL: f"The host of [{section}] is not an address of this machine",
        }
        upper = section.upper()
        raise StartError(
            f"{reasons[error.errno]}. Stop that program, or set [{section}] port or host in config.toml "
            f"(or CC_{upper}_PORT, CC_{upper}_HOST)."
        ) from error


def page_url(config: Config, port: int) -> str:
    """Where people sign in; `port` is the one in use."""
    host = config.http.host
    # Browsers give the microphone to https and to localhost only.
    reachable = "localhost" if host in (*EVERYWHERE, "127.0.0.1") else host
    return config.http.public_url or f"{'https' if config.http.tls else 'http'}://{reachable}:{port}"


def sip_address(config: Config, number: str, port: int) -> str:
    """What callers dial to reach `number`; `port` is the one in use."""
    return f"sip:{number}@{sip_host(config)}" + ("" if port == SIP_PORT else f":{port}")


def sip_host(config: Config) -> str:
    """Where telephones reach the SIP server."""
    bound = config.sip.host
    return config.sip.domain or config.sip.advertised_host or (own_address() if bound in EVERYWHERE else bound)


def own_address() -> str:
    """The address of this machine that its neighbours see; loopback without a network."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])
