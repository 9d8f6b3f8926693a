from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator

import pytest

from media.errors import MediaError
from media.transport import RELATCH_AFTER_S, SETTLED_AFTER_S, PacketSender, PortPool, RtpTransport, SocketHub
from tests.fakes.waiting import until

PACKET = bytes((0x80, 0)) + bytes(170)


class Fixture:
    """A transport on loopback and sockets of strangers on 127.0.0.1 and 127.0.0.2."""

    def __init__(self) -> None:
        self.hub = SocketHub()
        self.pool = PortPool("127.0.0.1", 37000, 37998)
        self.transport = RtpTransport(self.hub, *self.pool.bind())
        self.received: list[bytes] = []
        self.transport.on_packet = self.keep
        self.sockets: list[socket.socket] = []

    def open(self, host: str = "127.0.0.1") -> tuple[socket.socket, tuple[str, int]]:
        sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        sock.bind((host, 0))
        sock.setblocking(False)
        self.sockets.append(sock)
        return sock, sock.getsockname()

    def keep(self, packet: memoryview) -> None:
        self.received.append(bytes(packet))

    def is_connected(self) -> bool:
        return self.transport.connected

    async def deliver(self, sock: socket.socket, data: bytes = PACKET) -> None:
        before = len(self.received) + self.transport.garbage
        sock.sendto(data, ("127.0.0.1", self.transport.port))
        await until(lambda: len(self.received) + self.transport.garbage > before)


@pytest.fixture
async def rig() -> AsyncIterator[Fixture]:
    rig = Fixture()
    rig.hub.start()
    yield rig
    rig.transport.close()
    rig.hub.stop()
    for sock in rig.sockets:
        sock.close()


async def test_packets_go_where_they_come_from(rig: Fixture) -> None:
    _, signalled = rig.open()
    behind_nat, actual = rig.open()
    rig.transport.signal(*signalled)
    assert rig.transport.remote == signalled
    await rig.deliver(behind_nat)
    assert rig.transport.remote == actual


async def test_a_stranger_takes_over_only_a_silent_stream(rig: Fixture) -> None:
    phone, address = rig.open()
    behind_nat, actual = rig.open()
    stranger, other = rig.open()
    rig.transport.signal(*address)
    await rig.deliver(behind_nat)
    await rig.deliver(stranger)
    assert (rig.transport.remote, rig.transport.garbage) == (actual, 1)
    rig.transport.heard_at -= RELATCH_AFTER_S
    await rig.deliver(stranger)
    assert rig.transport.remote == other
    await rig.deliver(phone)
    assert rig.transport.remote == address, "the signalled address is always believed"


async def test_the_kernel_keeps_strangers_from_a_source_beyond_doubt_until_it_falls_silent(rig: Fixture) -> None:
    phone, address = rig.open()
    stranger, other = rig.open()
    senders: list[PacketSender] = []
    rig.transport.on_sender = senders.append
    rig.transport.signal(*address)
    await rig.deliver(phone)
    assert rig.is_connected()
    senders[-1](PACKET)
    await until(lambda: _has_packet(phone))
    stranger.sendto(PACKET, ("127.0.0.1", rig.transport.port))
    await rig.deliver(phone)
    assert (len(rig.received), rig.transport.garbage, rig.transport.remote) == (2, 0, address)
    heard_at = rig.hub.now
    rig.transport.check(heard_at + RELATCH_AFTER_S - 0.1, heard_at)
    assert rig.is_connected()
    rig.transport.check(heard_at + RELATCH_AFTER_S, heard_at - 10)
    assert not rig.is_connected()
    senders[-1](PACKET)
    await until(lambda: _has_packet(phone))
    rig.transport.heard_at -= RELATCH_AFTER_S
    await rig.deliver(stranger)
    assert rig.transport.remote == other


