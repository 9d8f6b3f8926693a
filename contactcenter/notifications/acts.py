"""What the audit trail records about notices."""

from typing import Final

from contactcenter.audit.acts import ActKind

PREFERENCES_CHANGED: Final = ActKind("notices.preferences_changed", "Own preferences of notices changed")
PUSH_CHANGED: Final = ActKind("notices.push_changed", "Browser for own notices added or removed")
ALL: Final = (PREFERENCES_CHANGED, PUSH_CHANGED)
