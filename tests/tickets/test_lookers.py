"""Who has a ticket open: pages that go without a word are forgotten, typing ends by itself."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.permissions import EVERYWHERE, Scope
from contactcenter.tickets.lookers import GONE_S, TYPING_S, Lookers

NORTH = Scope(teams=frozenset({"north"}))


def looked() -> Lookers:
    lookers = Lookers()
    lookers.look("t", "anna", "page-1", "Anna", EVERYWHERE, 0.0)
    lookers.look("t", "ben", "page-2", "Ben", NORTH, 10.0)
    return lookers


def test_two_pages_of_one_are_one_and_the_last_to_leave_counts() -> None:
    lookers = looked()
    lookers.look("t", "anna", "page-3", "Anna", EVERYWHERE, 20.0)
    assert lookers.rows("t", 20.0)["anna"]["since"] == 0.0
    lookers.leave("t", "anna", "page-1")
    assert set(lookers.rows("t", 20.0)) == {"anna", "ben"}
    lookers.leave("t", "anna", "page-3")
    assert set(lookers.rows("t", 20.0)) == {"ben"}


def test_typing_ends_when_it_is_said_and_by_itself() -> None:
    lookers = looked()
    assert lookers.type("t", "anna", "page-1", True, 30.0)
    assert lookers.rows("t", 30.0)["anna"]["typing"]
    assert not lookers.rows("t", 30.0 + TYPING_S)["anna"]["typing"]
    lookers.type("t", "anna", "page-1", True, 40.0)
    lookers.type("t", "anna", "page-1", False, 41.0)
    assert not lookers.rows("t", 41.0)["anna"]["typing"]
    assert not lookers.type("t", "anna", "another", True, 41.0)


def test_who_says_nothing_is_forgotten() -> None:
    lookers = looked()
    assert lookers.expire(GONE_S + 1) == {"t": {"anna"}}
    assert set(lookers.rows("t", GONE_S + 1)) == {"ben"}
    assert lookers.expire(GONE_S + 11) == {"t": {"ben"}}
    assert lookers.tickets() == []


def test_a_right_that_has_changed_is_none() -> None:
    lookers = looked()
    assert lookers.granted("t", "ben", NORTH)
    assert not lookers.granted("t", "ben", Scope(teams=frozenset({"south"})))
    assert not lookers.granted("t", "ben", None)
    assert not lookers.granted("other", "ben", NORTH)
    assert lookers.narrow("t") == ["ben"]


ACTS = st.lists(
    st.tuples(st.sampled_from(["look", "leave", "wait"]), st.sampled_from("ab"), st.sampled_from("12")), max_size=30
)


@given(ACTS)
def test_nobody_is_there_who_has_not_looked_in_time(acts: list[tuple[str, str, str]]) -> None:
    lookers, now, last = Lookers(), 0.0, dict[tuple[str, str], float]()
    for act, user, page in acts:
        if act == "look":
            lookers.look("t", user, page, user, EVERYWHERE, now)
            last[user, page] = now
        elif act == "leave":
            lookers.leave("t", user, page)
            last.pop((user, page), None)
        else:
            now += 30.0
            lookers.expire(now)
            last = {key: at for key, at in last.items() if now - at <= GONE_S}
        assert set(lookers.rows("t", now)) == {user for user, _ in last}
