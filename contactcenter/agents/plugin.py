"""How agents, skills, routing profiles and telephones plug in."""

from contactcenter.agents import (
    acts,
    configuration,
    permissions,
    routes,
    set_up_routes,
    telephone_configuration,
    telephone_routes,
)
from contactcenter.agents.service import Agents
from contactcenter.agents.telephone_set_up import TelephoneSetUp
from contactcenter.plugin import Plugin
from contactcenter.queues.set_up import SetUp


def load(agents: Agents, set_up: SetUp, telephones: TelephoneSetUp) -> Plugin:
    return Plugin(
        name="agents",
        permissions=permissions.ALL,
        routes=(
            *routes.routes(agents, set_up.reach),
            *set_up_routes.routes(set_up),
            *telephone_routes.routes(telephones),
        ),
        acts=acts.ALL,
        configuration=(
            *configuration.sections(set_up),
            telephone_configuration.section(telephones, set_up.database),
        ),
    )
