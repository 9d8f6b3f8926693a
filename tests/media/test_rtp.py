from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media import rtcp, rtp
from media.rtp import InStream, OutStream, RtpPacket

packets = st.builds(
    RtpPacket,
    payload_type=st.integers(0, 127),
    sequence=st.integers(0, 0xFFFF),
    timestamp=st.integers(0, 0xFFFFFFFF),
    ssrc=st.integers(0, 0xFFFFFFFF),
    payload=st.binary(max_size=200),
    marker=st.booleans(),
)


@given(packets)
def test_what_is_built_is_parsed_back(packet: RtpPacket) -> None:
    assert rtp.parse(rtp.build(packet)) == packet


@given(st.binary(max_size=80))
def test_any_octets_are_a_packet_or_none(data: bytes) -> None:
    parsed = rtp.parse(data)
    if parsed is not None:
        assert data[0] >> 6 == 2
        assert len(parsed.payload) <= len(data) - 12


@given(packets, st.lists(st.integers(0, 0xFFFFFFFF), max_size=15), st.integers(0, 4), st.integers(0, 20))
def test_sources_extension_and_padding_are_taken_off(
    packet: RtpPacket, sources: list[int], words: int, padding: int
) -> None:
    plain = rtp.build(packet)
    first = 0x80 | len(sources) | 0x10 | (0x20 if padding else 0)
    data = bytes((first,)) + plain[1:12] + b"".join(source.to_bytes(4, "big") for source in sources)
    data += b"\xbe\xde" + words.to_bytes(2, "big") + b"\x01" * 4 * words + packet.payload
    if padding:
        data += b"\0" * (padding - 1) + bytes((padding,))
    assert rtp.parse(data) == packet


def receive(stream: InStream, sequence: int, ssrc: int = 1) -> bool:
    late = False
    if sequence == stream.next_sequence and ssrc == stream.ssrc:
        stream.next_sequence = (sequence + 1) & 0xFFFF
    else:
        late = stream.resequence(ssrc, sequence, sequence * 160, 0.0)
    stream.received += 1
    return late


@given(st.integers(0, 0xFFFF), st.sets(st.integers(1, 198), max_size=60))
def test_loss_is_counted_across_the_wrap_of_the_sequence(start: int, dropped: set[int]) -> None:
    stream = InStream()
    for number in range(200):
        if number not in dropped:
            assert not receive(stream, (start + number) & 0xFFFF)
    assert stream.lost == len(dropped)
    assert stream.received == 200 - len(dropped)


def test_a_late_packet_is_told_apart_and_mends_the_loss() -> None:
    stream = InStream()
    late = [receive(stream, sequence) for sequence in (65534, 65535, 1, 0, 2)]
    assert late == [False, False, False, True, False]
    assert stream.lost == 0


def test_duplicates_never_make_the_loss_negative() -> None:
    stream = InStream()
    for sequence in (5, 5, 5, 6):
        receive(stream, sequence)
    assert stream.lost == 0


def test_a_new_source_keeps_the_loss_so_far() -> None:
    stream = InStream()
    for sequence, ssrc in ((1, 7), (3, 7), (900, 8), (902, 8)):
        receive(stream, sequence, ssrc)
    assert stream.lost == 2
    source = stream.source
    receive(stream, 40_000, 8)
    assert stream.source != source


def test_an_outgoing_stream_spans_pauses_in_time_not_in_sequence() -> None:
    out = OutStream()
    first = rtp.parse(out.frame(0, b"a", 10.0, start=True))
    second = rtp.parse(out.frame(0, b"b", 10.02))
    third = rtp.parse(out.frame(0, b"c", 11.02, start=True))
    assert first is not None
    assert second is not None
    assert third is not None
    assert ((second.sequence - first.sequence) & 0xFFFF, (third.sequence - second.sequence) & 0xFFFF) == (1, 1)
    assert (second.timestamp - first.timestamp) & 0xFFFFFFFF == 160
    assert (third.timestamp - second.timestamp) & 0xFFFFFFFF == 8000
    source = InStream()
    receive(source, 40_000)
    source.timestamp, source.heard_at = 123, 11.04
    out.adopt(source, 40_000, 123, 11.04)
    assert (40_000 + out.sequence_offset) & 0xFFFF == (third.sequence + 1) & 0xFFFF
    assert (123 + out.timestamp_offset) & 0xFFFFFFFF == (third.timestamp + 160) & 0xFFFFFFFF


@given(st.binary(max_size=120))
def test_any_octets_are_rtcp_or_none(data: bytes) -> None:
    rtcp.parse(data)


def test_reports_tell_the_loss_since_the_last_one() -> None:
    stream, out = InStream(), OutStream()
    for sequence in (10, 11, 13, 14):
        receive(stream, sequence, ssrc=99)
    (block,) = rtcp.parse(rtcp.build(out, stream, 1_700_000_000.5, sending=True)) or ()
    assert (block.ssrc, block.packets_lost) == (99, 1)
    assert block.fraction_lost == 51 / 256
    receive(stream, 15, ssrc=99)
    (block,) = rtcp.parse(rtcp.build(out, stream, 1_700_000_005.5, sending=False)) or ()
    assert (block.fraction_lost, block.packets_lost) == (0.0, 1)
    assert rtcp.parse(rtcp.build(out, InStream(), 0.0, sending=False)) == ()


def relay(source: InStream, out: OutStream, sequence: int, timestamp: int, now: float, ssrc: int = 1) -> int:
    """As Leg.receive does it; the outgoing timestamp."""
    if not receive(source, sequence, ssrc):
        source.timestamp, source.heard_at = timestamp, now
    if source.source != out.source:
        out.adopt(source, sequence, timestamp, now)
    return (timestamp + out.timestamp_offset) & 0xFFFFFFFF


def test_a_relayed_stream_is_counted_and_continued_by_whatever_follows() -> None:
    source, out = InStream(), OutStream()
    first = out.sequence
    out.frame(0, b"x" * 160, 0.0)
    for number in (0, 1, 3, 2, 4):  # one came late
        relay(source, out, 500 + number, 160 * number, 1.0 + number * 0.02)
    assert (out.packets, out.octets) == (6, 960)
    out.refresh()
    assert out.sequence == (first + 6) & 0xFFFF
    relay(source, out, 9000, 77, 1.10, ssrc=2)  # another source takes over
    assert (out.packets, out.octets) == (7, 1120)
    out.refresh()
    assert out.sequence == (first + 7) & 0xFFFF
    other = InStream()
    timestamp = relay(other, out, 100, 5, 1.12)
    assert out.packets == 8
    assert out.source == other.source
    follower = rtp.parse(out.frame(0, b"y" * 160, 1.14))
    assert follower is not None
    assert follower.sequence == (first + 9) & 0xFFFF
    assert (follower.timestamp - timestamp) & 0xFFFFFFFF == 160
    assert (out.packets, out.octets, out.source) == (9, 9 * 160, 0)


def test_time_passes_while_only_keys_are_pressed() -> None:
    source = InStream()
    receive(source, 1)
    source.timestamp, source.heard_at = 0xFFFFFFFF, 1.0
    source.pass_time(1.1)
    assert (source.timestamp, source.heard_at) == (799, 1.1)
