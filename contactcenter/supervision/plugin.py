"""How the wallboard and the system's notices plug in."""

from collections.abc import Callable

from contactcenter.plugin import Plugin
from contactcenter.supervision import acts, permissions, routes
from contactcenter.supervision.notices import Notices


def load(version: str, sip_address: Callable[[], str], ice_servers: list[str], notices: Notices) -> Plugin:
    return Plugin(
        name="supervision",
        permissions=permissions.ALL,
        routes=tuple(routes.routes(version, sip_address, ice_servers, notices)),
        acts=acts.ALL,
    )