async def test_a_source_behind_nat_is_connected_to_once_it_has_settled(rig: Fixture) -> None:
    phone, address = rig.open()
    behind_nat, actual = rig.open()
    rig.transport.signal(*address)
    await rig.deliver(behind_nat)
    rig.transport.check(rig.hub.now + SETTLED_AFTER_S - 0.1, 0.0)
    assert not rig.is_connected()
    rig.transport.heard_at += SETTLED_AFTER_S
    rig.transport.check(rig.hub.now + SETTLED_AFTER_S, 0.0)
    assert rig.is_connected()
    await rig.deliver(behind_nat)
    assert rig.transport.remote == actual
    rig.transport.signal("127.0.0.1", 9)
    assert not rig.is_connected()
    rig.transport.signal(*address)
    await rig.deliver(phone)
    assert (rig.is_connected(), rig.transport.remote) == (True, address)


async def test_strangers_waiting_in_the_socket_are_judged_before_it_is_connected(rig: Fixture) -> None:
    phone, address = rig.open()
    stranger, _ = rig.open()
    rig.transport.signal(*address)
    for sock in (phone, stranger, phone):
        sock.sendto(PACKET, ("127.0.0.1", rig.transport.port))
    await until(lambda: len(rig.received) == 2)
    assert (rig.is_connected(), rig.transport.garbage) == (True, 1)


async def test_a_far_end_without_a_port_is_no_error(rig: Fixture) -> None:
    phone, address = rig.open()
    rig.transport.signal(*address)
    await rig.deliver(phone)
    rig.sockets.remove(phone)
    phone.close()
    for _ in range(4):
        rig.transport.send(PACKET)
        await asyncio.sleep(0.01)
    assert rig.is_connected()
    again = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    again.bind(address)
    rig.sockets.append(again)
    await rig.deliver(again)
    assert rig.transport.remote == address


async def test_the_signalled_host_wins_over_who_was_there_first(rig: Fixture) -> None:
    stranger, _ = rig.open("127.0.0.2")
    phone, actual = rig.open("127.0.0.1")
    rig.transport.signal("127.0.0.1", 9)
    await rig.deliver(stranger)
    await rig.deliver(phone)
    assert rig.transport.remote == actual
    await rig.deliver(stranger)
    assert rig.transport.remote == actual


async def test_a_new_signalled_address_is_sent_to_at_once(rig: Fixture) -> None:
    phone, address = rig.open()
    new, moved = rig.open()
    rig.transport.signal(*address)
    await rig.deliver(phone)
    rig.transport.signal(*moved)
    rig.transport.send(PACKET)
    await until(lambda: _has_packet(new))
    rig.transport.signal("0.0.0.0", 4000)
    assert rig.transport.remote is None


async def test_what_is_no_rtp_never_latches(rig: Fixture) -> None:
    _, address = rig.open()
    stranger, _ = rig.open()
    rig.transport.signal(*address)
    for data in (b"", b"\x80", b"\x00" * 40):
        await rig.deliver(stranger, data)
    assert (rig.transport.remote, rig.transport.garbage) == (address, 3)


async def test_one_faulty_leg_does_not_stop_the_others(rig: Fixture) -> None:
    def fail(packet: memoryview) -> None:
        raise RuntimeError("a fault of ours")

    phone, address = rig.open()
    rig.transport.signal(*address)
    rig.transport.on_packet = fail
    phone.sendto(PACKET, ("127.0.0.1", rig.transport.port))
    await asyncio.sleep(0.05)
    rig.transport.on_packet = rig.keep
    await rig.deliver(phone)


def test_ports_are_even_and_run_out_with_a_clear_error() -> None:
    pool = PortPool("127.0.0.1", 38001, 38007)
    pairs = [pool.bind() for _ in range(3)]
    ports = sorted(pair[0].getsockname()[1] for pair in pairs)
    try:
        assert ports == [38002, 38004, 38006]
        assert all(rtcp.getsockname()[1] == rtp.getsockname()[1] + 1 for rtp, rtcp in pairs)
        for wanted in (None, 38004):
            with pytest.raises(MediaError) as caught:
                pool.bind(wanted)
            assert caught.value.code == "no-ports"
    finally:
        for pair in pairs:
            for sock in pair:
                sock.close()


def _has_packet(sock: socket.socket) -> bool:
    try:
        return bool(sock.recv(2048))
    except BlockingIOError:
        return False
