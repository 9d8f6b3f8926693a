"""How the audit trail plugs in."""

from collections.abc import Callable, Iterable

from contactcenter.audit.acts import OWN_ACTS, ActKind
from contactcenter.audit.trail import Trail
from contactcenter.inspection import permissions, routes
from contactcenter.plugin import Plugin


def load(trail: Trail, kinds: Callable[[], Iterable[ActKind]]) -> Plugin:
    """`kinds`: every act that any slice may record, asked for once all are there."""
    return Plugin(name="audit", permissions=permissions.ALL, routes=tuple(routes.routes(trail, kinds)), acts=OWN_ACTS)
