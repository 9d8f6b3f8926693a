"""Permissions on recordings."""

from typing import Final

from contactcenter.permissions import Permission, Role

RECORDINGS_LISTEN: Final = Permission(
    "recordings.listen",
    "Listen to recordings of the interactions one may see",
    {Role.AGENT, Role.SUPERVISOR, Role.QUALITY},
    scoped=True,
)
RECORDINGS_PAUSE: Final = Permission(
    "recordings.pause", "Pause the recording of one's own call", {Role.AGENT, Role.SUPERVISOR}, own=True
)
ALL: Final = (RECORDINGS_LISTEN, RECORDINGS_PAUSE)
