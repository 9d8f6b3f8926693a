"""How call flows plug in."""

from contactcenter.flows import acts, permissions, routes
from contactcenter.flows.routes import FirstOf
from contactcenter.flows.set_up import FlowSetUp
from contactcenter.plugin import Plugin


def load(flows: FlowSetUp, first_queue: FirstOf, first_calendar: FirstOf) -> Plugin:
    return Plugin(
        name="flows",
        permissions=permissions.ALL,
        routes=routes.routes(flows, first_queue, first_calendar),
        acts=acts.ALL,
    )
