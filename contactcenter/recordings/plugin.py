"""How recordings plug in."""

from contactcenter.interactions.queries import InteractionQueries
from contactcenter.plugin import Plugin
from contactcenter.recordings import permissions, routes
from contactcenter.recordings.files import RecordingFiles


def load(queries: InteractionQueries, files: RecordingFiles) -> Plugin:
    return Plugin(name="recordings", permissions=permissions.ALL, routes=tuple(routes.routes(queries, files)))
