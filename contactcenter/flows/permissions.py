"""Permissions on call flows."""

from typing import Final

from contactcenter.permissions import Permission, Role

FLOWS_VIEW: Final = Permission(
    "flows.view", "See call flows and try them out", {Role.SUPERVISOR, Role.PLANNER}, own=True
)
FLOWS_MANAGE: Final = Permission("flows.manage", "Change call flows: what callers hear and where they go")
ALL: Final = (FLOWS_VIEW, FLOWS_MANAGE)
