"""Permissions on interactions."""

from typing import Final

from contactcenter.permissions import Permission, Role

INTERACTIONS_VIEW: Final = Permission(
    "interactions.view", "See every interaction", {Role.SUPERVISOR, Role.QUALITY}, scoped=True
)
INTERACTIONS_VIEW_OWN: Final = Permission(
    "interactions.view_own", "See the interactions one has handled", {Role.AGENT, Role.SUPERVISOR}, own=True
)
ALL: Final = (INTERACTIONS_VIEW, INTERACTIONS_VIEW_OWN)
