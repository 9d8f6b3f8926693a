"""What the audit trail records about people, roles and teams."""

from __future__ import annotations

from typing import Any, Final

from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.identity.models import OwnRole, Team, User, UserRole

USER_CREATED: Final = ActKind("user.created", "User added")
USER_CHANGED: Final = ActKind("user.changed", "User changed")
USER_REMOVED: Final = ActKind("user.removed", "User removed")
USER_PASSWORD: Final = ActKind("user.password_set", "Password set")
USERS_EXPORTED: Final = ActKind("users.exported", "List of users exported")
ROLE_CREATED: Final = ActKind("role.created", "Role made")
ROLE_CHANGED: Final = ActKind("role.changed", "Role changed")
ROLE_REMOVED: Final = ActKind("role.removed", "Role removed")
TEAM_CREATED: Final = ActKind("team.created", "Team made")
TEAM_CHANGED: Final = ActKind("team.changed", "Team changed")
TEAM_REMOVED: Final = ActKind("team.removed", "Team removed")
ALL: Final = (
    USER_CREATED,
    USER_CHANGED,
    USER_REMOVED,
    USER_PASSWORD,
    USERS_EXPORTED,
    ROLE_CREATED,
    ROLE_CHANGED,
    ROLE_REMOVED,
    TEAM_CREATED,
    TEAM_CHANGED,
    TEAM_REMOVED,
)


def user_act(
    kind: ActKind, user: User, before: dict[str, Any] | None = None, after: dict[str, Any] | None = None
) -> Act:
    subject = Subject("user", user.id, user.name)
    return Act(kind=kind, subject=subject, before=before, after=after, hidden=frozenset({"email"}))


def role_document(role: OwnRole) -> dict[str, Any]:
    return {
        "id": role.id,
        "name": role.name,
        "description": role.description,
        "permissions": sorted(role.permissions),
    }


def team_document(team: Team, members: list[str]) -> dict[str, Any]:
    return {
        "id": team.id,
        "name": team.name,
        "parent_id": team.parent_id,
        "leader_id": team.leader_id,
        "members": sorted(members),
    }


def user_document(user: User, roles: list[UserRole], teams: list[str]) -> dict[str, Any]:
    return {
        "email": user.email,
        "name": user.name,
        "disabled": user.disabled_at is not None,
        "roles": [
            {
                "role": row.role,
                "where": None
                if row.teams is None and row.queues is None
                else {"teams": sorted(row.teams or []), "queues": sorted(row.queues or [])},
            }
            for row in sorted(roles, key=lambda row: row.role)
        ],
        "teams": sorted(teams),
    }
