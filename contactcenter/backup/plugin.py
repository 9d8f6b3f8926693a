"""How backups plug in."""

from contactcenter.backup import acts, permissions, routes
from contactcenter.backup.backups import Backups
from contactcenter.plugin import Plugin


def load(backups: Backups) -> Plugin:
    return Plugin(name="backup", permissions=permissions.ALL, routes=tuple(routes.routes(backups)), acts=acts.ALL)
