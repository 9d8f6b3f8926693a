"""Permission on the house's looks."""

from typing import Final

from contactcenter.permissions import Permission

BRANDING_MANAGE: Final = Permission("branding.manage", "Change the house's name, logo and colours")
ALL: Final = (BRANDING_MANAGE,)
