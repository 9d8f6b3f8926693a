"""What the server says about where it is."""

import errno

import pytest

from contactcenter.addresses import StartError, page_url, port_of, sip_address
from contactcenter.config import Config


def config(**sections: dict[str, object]) -> Config:
    return Config.model_validate(sections)


@pytest.mark.parametrize(
    ("http", "url"),
    [
        ({"host": "0.0.0.0"}, "http://localhost:81"),
        ({"host": "127.0.0.1"}, "http://localhost:81"),
        ({"host": "192.0.2.7"}, "http://192.0.2.7:81"),
        ({"public_url": "https://cc.example.com"}, "https://cc.example.com"),
    ],
)
def test_the_address_of_the_pages(http: dict[str, object], url: str) -> None:
    assert page_url(config(http=http), 81) == url


@pytest.mark.parametrize(
    ("sip", "port", "address"),
    [
        ({"host": "192.0.2.7"}, 5060, "sip:1000@192.0.2.7"),
        ({"host": "192.0.2.7"}, 5070, "sip:1000@192.0.2.7:5070"),
        ({"advertised_host": "sip.example.com"}, 5060, "sip:1000@sip.example.com"),
        ({"advertised_host": "sip.example.com", "domain": "example.com"}, 5060, "sip:1000@example.com"),
    ],
)
def test_the_address_callers_dial(sip: dict[str, object], port: int, address: str) -> None:
    assert sip_address(config(sip=sip), "1000", port) == address


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.EADDRINUSE, "Port 81 is taken by another program"),
        (errno.EACCES, "Port 81 may not be opened by this user"),
        (errno.EADDRNOTAVAIL, r"The host of \[http\] is not an address of this machine"),
    ],
)
def test_a_port_that_cannot_be_had_is_a_sentence(code: int, sentence: str) -> None:
    with pytest.raises(StartError, match=sentence + r".*CC_HTTP_PORT"), port_of("http", 81):
        raise OSError(code, "x")


def test_other_errors_pass() -> None:
    with pytest.raises(OSError, match="disk"), port_of("http", 81):
        raise OSError(errno.EIO, "disk")
