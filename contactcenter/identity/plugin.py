"""How people and their rights plug in."""

from contactcenter.identity import acts, people_routes, permissions, routes
from contactcenter.identity.service import Identity
from contactcenter.identity.session_acts import SESSION_ACTS
from contactcenter.identity.set_up import SetUp
from contactcenter.plugin import Plugin


def load(identity: Identity, set_up: SetUp, *, public_url: str) -> Plugin:
    return Plugin(
        name="identity",
        permissions=permissions.ALL,
        routes=(*routes.routes(identity, public_url=public_url), *people_routes.routes(set_up)),
        acts=(*acts.ALL, *SESSION_ACTS),
    )
