"""How the house's looks plug in."""

from contactcenter.branding import acts, configuration, permissions, routes
from contactcenter.branding.service import Branding
from contactcenter.plugin import Plugin


def load(branding: Branding) -> Plugin:
    return Plugin(
        name="branding",
        permissions=permissions.ALL,
        routes=routes.routes(branding),
        acts=acts.ALL,
        configuration=configuration.sections(branding),
    )
