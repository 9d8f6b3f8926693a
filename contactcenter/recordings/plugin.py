"""How recordings plug in."""

from contactcenter.audit.accesses import Accesses
from contactcenter.interactions.queries import InteractionQueries
from contactcenter.plugin import Plugin
from contactcenter.recordings import acts, permissions, routes
from contactcenter.recordings.files import RecordingFiles
from contactcenter.recordings.privacy import RecordingPrivacy


def load(queries: InteractionQueries, files: RecordingFiles, accesses: Accesses) -> Plugin:
    privacy = RecordingPrivacy(queries.database, files)
    return Plugin(
        name="recordings",
        permissions=permissions.ALL,
        routes=tuple(routes.routes(queries, files, accesses)),
        acts=acts.ALL,
        personal=(privacy.personal,),
        retention=(privacy.retention,),
    )
