"""How the texts of mails plug in."""

from contactcenter.plugin import Plugin
from contactcenter.templates import acts, configuration, permissions, routes
from contactcenter.templates.service import Templates


def load(templates: Templates) -> Plugin:
    return Plugin(
        name="templates",
        permissions=permissions.ALL,
        routes=routes.routes(templates),
        acts=acts.ALL,
        configuration=configuration.sections(templates),
    )
