"""How privacy plugs in."""

from collections.abc import Callable, Collection

from contactcenter.audit.accesses import Accesses
from contactcenter.plugin import PersonalData, Plugin
from contactcenter.privacy import acts, configuration, permissions, routes
from contactcenter.privacy.service import Privacy


def load(
    privacy: Privacy,
    accesses: Accesses,
    *personal: PersonalData,
    known_queues: Callable[[], Collection[str]] = frozenset,
) -> Plugin:
    """`personal`: kinds of data whose slices do not give them themselves."""
    return Plugin(
        name="privacy",
        permissions=permissions.ALL,
        routes=tuple(routes.routes(privacy, accesses)),
        acts=acts.ALL,
        personal=personal,
        configuration=configuration.sections(privacy.retention, known_queues),
    )
