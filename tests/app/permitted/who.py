"""Those who may, by the names the table uses."""

from contactcenter.permissions import Role

SIGNED_IN = frozenset(Role)
CUSTOMERS = frozenset({"in the portal"})
"""Who has a session of the portal: no role of staff opens its routes, not even an administrator's."""
EVERYONE = SIGNED_IN | CUSTOMERS | {"nobody"}
STAFF = SIGNED_IN - {"customer"}
LEADS = frozenset({"supervisor", "administrator"})
PLANNERS = LEADS | {"planner"}
WORKERS = LEADS | {"agent"}
LISTENERS = WORKERS | {"quality"}
ADMINISTRATORS = frozenset({"administrator"})
