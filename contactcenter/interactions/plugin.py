"""How the list of interactions and their explanations plug in."""

from contactcenter.interactions import explanation, permissions, routes
from contactcenter.interactions.names import Names
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.plugin import Plugin


def load(queries: InteractionQueries, names: Names, explainer: explanation.Explainer) -> Plugin:
    return Plugin(
        name="interactions",
        permissions=permissions.ALL,
        routes=(*routes.routes(queries, names), *explanation.routes(queries, names, explainer)),
    )
