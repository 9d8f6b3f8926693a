"""How agents, skills and routing profiles plug in."""

from contactcenter.agents import acts, configuration, routes, set_up_routes
from contactcenter.agents.service import Agents
from contactcenter.plugin import Plugin
from contactcenter.queues.set_up import SetUp


def load(agents: Agents, set_up: SetUp) -> Plugin:
    return Plugin(
        name="agents",
        routes=(*routes.routes(agents, set_up.reach), *set_up_routes.routes(set_up)),
        acts=acts.ALL,
        configuration=configuration.sections(set_up),
    )
