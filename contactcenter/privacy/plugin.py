"""How privacy plugs in."""

from contactcenter.audit.accesses import Accesses
from contactcenter.plugin import PersonalData, Plugin
from contactcenter.privacy import acts, permissions, routes
from contactcenter.privacy.service import Privacy


def load(privacy: Privacy, accesses: Accesses, *personal: PersonalData) -> Plugin:
    """`personal`: kinds of data whose slices do not give them themselves."""
    return Plugin(
        name="privacy",
        permissions=permissions.ALL,
        routes=tuple(routes.routes(privacy, accesses)),
        acts=acts.ALL,
        personal=personal,
    )
