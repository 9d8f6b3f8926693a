"""How recordings plug in."""

from contactcenter.interactions.queries import InteractionQueries
from contactcenter.plugin import Plugin
from contactcenter.recordings import permissions, routes


def load(queries: InteractionQueries) -> Plugin:
    return Plugin(name="recordings", permissions=permissions.ALL, routes=tuple(routes.routes(queries)))
