import random

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.demo.actions import CompleteWrapUp, DeskAction, PickUp, SetPresence
from contactcenter.demo.shift import MISS_SHARE, Shift


def run(shift: Shift, start: float, seconds: float) -> list[DeskAction]:
    return [action for tenth in range(int(seconds * 10)) for action in shift.tick(start + tenth / 10)]


def test_comes_to_work_once_the_desk_is_there() -> None:
    shift = Shift(random.Random(1))
    assert run(shift, 0, 60) == []
    shift.desk_shows("off", 60)
    assert run(shift, 60, 5) == [SetPresence("available")]


def test_a_command_that_was_lost_is_sent_again() -> None:
    shift = Shift(random.Random(1))
    shift.desk_shows("off", 0)
    assert run(shift, 0, 15) == [SetPresence("available")] * 2
    shift.desk_shows("available", 15)
    assert run(shift, 15, 60) == []


def test_is_back_after_having_missed_a_call_and_after_a_pause() -> None:
    for presence in ("not_responding", "paused"):
        shift = Shift(random.Random(1))
        shift.desk_shows(presence, 0)
        assert run(shift, 0, 5) == []
        assert SetPresence("available") in run(shift, 5, 45)


def test_picks_up_after_a_while_and_seldom_not_at_all() -> None:
    shift = Shift(random.Random(4))
    missed = 0
    for call in range(1000):
        shift.rings(call * 10)
        actions = run(shift, call * 10, 5)
        assert actions in ([], [PickUp()])
        missed += actions == []
    assert 0.5 * MISS_SHARE < missed / 1000 < 2 * MISS_SHARE


def test_does_not_pick_up_what_rings_no_more() -> None:
    shift = Shift(random.Random(1))
    shift.rings(0)
    shift.rings_no_more()
    assert run(shift, 0, 10) == []


def test_wraps_up_once_while_the_desk_shows_it() -> None:
    shift = Shift(random.Random(1))
    shift.wrap_up_shown("i1", "sales", 0)
    shift.wrap_up_shown("i1", "sales", 1)
    actions = run(shift, 0, 9)
    assert [action for action in actions if isinstance(action, CompleteWrapUp)] == [CompleteWrapUp("i1", "sales")]
    shift.wrap_up_gone("i1")
    assert not [action for action in run(shift, 9, 60) if isinstance(action, CompleteWrapUp)]


@given(
    st.integers(),
    st.lists(
        st.tuples(
            st.sampled_from(["off", "available", "paused", "not_responding", "gone", "ring", "stop", "wrap", "done"]),
            st.floats(0, 30),
        ),
        max_size=50,
    ),
)
def test_acts_only_on_what_is_there(seed: int, steps: list[tuple[str, float]]) -> None:
    shift, now = Shift(random.Random(seed)), 0.0
    ringing = wrapping = False
    for step, wait in steps:
        match step:
            case "gone":
                shift.desk_gone()
                wrapping = False
            case "ring" if not ringing:
                shift.rings(now)
                ringing = True
            case "stop":
                shift.rings_no_more()
                ringing = False
            case "wrap":
                shift.wrap_up_shown("i1", "sales", now)
                wrapping = True
            case "done":
                shift.wrap_up_gone("i1")
                wrapping = False
            case "off" | "available" | "paused" | "not_responding":
                shift.desk_shows(step, now)
        now += wait
        for action in shift.tick(now):
            assert not isinstance(action, PickUp) or ringing
            assert not isinstance(action, CompleteWrapUp) or wrapping
