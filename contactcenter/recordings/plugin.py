"""How recordings plug in."""

from contactcenter.audit.accesses import Accesses
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.plugin import Plugin
from contactcenter.recordings import acts, permissions, routes
from contactcenter.recordings.files import RecordingFiles


def load(queries: InteractionQueries, files: RecordingFiles, accesses: Accesses) -> Plugin:
    return Plugin(
        name="recordings",
        permissions=permissions.ALL,
        routes=tuple(routes.routes(queries, files, accesses)),
        acts=acts.ALL,
    )
