"""How keys plug in."""

from contactcenter.encryption import acts, permissions, routes
from contactcenter.encryption.service import Keys
from contactcenter.plugin import Plugin


def load(keys: Keys) -> Plugin:
    return Plugin(name="encryption", permissions=permissions.ALL, routes=tuple(routes.routes(keys)), acts=acts.ALL)
