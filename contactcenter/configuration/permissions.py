"""What may be done with the whole set-up at once."""

from contactcenter.permissions import Permission

CONFIGURATION_MANAGE = Permission(
    "configuration.manage", "Export the whole set-up as files, and apply such files", dangerous=True
)

ALL = (CONFIGURATION_MANAGE,)
