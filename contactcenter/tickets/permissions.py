"""Permissions on tickets. One belongs to its queue and its team; whose it is and who watches it sees it anyway."""

from typing import Final

from contactcenter.permissions import Permission, Role

WORKERS: Final = frozenset({Role.AGENT, Role.SUPERVISOR})

TICKETS_VIEW: Final = Permission("tickets.view", "See tickets", {*WORKERS, Role.QUALITY}, scoped=True)
TICKETS_WORK: Final = Permission("tickets.work", "Write, change and assign tickets", WORKERS, scoped=True)
TICKETS_MERGE: Final = Permission("tickets.merge", "Merge, split and link tickets", WORKERS, scoped=True)
TICKETS_SHARE: Final = Permission(
    "tickets.share", "Make lists, macros, answers for everybody", {Role.SUPERVISOR}, own=True
)
TICKETS_REMOVE: Final = Permission("tickets.remove", "Remove tickets", {Role.SUPERVISOR}, scoped=True, dangerous=True)
TICKETS_EXPORT: Final = Permission(
    "tickets.export", "Take tickets out as a file", {Role.SUPERVISOR}, scoped=True, dangerous=True
)
TICKETS_FIGURES: Final = Permission("tickets.figures", "See figures of tickets", {Role.SUPERVISOR}, scoped=True)
TICKETS_IMPORT: Final = Permission("tickets.import", "Bring in tickets from a file")
TICKETS_SET_UP: Final = Permission(
    "tickets.set_up", "Set up types, states, categories, fields, service levels and automation of tickets"
)
TICKETS_OWN: Final = Permission("tickets.own", "As a customer: see and answer own tickets", {Role.CUSTOMER}, own=True)
ALL: Final = (
    TICKETS_OWN,
    TICKETS_VIEW,
    TICKETS_WORK,
    TICKETS_MERGE,
    TICKETS_SHARE,
    TICKETS_REMOVE,
    TICKETS_EXPORT,
    TICKETS_FIGURES,
    TICKETS_IMPORT,
    TICKETS_SET_UP,
)
