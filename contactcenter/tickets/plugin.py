"""How tickets plug in."""

from contactcenter.plugin import Plugin
from contactcenter.tickets import acts, configuration, list_routes, page_routes, permissions, routes, setup_routes
from contactcenter.tickets.automation import configuration as rules
from contactcenter.tickets.automation import routes as automation_routes
from contactcenter.tickets.helpdesk import Helpdesk


def load(helpdesk: Helpdesk) -> Plugin:
    return Plugin(
        name="tickets",
        permissions=permissions.ALL,
        routes=(
            *list_routes.routes(helpdesk.tickets, helpdesk.views, helpdesk.bulk),
            *page_routes.routes(helpdesk.tickets),
            *routes.routes(helpdesk.tickets, helpdesk.involving, helpdesk.linking),
            *setup_routes.routes(helpdesk.set_up),
            *automation_routes.routes(helpdesk.automation),
        ),
        acts=acts.ALL,
        personal=(helpdesk.privacy.personal, helpdesk.privacy.authors),
        retention=(helpdesk.privacy.retention,),
        configuration=(
            *configuration.sections(helpdesk.set_up),
            rules.section(helpdesk.automation.book, helpdesk.set_up, helpdesk.tickets.database),
        ),
    )
