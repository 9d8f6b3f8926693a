from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from media.dtmf import DIGITS, END_LOST_S, END_PACKETS, EVENT, PAUSE_FRAMES, TONE_FRAMES, DigitDecoder, DigitSender

Sent = tuple[int, bytes, float]


def send(digits: str, start: int = 1000) -> list[Sent]:
    """(timestamp, payload, time) of each packet, as a sender paces them."""
    sender = DigitSender(160)
    sender.queue(digits)
    sent: list[Sent] = []
    stamp, tick = start, 0
    while not sender.done:
        frame = sender.next_frame()
        if frame is not None:
            stamp = (start + tick * 160) & 0xFFFFFFFF if frame.step == 0 else stamp
            sent.append((stamp, frame.payload, tick * 0.02))
        tick += 1
    return sent


def decode(sent: list[Sent]) -> str:
    decoder = DigitDecoder()
    heard = [digit.digit for stamp, payload, now in sent for digit in decoder.feed(stamp, payload, now)]
    heard += [digit.digit for digit in decoder.expire(1e9)]
    return "".join(heard)


@given(st.text(DIGITS, max_size=12), st.integers(0, 0xFFFFFFFF))
def test_digits_arrive_as_sent_wherever_the_timestamp_wraps(digits: str, start: int) -> None:
    assert decode(send(digits, start)) == digits


@given(st.text(DIGITS, min_size=1, max_size=6), st.data())
def test_each_digit_needs_only_one_of_its_packets(digits: str, data: st.DataObject) -> None:
    per_digit = TONE_FRAMES + END_PACKETS
    sent = send(digits)
    kept: list[Sent] = []
    for first in range(0, len(sent), per_digit):
        chosen = data.draw(st.sets(st.integers(0, per_digit - 1), min_size=1))
        kept += [sent[first + number] for number in sorted(chosen)]
    assert decode(kept) == digits


@given(st.text(DIGITS, min_size=1, max_size=6), st.data())
def test_duplicates_and_late_packets_of_a_digit_count_once(digits: str, data: st.DataObject) -> None:
    sent = send(digits)
    repeats = data.draw(st.lists(st.integers(0, len(sent) - 1), max_size=10))
    for number in repeats:
        sent.insert(data.draw(st.integers(sent.index(sent[number]), len(sent))), sent[number])
    assert decode(sent) == digits


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), st.binary(max_size=8))))
def test_any_payload_is_survived(packets: list[tuple[int, bytes]]) -> None:
    decoder = DigitDecoder()
    for now, (stamp, payload) in enumerate(packets):
        decoder.feed(stamp, payload, float(now))


def test_a_lost_end_is_noticed_after_a_while() -> None:
    decoder = DigitDecoder()
    assert decoder.feed(5, EVENT.pack(3, 10, 320), 1.0) == ()
    assert decoder.expire(1.0 + END_LOST_S / 2) == ()
    (digit,) = decoder.expire(1.01 + END_LOST_S)
    assert (digit.digit, digit.duration) == ("3", 320)
    assert decoder.feed(5, EVENT.pack(3, 0x80 | 10, 480), 2.0) == ()


def test_flash_and_other_events_are_no_digits() -> None:
    assert DigitDecoder().feed(5, EVENT.pack(16, 0x80, 800), 0.0) == ()


def test_pace_and_shape_of_a_digit() -> None:
    sender = DigitSender(160)
    sender.queue("a5")
    frames = [sender.next_frame() for _ in range(2 * (TONE_FRAMES + END_PACKETS + PAUSE_FRAMES))]
    assert sender.done
    first = [EVENT.unpack(frame.payload) for frame in frames[: TONE_FRAMES + END_PACKETS] if frame is not None]
    assert [duration for _, _, duration in first] == [160, 320, 480, 640, 800, 960, 960, 960, 960]
    assert [flags >> 7 for _, flags, _ in first] == [0] * TONE_FRAMES + [1] * END_PACKETS
    assert first[0][0] == DIGITS.index("A")
    assert frames[TONE_FRAMES + END_PACKETS] is None
    with pytest.raises(ValueError, match="digits"):
        sender.queue("1x")
