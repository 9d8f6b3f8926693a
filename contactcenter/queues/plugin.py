"""How queues, calendars and pause reasons plug in."""

from contactcenter.plugin import Plugin
from contactcenter.queues import acts, configuration, permissions, routes, set_up_routes
from contactcenter.queues.service import Queues
from contactcenter.queues.set_up import SetUp


def load(queues: Queues, set_up: SetUp) -> Plugin:
    return Plugin(
        name="queues",
        permissions=permissions.ALL,
        routes=(*routes.routes(queues, set_up.reach), *set_up_routes.routes(set_up)),
        acts=acts.ALL,
        configuration=configuration.sections(set_up),
    )
