"""Permissions on the wallboard and on the system's state."""

from typing import Final

from contactcenter.permissions import Permission, Role

WALLBOARD_VIEW: Final = Permission(
    "wallboard.view",
    "See queues, agents and waiting contacts as they are now (a team's role: its people and their queues)",
    {Role.SUPERVISOR},
    scoped=True,
)
SYSTEM_VIEW: Final = Permission("system.view", "See notices about the system's state", {Role.SUPERVISOR})
ALL: Final = (WALLBOARD_VIEW, SYSTEM_VIEW)
