from __future__ import annotations

from contactcenter.identity.permissions import Permission, Role, permissions_of
from tests.fakes.people import person


def test_each_role_may_what_the_one_below_may() -> None:
    agent, supervisor, administrator = (permissions_of(role) for role in ("agent", "supervisor", "administrator"))
    assert agent < supervisor < administrator == set(Permission)


def test_an_agent_sees_own_interactions_only() -> None:
    assert permissions_of(Role.AGENT) == {
        Permission.WORK_TAKE,
        Permission.INTERACTIONS_VIEW_OWN,
        Permission.RECORDINGS_LISTEN,
    }


def test_an_unknown_role_may_nothing() -> None:
    assert permissions_of("owner") == frozenset()
    assert permissions_of("") == frozenset()
    assert not any(person("owner").may(permission) for permission in Permission)
