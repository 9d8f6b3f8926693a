"""How the customers' portal plugs in."""

from contactcenter.plugin import Plugin
from contactcenter.portal import acts, configuration, mails, permissions, routes, staff_routes
from contactcenter.portal.service import Portal


def load(portal: Portal) -> Plugin:
    return Plugin(
        name="portal",
        permissions=permissions.ALL,
        routes=(*routes.routes(portal), *staff_routes.routes(portal)),
        acts=acts.ALL,
        personal=(portal.personal,),
        configuration=configuration.sections(portal.set_up),
        templates=mails.ALL,
    )
