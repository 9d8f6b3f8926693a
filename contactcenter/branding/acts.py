"""What the audit trail holds of the house's looks."""

from typing import Final

from contactcenter.audit.acts import ActKind

BRANDING_CHANGED: Final = ActKind("branding.changed", "Name or colours of the house changed")
LOGO_CHANGED: Final = ActKind("branding.logo", "Logo of the house changed")
ALL: Final = (BRANDING_CHANGED, LOGO_CHANGED)
