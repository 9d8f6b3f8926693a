"""How people, their rights and their ways in plug in."""

from contactcenter.identity import (
    account_routes,
    acts,
    configuration,
    mails,
    passkey_routes,
    people_routes,
    permissions,
    routes,
)
from contactcenter.identity.doors import Doors
from contactcenter.identity.session_acts import SESSION_ACTS
from contactcenter.identity.set_up import SetUp
from contactcenter.plugin import Plugin


def load(doors: Doors, set_up: SetUp, *, public_url: str) -> Plugin:
    return Plugin(
        name="identity",
        permissions=permissions.ALL,
        routes=(
            *routes.routes(doors),
            *account_routes.routes(doors),
            *passkey_routes.routes(doors, public_url=public_url),
            *people_routes.routes(set_up),
        ),
        acts=(*acts.ALL, *SESSION_ACTS),
        templates=mails.ALL,
        configuration=configuration.sections(set_up),
    )
