from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.trunks.health import MAX_REFUSED_S, MAX_RETRY_S, MIN_REFUSED_S, MIN_RETRY_S, Health
from contactcenter.trunks.limits import CallRate


def state(health: Health) -> str:
    return health.shown.state


def registering(*, watched: bool = False) -> Health:
    return Health(enabled=True, registers=True, watched=watched, now=0.0)


def test_a_registration_and_its_renewal() -> None:
    health = registering()
    assert (state(health), health.down) == ("starting", None)
    assert health.registered(300, 1.0) == 150
    assert (state(health), health.shown.since, health.down) == ("up", 1.0, None)
    assert health.registered(300, 151.0) == 150
    assert health.shown.since == 1.0


def test_a_wrong_password_is_said_and_asked_about_rarely() -> None:
    health = registering()
    assert health.not_registered(403, "Forbidden", 5.0) == MIN_REFUSED_S
    assert (state(health), health.shown.code) == ("refused", 403)
    assert health.shown.sentence == "The registrar refused: 403 Forbidden. Check user name and password."
    delays = [health.not_registered(403, "Forbidden", 10.0) for _ in range(10)]
    assert delays == sorted(delays)
    assert delays[-1] == MAX_REFUSED_S
    health.registered(300, 20.0)
    assert state(health) == "up"
    assert health.not_registered(403, "Forbidden", 30.0) == MIN_REFUSED_S


def test_a_registrar_that_is_away_is_asked_often() -> None:
    health = registering()
    assert health.not_registered(408, "", 5.0) == MIN_RETRY_S
    assert state(health) == "down"
    assert [health.not_registered(503, "", 5.0) for _ in range(8)][-1] == MAX_RETRY_S
    assert health.not_registered(503, "", 5.0, retry_after_s=120) == 120
    assert health.not_registered(503, "", 5.0, retry_after_s=10**9) == MAX_REFUSED_S


def test_one_lost_question_is_no_fault() -> None:
    health = Health(enabled=True, registers=False, watched=True, now=0.0)
    assert state(health) == "starting"
    health.probed(404, 1.0)
    assert (state(health), health.down) == ("up", None)
    health.probed(None, 2.0)
    assert state(health) == "up"
    health.probed(None, 3.0)
    assert (state(health), health.down) == ("down", "The other side does not answer.")
    health.probed(200, 4.0)
    assert (state(health), health.shown.since) == ("up", 4.0)


def test_who_never_answered_is_down_at_once() -> None:
    health = Health(enabled=True, registers=False, watched=True, now=0.0)
    health.probed(None, 1.0)
    assert state(health) == "down"


def test_503_says_that_it_takes_no_calls() -> None:
    health = Health(enabled=True, registers=False, watched=True, now=0.0)
    health.probed(503, 1.0)
    assert (state(health), health.shown.code) == ("down", 503)


def test_registered_but_silent_is_down() -> None:
    health = registering(watched=True)
    health.registered(300, 1.0)
    health.probed(None, 2.0)
    assert state(health) == "down"
    health.probed(200, 3.0)
    assert state(health) == "up"


def test_off_and_unwatched() -> None:
    assert Health(enabled=False, registers=False, watched=True, now=0.0).down == "It is switched off."
    unwatched = Health(enabled=True, registers=False, watched=False, now=0.0)
    assert (unwatched.shown.state, unwatched.down) == ("unwatched", None)


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("registered"), st.integers(1, 3600)),
        st.tuples(st.just("refused"), st.sampled_from((401, 403, 404, 408, 423, 480, 500, 503, 603))),
        st.tuples(st.just("probed"), st.sampled_from((None, 200, 404, 405, 483, 503))),
    ),
    max_size=30,
)


@given(STEPS, st.booleans())
def test_what_is_shown_fits_what_was_heard_last(steps: list[tuple[str, int | None]], watched: bool) -> None:
    health, now = registering(watched=watched), 0.0
    registered: bool | None = None
    for step, value in steps:
        now += 1.0
        before = health.shown
        if step == "registered" and value is not None:
            registered = True
            assert health.registered(value, now) >= 5.0
        elif step == "refused" and value is not None:
            registered = False
            assert MIN_RETRY_S <= health.not_registered(value, "No", now) <= MAX_REFUSED_S
        elif watched:
            health.probed(value, now)
        shown = health.shown
        assert (shown.state in ("down", "refused")) == (health.down is not None)
        assert (shown.state == "up") <= (registered is True)
        assert registered is not False or shown.state in ("down", "refused")
        assert shown.since == (before.since if shown.state == before.state else now)
        assert shown.sentence


@given(st.sampled_from((0.5, 1.0, 3.0)), st.lists(st.floats(0.0, 2.0), max_size=40))
def test_never_more_calls_than_a_seconds_worth_and_what_time_gives(rate: float, gaps: list[float]) -> None:
    bucket, now, begun = CallRate(rate), 100.0, 0
    for gap in gaps:
        now += gap
        if bucket.ready(now):
            bucket.take(now)
            begun += 1
    assert begun <= max(1.0, rate) + rate * (now - 100.0) + 1e-6


def test_without_a_rate_any_number_of_calls() -> None:
    bucket = CallRate(None)
    for _ in range(100):
        assert bucket.ready(1.0)
        bucket.take(1.0)
