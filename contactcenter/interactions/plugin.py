"""How the list of interactions and their explanations plug in."""

from contactcenter.audit.accesses import Accesses
from contactcenter.interactions import acts, explanation, permissions, routes, timeline
from contactcenter.interactions.names import Names
from contactcenter.interactions.privacy import InteractionPrivacy
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.plugin import Plugin


def load(queries: InteractionQueries, names: Names, explainer: explanation.Explainer, accesses: Accesses) -> Plugin:
    privacy = InteractionPrivacy(queries.database)
    return Plugin(
        name="interactions",
        permissions=permissions.ALL,
        routes=(
            *routes.routes(queries, names),
            *timeline.routes(queries, names),
            *explanation.routes(queries, names, explainer, accesses),
        ),
        acts=acts.ALL,
        personal=(privacy.personal,),
        retention=(privacy.retention,),
    )
