"""How people and their rights plug in."""

from contactcenter.identity import permissions, routes
from contactcenter.identity.service import Identity
from contactcenter.plugin import Plugin


def load(identity: Identity, *, public_url: str) -> Plugin:
    return Plugin(
        name="identity", permissions=permissions.ALL, routes=tuple(routes.routes(identity, public_url=public_url))
    )
