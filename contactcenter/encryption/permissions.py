"""What may be done with keys."""

from typing import Final

from contactcenter.permissions import Permission

ENCRYPTION_VIEW: Final = Permission("encryption.view", "See which keys seal secrets and files, and how much each seals")
ENCRYPTION_ROTATE: Final = Permission(
    "encryption.rotate", "Replace the keys that seal secrets and files", dangerous=True
)
ALL: Final = (ENCRYPTION_VIEW, ENCRYPTION_ROTATE)
