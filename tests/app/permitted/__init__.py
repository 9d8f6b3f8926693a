"""Who may do what, as one table, a file an area: every route of the running server stands in it once."""

from tests.app.permitted import customers, house, identity, portal, set_up, telephony, tickets

_AREAS = (
    customers.ROUTES,
    house.ROUTES,
    identity.ROUTES,
    portal.ROUTES,
    set_up.ROUTES,
    telephony.ROUTES,
    tickets.ROUTES,
)
ROUTES = {route: roles for area in _AREAS for route, roles in area.items()}
assert len(ROUTES) == sum(map(len, _AREAS)), "a route stands in two areas"
