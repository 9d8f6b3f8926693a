"""Permissions on customers. A customer belongs to no queue or team, so a role held anywhere opens them."""

from typing import Final

from contactcenter.permissions import Permission, Role

CUSTOMERS_VIEW: Final = Permission(
    "customers.view", "See customers", {Role.AGENT, Role.SUPERVISOR, Role.QUALITY}, own=True
)
CUSTOMERS_MANAGE: Final = Permission(
    "customers.manage", "Add and change customers", {Role.AGENT, Role.SUPERVISOR}, own=True
)
CUSTOMERS_REVEAL: Final = Permission(
    "customers.reveal", "Read a customer's sensitive fields", {Role.AGENT, Role.SUPERVISOR}, own=True
)
CUSTOMERS_MERGE: Final = Permission("customers.merge", "Merge customers and undo it", {Role.SUPERVISOR}, own=True)
CUSTOMERS_IMPORT: Final = Permission("customers.import", "Bring in customers from a file", {Role.SUPERVISOR})
CUSTOMERS_EXPORT: Final = Permission(
    "customers.export", "Take customers out as a file", {Role.SUPERVISOR}, dangerous=True
)
CUSTOMERS_REMOVE: Final = Permission("customers.remove", "Remove customers", {Role.SUPERVISOR}, dangerous=True)
CUSTOMERS_SET_UP: Final = Permission("customers.set_up", "Set up the custom fields of customers")
ALL: Final = (
    CUSTOMERS_VIEW,
    CUSTOMERS_MANAGE,
    CUSTOMERS_REVEAL,
    CUSTOMERS_MERGE,
    CUSTOMERS_IMPORT,
    CUSTOMERS_EXPORT,
    CUSTOMERS_REMOVE,
    CUSTOMERS_SET_UP,
)
