"""What may be done, and which role may do it. Whatever is not listed here is denied."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Permission(StrEnum):
    INTERACTIONS_VIEW = "interactions.view"
    """See every interaction."""
    INTERACTIONS_VIEW_OWN = "interactions.view_own"
    """See the interactions one has handled."""
    RECORDINGS_LISTEN = "recordings.listen"
    WALLBOARD_VIEW = "wallboard.view"
    WORK_TAKE = "work.take"
    """Be an agent: be offered contacts and handle them."""
    SYSTEM_VIEW = "system.view"
    """See notices about the system's state."""
    ROUTING_VIEW = "routing.view"
    """See how queues, skills, routing profiles and calendars are set up."""
    ROUTING_MANAGE = "routing.manage"
    SIMULATIONS_RUN = "simulations.run"
    """Run past days again, changed or not, and days that never were."""
    USERS_MANAGE = "users.manage"
    SETTINGS_MANAGE = "settings.manage"


class Role(StrEnum):
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


_AGENT = frozenset({Permission.WORK_TAKE, Permission.INTERACTIONS_VIEW_OWN, Permission.RECORDINGS_LISTEN})
_SUPERVISOR = _AGENT | {
    Permission.INTERACTIONS_VIEW,
    Permission.WALLBOARD_VIEW,
    Permission.SYSTEM_VIEW,
    Permission.ROUTING_VIEW,
    Permission.SIMULATIONS_RUN,
}
_ADMINISTRATOR = _SUPERVISOR | {Permission.USERS_MANAGE, Permission.SETTINGS_MANAGE, Permission.ROUTING_MANAGE}

_ROLES: dict[str, frozenset[Permission]] = {
    Role.AGENT: _AGENT,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
}


def permissions_of(role: str) -> frozenset[Permission]:
    """The permissions of a role; of an unknown one none."""
    return _ROLES.get(role, frozenset())


@dataclass(frozen=True, slots=True)
class Principal:
    """Who is asking: a signed-in user in one session."""

    user_id: str
    email: str
    name: str
    role: str
    session_id: str
    permissions: frozenset[Permission]

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions
