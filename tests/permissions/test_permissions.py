from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.permissions import EVERYWHERE, Catalogue, Holding, Permission, Principal, Role, Scope
from tests.fakes.people import CATALOGUE, person

SEE = Permission("things.see", "See things", {Role.SUPERVISOR}, scoped=True)
OWN = Permission("things.own", "See one's own things", {Role.AGENT}, own=True)
SET = Permission("things.set", "Set things")
ALL = Catalogue(SEE, OWN, SET)

names = st.frozensets(st.sampled_from("abc"), max_size=3)
scopes = st.builds(Scope, st.none() | names, st.none() | names)


def principal(*scopes: Scope) -> Principal:
    everything = frozenset(permission.name for permission in ALL)
    grants = ALL.grants([Holding("lead", everything, scope) for scope in scopes])
    return Principal("u", "u@example.com", "U", ("lead",), "s", grants)


def test_administrators_have_every_permission_and_customers_none() -> None:
    assert CATALOGUE.of_role(Role.ADMINISTRATOR) == {permission.name for permission in CATALOGUE}
    assert CATALOGUE.of_role(Role.CUSTOMER) == frozenset()


def test_an_agent_sees_own_interactions_only() -> None:
    assert CATALOGUE.of_role(Role.AGENT) == {
        "work.take",
        "interactions.view_own",
        "recordings.listen",
        "recordings.pause",
        "directory.view",
    }


def test_an_unknown_role_may_nothing() -> None:
    assert not any(person("owner").may(permission) for permission in CATALOGUE)
    assert not any(person("").may(permission) for permission in CATALOGUE)


def test_a_name_that_is_declared_twice_is_refused() -> None:
    ALL.add(SEE)
    with pytest.raises(ValueError, match="twice"):
        ALL.add(Permission("things.see", "Another"))


def test_a_permission_nobody_declares_gives_nothing() -> None:
    assert ALL.grants([Holding("lead", frozenset({"things.lost"}))]) == {}


def test_a_role_held_for_a_team_gives_what_is_scoped_there_and_what_is_ones_own() -> None:
    lead = principal(Scope(teams=frozenset({"north"})))
    assert lead.may(SEE)
    assert lead.may(SEE, team="north")
    assert not lead.may(SEE, team="south")
    assert not lead.may(SEE, queue="sales")
    assert lead.may(OWN, queue="sales")
    assert not lead.may(SET)
    assert lead.scope(SET) is None


def test_the_same_role_for_a_team_and_for_a_queue_gives_both() -> None:
    lead = principal(Scope(teams=frozenset({"north"})), Scope(queues=frozenset({"sales"})))
    assert lead.may(SEE, queue="sales", team="south")
    assert lead.may(SEE, queue="help", team="north")
    assert not lead.may(SEE, queue="help", team="south")


@given(st.lists(st.builds(Holding, st.just("lead"), st.frozensets(st.sampled_from([p.name for p in ALL])), scopes)))
def test_rights_are_those_of_each_role_together(holdings: list[Holding]) -> None:
    expected: dict[str, Scope] = {}
    for holding in holdings:
        for name, scope in ALL.grants([holding]).items():
            expected[name] = expected[name] | scope if name in expected else scope
    assert ALL.grants(holdings) == expected


@given(scopes, scopes, names, names)
def test_two_scopes_together_include_what_either_does(
    one: Scope, two: Scope, queues: frozenset[str], teams: frozenset[str]
) -> None:
    either = one.includes(queues, teams) or two.includes(queues, teams)
    assert (one | two).includes(queues, teams) is either


@given(scopes, scopes)
def test_a_scope_covers_another_when_adding_it_changes_nothing(one: Scope, two: Scope) -> None:
    def things(scope: Scope) -> set[str]:
        found = {f"q{name}" for name in "abcd" if scope.includes(queues=name)}
        return found | {f"t{name}" for name in "abcd" if scope.includes(teams=name)}

    assert one.covers(two) is (things(two) <= things(one))
    assert EVERYWHERE.covers(one)
