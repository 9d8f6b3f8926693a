"""How simulations plug in."""

from collections.abc import Awaitable, Callable

from contactcenter.plugin import Plugin
from contactcenter.storage.database import Database
from contactcenter.whatif import acts, permissions, routes
from contactcenter.whatif.service import Simulations


def load(simulations: Simulations, database: Database, catch_up: Callable[[], Awaitable[object]]) -> Plugin:
    return Plugin(
        name="whatif",
        permissions=permissions.ALL,
        routes=tuple(routes.routes(simulations, database, catch_up)),
        acts=acts.ALL,
    )
