"""Permissions on the audit trail."""

from typing import Final

from contactcenter.permissions import Permission

AUDIT_VIEW: Final = Permission("audit.view", "See who did what, and what things were like before")
AUDIT_EXPORT: Final = Permission("audit.export", "Take the audit trail out as a file", dangerous=True)
ALL: Final = (AUDIT_VIEW, AUDIT_EXPORT)
