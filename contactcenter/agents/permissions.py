"""Permissions on telephones."""

from typing import Final

from contactcenter.permissions import Permission

TELEPHONES_VIEW: Final = Permission("telephones.view", "See telephones, whose they are and where they are registered")
TELEPHONES_MANAGE: Final = Permission(
    "telephones.manage", "Add, change and remove telephones, and give them passwords", dangerous=True
)
ALL: Final = (TELEPHONES_VIEW, TELEPHONES_MANAGE)
