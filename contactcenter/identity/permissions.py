"""Permissions on people, and on what every member of staff sees."""

from typing import Final

from contactcenter.permissions import STAFF, Permission

DIRECTORY_VIEW: Final = Permission(
    "directory.view", "See the names of colleagues, queues, results and reasons to pause", STAFF, own=True
)
USERS_MANAGE: Final = Permission("users.manage", "Add, change and disable users and say what they may", dangerous=True)
ALL: Final = (DIRECTORY_VIEW, USERS_MANAGE)
