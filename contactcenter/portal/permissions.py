"""Permissions on the portal: the customers' one, and those of staff on it."""

from typing import Final

from contactcenter.permissions import Permission, Role

PORTAL_USE: Final = Permission(
    "portal.use", "Use the portal as a customer: own profile, consents, data and history", {Role.CUSTOMER}, own=True
)
PORTAL_ACCOUNTS: Final = Permission(
    "portal.accounts",
    "Invite customers to the portal, confirm their numbers, lock them out and sign them out",
    {Role.SUPERVISOR},
    own=True,
)
PORTAL_SET_UP: Final = Permission("portal.set_up", "Set up the customers' portal", dangerous=True)
ALL: Final = (PORTAL_USE, PORTAL_ACCOUNTS, PORTAL_SET_UP)
