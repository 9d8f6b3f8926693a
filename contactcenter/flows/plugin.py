"""How call flows plug in."""

from contactcenter.flows import acts, permissions, privacy, routes
from contactcenter.flows.routes import FirstOf
from contactcenter.flows.set_up import FlowSetUp
from contactcenter.plugin import Plugin
from contactcenter.storage.database import Database


def load(flows: FlowSetUp, database: Database, first_queue: FirstOf, first_calendar: FirstOf) -> Plugin:
    return Plugin(
        name="flows",
        permissions=permissions.ALL,
        routes=routes.routes(flows, first_queue, first_calendar),
        acts=acts.ALL,
        personal=(privacy.personal(database),),
    )
