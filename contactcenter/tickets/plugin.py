"""How tickets plug in."""

from contactcenter.plugin import Plugin
from contactcenter.tickets import acts, permissions, routes, setup_routes
from contactcenter.tickets.service import Tickets


def load(tickets: Tickets) -> Plugin:
    return Plugin(
        name="tickets",
        permissions=permissions.ALL,
        routes=(*routes.routes(tickets), *setup_routes.routes(tickets.set_up)),
        acts=acts.ALL,
    )
