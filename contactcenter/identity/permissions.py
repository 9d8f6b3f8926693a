"""Permissions on people, and on what every member of staff sees."""

from typing import Final

from contactcenter.permissions import STAFF, Permission

DIRECTORY_VIEW: Final = Permission(
    "directory.view", "See the names of colleagues, teams, queues, results and reasons to pause", STAFF, own=True
)
USERS_MANAGE: Final = Permission(
    "users.manage", "Add, change, disable and remove users, put them into teams and give them roles", dangerous=True
)
ROLES_MANAGE: Final = Permission("roles.manage", "Make and change roles", dangerous=True)
TEAMS_MANAGE: Final = Permission("teams.manage", "Make and change teams", dangerous=True)
ALL: Final = (DIRECTORY_VIEW, USERS_MANAGE, ROLES_MANAGE, TEAMS_MANAGE)
