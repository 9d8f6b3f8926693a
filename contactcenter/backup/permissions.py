"""What may be done with backups on a screen; restoring one is the operator's, with the server stopped."""

from typing import Final

from contactcenter.permissions import Permission

BACKUPS_VIEW: Final = Permission("backups.view", "See which backups are kept, and whether they are whole")
BACKUPS_MAKE: Final = Permission("backups.make", "Make backups, and check those that are kept")
ALL: Final = (BACKUPS_VIEW, BACKUPS_MAKE)
