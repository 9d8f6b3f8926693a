from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from media.jitter import MAX_DEPTH, MAX_DISTANCE, MIN_DEPTH, JitterBuffer


def frame(number: int) -> bytes:
    return number.to_bytes(4, "big")


def play(arrivals: list[tuple[float, int]], ticks: int, start: int = 0) -> list[int | None]:
    """Feed frames (arrival time, number) and take one every 20 ms; what came out, by number."""
    buffer = JitterBuffer(160, 8000)
    pending = sorted(arrivals)
    out: list[int | None] = []
    for tick in range(ticks):
        now = tick * 0.02
        while pending and pending[0][0] <= now:
            arrival, number = pending.pop(0)
            buffer.put((start + number * 160) & 0xFFFFFFFF, frame(number), arrival)
        taken = buffer.take()
        out.append(None if taken is None else int.from_bytes(taken, "big"))
    return out


@given(st.integers(0, 0xFFFFFFFF), st.lists(st.floats(0, 0.019), min_size=60, max_size=60))
def test_jitter_below_a_frame_loses_nothing(start: int, delays: list[float]) -> None:
    out = play([(number * 0.02 + delay, number) for number, delay in enumerate(delays)], 70, start)
    assert [number for number in out if number is not None] == list(range(60))


@given(st.lists(st.floats(0, 0.3), min_size=40, max_size=40))
def test_frames_never_come_out_twice_or_backwards(delays: list[float]) -> None:
    out = play([(number * 0.02 + delay, number) for number, delay in enumerate(delays)], 80)
    heard = [number for number in out if number is not None]
    assert heard == sorted(set(heard))


def test_a_lost_frame_is_a_gap_in_its_place() -> None:
    out = play([(number * 0.02, number) for number in range(30) if number != 15], 31)
    first = out.index(0)
    assert out[first + 14 : first + 17] == [14, None, 16]


def test_speech_goes_on_after_a_pause_of_the_sender() -> None:
    arrivals = [(number * 0.02, number) for number in range(10)]
    arrivals += [(2 + number * 0.02, 100 + number) for number in range(10)]
    heard = [number for number in play(arrivals, 130) if number is not None]
    assert heard == [*range(10), *range(100, 110)]


def test_a_restarted_clock_is_followed() -> None:
    arrivals = [(number * 0.02, number) for number in range(10)]
    arrivals += [(0.2 + number * 0.02, 1_000_000 + number) for number in range(10)]
    heard = [number for number in play(arrivals, 40) if number is not None]
    assert heard[-10:] == list(range(1_000_000, 1_000_010))


def test_the_delay_grows_with_jitter_and_shrinks_again() -> None:
    buffer = JitterBuffer(160, 8000)
    number = 0
    for number in range(100):
        buffer.put(number * 160, b"", number * 0.02 + (0.06 if number % 2 else 0))
    assert MIN_DEPTH < buffer.depth <= MAX_DEPTH
    for number in range(100, 300):
        buffer.put(number * 160, b"", number * 0.02)
        buffer.take()
    assert buffer.depth == MIN_DEPTH
    taken = 0
    for number in range(300, 2300):
        buffer.put(number * 160, b"", number * 0.02)
        taken += buffer.take() is not None
    assert len(buffer) <= MIN_DEPTH + 1


@given(st.lists(st.tuples(st.integers(0, 0xFFFFFFFF), st.booleans()), max_size=400))
def test_memory_is_bounded_whatever_comes(packets: list[tuple[int, bool]]) -> None:
    buffer = JitterBuffer(160, 8000)
    for now, (timestamp, take) in enumerate(packets):
        buffer.put(timestamp, b"", float(now))
        if take:
            buffer.take()
        assert len(buffer) <= MAX_DISTANCE
