"""Trunks by TLS: whose certificate lets us register and call, and what may come in."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from cryptography import x509

from tests.fakes.certificates import Authority
from tests.fakes.sip_network import ANSWER, OFFER
from tests.fakes.trunk_house import Provider, TrunkHouse, open_provider, open_trunk_house
from tests.fakes.waiting import until

WILDCARD = (x509.DNSName("*.provider.test"),)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    authority = Authority(tmp_path)
    authority.issue(names=[x509.DNSName("provider.test")])
    return authority


@pytest.fixture
async def provider(authority: Authority) -> AsyncIterator[Provider]:
    async with open_provider(tls=authority) as provider:
        yield provider


@pytest.fixture
async def house(tmp_path: Path, authority: Authority, provider: Provider) -> AsyncIterator[TrunkHouse]:
    async with open_trunk_house(tmp_path, ca_file=authority.root) as house:
        yield house


async def test_registered_called_and_calling_on_one_connection(house: TrunkHouse, provider: Provider) -> None:
    await house.registering(provider, transport="tls", allowed=["+49"])
    await until(lambda: house.shown("main").state == "up", "main up")
    assert provider.contacts()[0].peer.transport == "tls"
    inward = provider.agent.invite_account("u1", from_uri="sip:03012345@provider.test", offer=OFFER)
    assert inward is not None
    await until(lambda: house.calls, "the call in")
    assert house.calls[0].trunk == "main"
    line, heard = house.line()
    await house.trunks.place(line, "+4930123456")
    await until(lambda: provider.calls, "the call out")
    provider.calls[0].answer(ANSWER)
    await until(lambda: "answered" in heard, "answered")
    assert provider.agent.open_connections == 1
    await line.close()
    inward.hangup()
    await until(lambda: house.agent.calls_on("main") == 0, "both ended")


async def test_a_certificate_that_names_somebody_else_keeps_the_trunk_down(
    tmp_path: Path, authority: Authority
) -> None:
    authority.issue(names=WILDCARD)
    async with open_provider(tls=authority) as provider, open_trunk_house(tmp_path, ca_file=authority.root) as house:
        made = await house.registering(provider, transport="tls")
        await until(lambda: house.shown("main").state == "down", "main down")
        assert provider.agent.counters["requests"] == 0
        # A wildcard stands for itself alone: whoever wants it, says so.
        body = made | {"certificate_name": "*.Provider.test"}
        status, answer = await house.ask("PUT", "/trunks/main", body)
        assert (status, answer.get("certificate_name")) == (200, "*.provider.test"), answer
        await until(lambda: house.shown("main").state == "up", "main up")


async def test_what_comes_without_tls_is_not_of_a_trunk_by_tls(house: TrunkHouse, provider: Provider) -> None:
    await house.by_address(provider, transport="tls", domain="provider.test", addresses=["127.0.0.1"])
    call = provider.agent.invite(f"sip:1000@127.0.0.1:{house.agent.port}", from_uri="sip:1@provider.test", offer=OFFER)
    await until(lambda: house.calls, "the call")
    assert house.calls[0].trunk is None
    (entrance,) = house.trunks._entrances
    assert [entrance.takes(kind) for kind in ("udp", "tcp", "tls")] == [False, False, True]
    call.hangup()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"certificate_name": "sip.example.com"}, "certificate_name"),
        ({"transport": "tls", "certificate_name": "sip:example.com"}, "certificate_name"),
        ({"transport": "tls", "certificate_name": "a.*.example.com"}, "certificate_name"),
        ({"transport": "sctp"}, "transport"),
    ],
)
async def test_what_cannot_be_saved_names_its_field(
    house: TrunkHouse, provider: Provider, change: dict[str, str], field: str
) -> None:
    body = {"name": "Main", "kind": "by-address", "host": "127.0.0.1"} | change
    status, answer = await house.ask("POST", "/trunks", body)
    assert (status, answer.get("field") or answer["errors"][0]["field"]) == (422, field)
