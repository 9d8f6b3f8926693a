"""How the set-up as files plugs in."""

from collections.abc import Callable, Iterable

from contactcenter.configuration import acts, permissions, routes
from contactcenter.configuration.plan import ordered
from contactcenter.plugin import Plugin
from contactcenter.storage.database import Database


def load(database: Database, plugins: Callable[[], Iterable[Plugin]]) -> Plugin:
    """`plugins`: all there are, asked when they are needed."""
    found = routes.routes(database, lambda: ordered(part for plugin in plugins() for part in plugin.configuration))
    return Plugin(name="configuration", permissions=permissions.ALL, routes=tuple(found), acts=acts.ALL)
