from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.identity.throttle import Throttle, ThrottleRule

ACCOUNT = ThrottleRule(free=3, first_s=1.0, longest_s=60.0, forget_s=600.0)
ADDRESS = ThrottleRule(free=6, first_s=1.0, longest_s=60.0, forget_s=600.0)


def test_first_failures_cost_nothing_then_the_wait_doubles() -> None:
    throttle = Throttle(ACCOUNT, ADDRESS)
    waits = []
    for attempt in range(8):
        throttle.failed("ann", f"10.0.0.{attempt}", 100.0)
        waits.append(throttle.wait("ann", "other", 100.0))
    assert waits == [0, 0, 0, 1, 2, 4, 8, 16]
    assert throttle.wait("ann", "other", 110.0) == 6
    assert throttle.wait("bob", "other", 100.0) == 0


def test_the_wait_has_a_limit_even_after_thousands() -> None:
    throttle = Throttle(ACCOUNT, ADDRESS)
    for _ in range(5000):
        throttle.failed("ann", "a", 100.0)
    assert throttle.wait("ann", "b", 100.0) == 60.0


def test_one_address_guessing_at_many_accounts_must_wait() -> None:
    throttle = Throttle(ACCOUNT, ADDRESS)
    for number in range(7):
        throttle.failed(f"user{number}", "10.0.0.1", 100.0)
    assert throttle.wait("fresh", "10.0.0.1", 100.0) == 1.0
    assert throttle.wait("fresh", "10.0.0.2", 100.0) == 0.0


def test_success_clears_the_account_but_not_what_others_failed_from_the_address() -> None:
    throttle = Throttle(ACCOUNT, ADDRESS)
    for _ in range(7):
        throttle.failed("ann", "10.0.0.1", 100.0)
    throttle.failed("ann", "10.0.0.1", 150.0)
    throttle.succeeded("ann", "10.0.0.1", 150.0)
    assert throttle.wait("ann", "10.0.0.2", 100.0) == 0.0
    assert throttle.wait("ann", "10.0.0.1", 100.0) == 1.0


def test_an_office_that_signs_in_from_one_address_never_waits() -> None:
    throttle = Throttle(ACCOUNT, ADDRESS)
    for number in range(100):
        now = 100.0 + number
        assert throttle.wait(f"user{number}", "10.0.0.1", now) == 0.0
        throttle.failed(f"user{number}", "10.0.0.1", now)
        throttle.succeeded(f"user{number}", "10.0.0.1", now)
    assert throttle._failures["address"] == {}


def test_failures_are_forgotten() -> None:
    throttle = Throttle(ACCOUNT, ADDRESS)
    for _ in range(7):
        throttle.failed("ann", "a", 100.0)
    assert throttle.wait("ann", "a", 700.0) == 0.0
    throttle.failed("ann", "a", 700.0)
    assert throttle.wait("ann", "a", 700.0) == 0.0


def test_memory_is_bounded() -> None:
    throttle = Throttle(ACCOUNT, ADDRESS, capacity=10)
    for number in range(1000):
        throttle.failed(f"user{number}", f"host{number}", float(number))
    assert all(len(known) == 10 for known in throttle._failures.values())


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 500)), max_size=40))
def test_the_wait_only_shrinks_with_time(steps: list[tuple[bool, float]]) -> None:
    throttle = Throttle(ACCOUNT, ADDRESS)
    now = 0.0
    for failed, passed in steps:
        now += passed
        if failed:
            throttle.failed("ann", "a", now)
        wait = throttle.wait("ann", "a", now)
        assert 0 <= wait <= 60
        assert throttle.wait("ann", "a", now + wait) == 0
