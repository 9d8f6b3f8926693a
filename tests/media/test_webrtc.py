"""The browser leg against a peer that speaks ICE, DTLS and SRTP."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from typing import cast

import pytest
from aioice import ice, stun

from media.config import MediaConfig
from media.errors import MediaError
from media.ice import local_hosts, public_candidate, stun_server
from media.sdp import Candidate, parse
from media.webrtc import WebRtcTransport
from tests.fakes.waiting import until
from tests.fakes.webrtc_peer import LOOPBACK, WebRtcPeer


def rtp(sequence: int, payload_type: int = 0) -> bytes:
    return struct.pack("!BBHII", 0x80, payload_type, sequence, sequence * 160, 0xC0FFEE) + bytes(160)


class Side:
    """Our side, with everything it was told."""

    def __init__(self, config: MediaConfig = LOOPBACK, connect_timeout_s: float = 10.0) -> None:
        self.heard: list[bytes] = []
        self.connected = asyncio.Event()
        self.lost: list[str] = []
        self.transport = WebRtcTransport(
            config,
            on_packet=self.heard.append,
            on_connected=self.connected.set,
            on_lost=self.lost.append,
            connect_timeout_s=connect_timeout_s,
            linger_s=0.05,
        )


@pytest.fixture
async def side() -> AsyncIterator[Side]:
    side = Side()
    yield side
    await side.transport.close()


@pytest.fixture
async def peer() -> AsyncIterator[WebRtcPeer]:
    peer = WebRtcPeer()
    yield peer
    await peer.close()


async def talk(side: Side, peer: WebRtcPeer) -> None:
    await peer.connect(await side.transport.answer(await peer.offer()))
    await until(side.connected.is_set)


async def exchange(side: Side, peer: WebRtcPeer, first: int, count: int = 20) -> None:
    ours, theirs = len(side.heard), len(peer.heard)
    for sequence in range(first, first + count):
        peer.send(rtp(sequence))
        side.transport.send(rtp(sequence))
    await until(lambda: len(side.heard) >= ours + count and len(peer.heard) >= theirs + count)
    assert side.heard[ours:] == peer.heard[theirs:] == [rtp(n) for n in range(first, first + count)]


async def test_packets_go_both_ways(side: Side, peer: WebRtcPeer) -> None:
    await talk(side, peer)
    assert side.transport.connected
    assert side.transport.negotiated is not None
    assert side.transport.negotiated.codec == "PCMU"
    await exchange(side, peer, 1)
    assert side.lost == []


async def test_sockets_are_in_the_configured_range(side: Side, peer: WebRtcPeer) -> None:
    answer = parse(await side.transport.answer(await peer.offer()))
    candidates = answer.media[0].values("candidate")
    assert len(candidates) == 1
    _, _, _, _, host, port, *_ = candidates[0].split()
    assert host == "127.0.0.1"
    assert LOOPBACK.rtp_port_min <= int(port) <= LOOPBACK.rtp_port_max


async def test_srtcp_is_not_handed_on(side: Side, peer: WebRtcPeer) -> None:
    await talk(side, peer)
    report = struct.pack("!BBHIIIIII", 0x80, 200, 6, 1, 0, 0, 0, 0, 0)
    assert peer.ice is not None
    peer.ice.send_now(peer.dtls._tx_srtp.protect_rtcp(report))
    await exchange(side, peer, 1)
    assert side.transport.garbage == 0


async def test_an_ice_restart_loses_nothing(side: Side, peer: WebRtcPeer) -> None:
    await talk(side, peer)
    await exchange(side, peer, 1)
    first = peer.ice
    answer = await side.transport.answer(await peer.offer())
    restart = asyncio.create_task(peer.connect(answer))
    sequence = 100
    while not restart.done():
        assert first is not None
        first.send_now(peer.dtls._tx_srtp.protect(rtp(sequence)))
        side.transport.send(rtp(sequence))
        sequence += 1
        await asyncio.sleep(0.01)
    await restart
    await until(lambda: side.heard[-1] == peer.heard[-1] == rtp(sequence - 1))
    assert side.heard == peer.heard
    await until(lambda: len(side.transport._connections) == 1)
    await exchange(side, peer, 1000)
    assert parse(answer).origin.version == 2
    assert side.lost == []


async def test_a_failed_restart_leaves_the_call_alone(peer: WebRtcPeer) -> None:
    side = Side(connect_timeout_s=0.2)
    try:
        await talk(side, peer)
        first = peer.ice
        await side.transport.answer(await peer.offer())
        await until(lambda: len(side.transport._connections) == 1)
        assert peer.ice is not None
        await peer.ice.close()
        peer.ice = first
        await exchange(side, peer, 1)
        assert side.lost == []
    finally:
        await side.transport.close()


async def test_a_new_direction_keeps_the_path(side: Side, peer: WebRtcPeer) -> None:
    await talk(side, peer)
    before = parse(await side.transport.answer(peer.description()))
    held = parse(await side.transport.answer(peer.description(direction="sendonly")))
    assert before.media[0].values("candidate") == held.media[0].values("candidate")
    assert held.media[0].attribute("recvonly") == ""
    assert side.transport.negotiated is not None
    assert side.transport.negotiated.direction == "recvonly"
    await exchange(side, peer, 1)


async def test_another_certificate_needs_another_leg(side: Side, peer: WebRtcPeer) -> None:
    offer = await peer.offer()
    await side.transport.answer(offer)
    digest = parse(offer).media[0].attribute("fingerprint") or ""
    with pytest.raises(MediaError, match="not-acceptable"):
        await side.transport.answer(offer.replace(digest, "sha-256 " + ":".join(["00"] * 32)))


async def test_opus_alone_is_taken(side: Side, peer: WebRtcPeer) -> None:
    await side.transport.answer(await peer.offer("111"))
    assert side.transport.negotiated is not None
    assert (side.transport.negotiated.codec, side.transport.negotiated.clock_rate) == ("opus", 48000)


async def test_an_unusable_offer_opens_nothing(side: Side) -> None:
    with pytest.raises(MediaError):
        await side.transport.answer("v=0\r\n")
    assert side.transport._connections == set()


async def test_a_browser_that_says_goodbye_is_noticed(side: Side) -> None:
    peer = WebRtcPeer()
    await talk(side, peer)
    await peer.close()
    await until(lambda: side.lost)
    assert side.lost == ["dtls"]
    side.transport.send(rtp(1))
    assert not side.transport.connected
    with pytest.raises(MediaError, match="open a new leg"):
        await side.transport.answer(peer.description())


async def test_a_lost_path_is_found_again_by_a_restart(
    side: Side, peer: WebRtcPeer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as hurried:
        hurried.setattr(ice, "CONSENT_INTERVAL", 0.01)
        hurried.setattr(stun, "RETRY_RTO", 0.01)
        await talk(side, peer)
        assert peer.ice is not None
        await peer.ice.close()
        await until(lambda: side.lost)
    side.connected.clear()
    await peer.connect(await side.transport.answer(await peer.offer()))
    await until(side.connected.is_set)
    assert side.transport.connected
    await exchange(side, peer, 1)
    assert side.lost == ["ice"]


async def test_a_browser_that_vanishes_is_noticed(side: Side, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ice, "CONSENT_INTERVAL", 0.01)
    monkeypatch.setattr(stun, "RETRY_RTO", 0.01)
    peer = WebRtcPeer()
    await talk(side, peer)
    await peer.close(goodbye=False)
    await until(lambda: side.lost)
    assert side.lost == ["ice"]


async def test_a_browser_that_never_comes_is_noticed() -> None:
    peer, side = WebRtcPeer(), Side(connect_timeout_s=0.05)
    await side.transport.answer(await peer.offer())
    await until(lambda: side.lost)
    assert side.lost == ["ice"]
    assert side.transport._connections == set()
    await side.transport.close()
    await peer.close()


async def test_a_handshake_that_stalls_is_noticed() -> None:
    peer, side = WebRtcPeer(), Side(connect_timeout_s=0.3)
    await peer.connect_ice(await side.transport.answer(await peer.offer()))
    await until(lambda: side.lost)
    assert side.lost == ["dtls"]
    await side.transport.close()
    await peer.close()


async def test_a_wrong_certificate_is_not_let_in(side: Side, peer: WebRtcPeer) -> None:
    offer = await peer.offer()
    digest = parse(offer).media[0].attribute("fingerprint") or ""
    answer = await side.transport.answer(offer.replace(digest, "sha-256 " + ":".join(["00"] * 32)))
    await peer.connect(answer)
    await until(lambda: side.lost)
    assert side.lost == ["dtls"]
    assert not side.connected.is_set()


@pytest.mark.parametrize("when", ["before", "after"])
async def test_garbage_does_no_harm(side: Side, peer: WebRtcPeer, when: str) -> None:
    answer = await side.transport.answer(await peer.offer())
    port = int(parse(answer).media[0].port)
    if when == "after":
        await peer.connect(answer)
        await until(side.connected.is_set)
    stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    alert = bytes.fromhex("15fefd00000000000000000002022f")
    heads = [b"", b"\x00", b"\x01\x01", b"\x80", alert, b"\x16\xfe\xfd" + bytes(60), b"\xff" * 1400]
    for head in heads + [bytes([first]) * length for first in range(0, 256, 5) for length in (1, 12, 200)]:
        stranger.sendto(head, ("127.0.0.1", port))
    stranger.close()
    if when == "before":
        await peer.connect(answer)
        await until(side.connected.is_set)
    await exchange(side, peer, 1)
    assert side.lost == []
    assert (side.transport.garbage > 0) == (when == "after")
    assert [packet for packet in side.heard if len(packet) != 172] == []


async def test_a_forged_packet_is_counted(side: Side, peer: WebRtcPeer) -> None:
    await talk(side, peer)
    assert peer.ice is not None
    peer.ice.send_now(rtp(1))
    await until(lambda: side.transport.garbage)
    assert side.heard == []


async def test_what_cannot_be_sent_is_counted(side: Side, peer: WebRtcPeer) -> None:
    side.transport.send(rtp(1))
    assert side.transport.dropped == 0
    await talk(side, peer)
    side.transport.send(b"\x80")
    side.transport.send(bytes(1600))
    assert side.transport.dropped == 2


async def test_closing_leaves_nothing_and_is_final() -> None:
    tasks = asyncio.all_tasks()
    peer, side = WebRtcPeer(), Side()
    await talk(side, peer)
    await side.transport.close()
    await side.transport.close()
    await until(peer.closed.is_set)
    side.transport.send(rtp(1))
    with pytest.raises(MediaError, match="unknown-leg"):
        await side.transport.answer(peer.description())
    await peer.close()
    assert asyncio.all_tasks() == tasks
    assert side.lost == []


async def test_closing_while_connecting() -> None:
    tasks = asyncio.all_tasks()
    peer, side = WebRtcPeer(), Side()
    answer = await side.transport.answer(await peer.offer())
    connecting = asyncio.create_task(peer.connect_ice(answer))
    await until(lambda: side.transport._dtls)
    await side.transport.close()
    await connecting
    await peer.close()
    assert asyncio.all_tasks() == tasks


class StunServer(asyncio.DatagramProtocol):
    """Says where a request came from, as a server on the internet would see it; or nothing when told to be silent."""

    def __init__(self, silent: bool) -> None:
        self.silent = silent

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if self.silent:
            return
        request = stun.parse_message(data)
        response = stun.Message(request.message_method, stun.Class.RESPONSE, request.transaction_id)
        response.attributes["XOR-MAPPED-ADDRESS"] = ("198.51.100.9", addr[1])
        self.transport.sendto(bytes(response), addr)


@pytest.mark.parametrize("silent", [False, True])
async def test_a_stun_server_adds_a_candidate(peer: WebRtcPeer, monkeypatch: pytest.MonkeyPatch, silent: bool) -> None:
    monkeypatch.setattr("media.ice.STUN_TIMEOUT_S", 0.2)
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: StunServer(silent), local_addr=("127.0.0.1", 0))
    port = transport.get_extra_info("sockname")[1]
    side = Side(MediaConfig(ice_hosts=("127.0.0.1",), ice_servers=(f"stun:127.0.0.1:{port}",)))
    audio = parse(await side.transport.answer(await peer.offer())).media[0]
    reflexive = [text for text in audio.values("candidate") if "typ srflx" in text]
    assert len(reflexive) == (0 if silent else 1)
    assert all(f"198.51.100.9 {audio.port} typ srflx raddr 127.0.0.1 rport {audio.port}" in text for text in reflexive)
    await side.transport.close()
    transport.close()
    await asyncio.sleep(0)


async def test_a_cancelled_answer_leaves_nothing(side: Side, peer: WebRtcPeer) -> None:
    tasks = asyncio.all_tasks()
    offer = await peer.offer()
    for turns in range(6):
        answering = asyncio.create_task(side.transport.answer(offer))
        for _ in range(turns):
            await asyncio.sleep(0)
        answering.cancel()
        await asyncio.gather(answering, return_exceptions=True)
    await side.transport.close()
    assert asyncio.all_tasks() == tasks


async def test_no_port_left_is_said() -> None:
    side = Side(MediaConfig(ice_hosts=("127.0.0.1",), rtp_port_min=23456, rtp_port_max=23457))
    blockers = [socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(2)]
    for port, blocker in enumerate(blockers, start=23456):
        blocker.bind(("127.0.0.1", port))
    peer = WebRtcPeer()
    with pytest.raises(MediaError, match="no-ports"):
        await side.transport.answer(await peer.offer())
    for blocker in blockers:
        blocker.close()
    await side.transport.close()
    await peer.close()


def test_a_public_address_is_announced_with_the_same_port() -> None:
    local = [Candidate("1", 9, "127.0.0.1", 20001), Candidate("2", 8, "192.0.2.1", 20003)]
    (public,) = public_candidate(local, "198.51.100.1")
    assert public.to_sdp().split(" ", 4)[4] == "198.51.100.1 20003 typ srflx raddr 192.0.2.1 rport 20003"
    assert public_candidate(local, "192.0.2.1") == public_candidate(local, None) == ()
    assert public_candidate(local[:1], "198.51.100.1") == ()


def test_hosts_and_servers_come_from_the_settings() -> None:
    assert local_hosts(MediaConfig())[-1] == "127.0.0.1"
    assert local_hosts(MediaConfig(ice_hosts=("192.0.2.1",))) == ("192.0.2.1",)
    assert stun_server(()) is None
    assert stun_server(("turn:a.example:3478", "stun:b.example")) == ("b.example", 3478)
    with pytest.raises(ValueError, match="scheme"):
        stun_server(("http://c.example",))
