"""Permissions on what people ask about their data, and on how long it is kept."""

from typing import Final

from contactcenter.permissions import Permission

PRIVACY_VIEW: Final = Permission("privacy.view", "See requests about personal data, holds and retention")
PRIVACY_EXPORT: Final = Permission("privacy.export", "Take out everything about one person", dangerous=True)
PRIVACY_ERASE: Final = Permission("privacy.erase", "Forget a person, for good", dangerous=True)
PRIVACY_HOLD: Final = Permission("privacy.hold", "Put data on legal hold, and release it", dangerous=True)
PRIVACY_RETAIN: Final = Permission("privacy.retain", "Say how long data is kept", dangerous=True)
ALL: Final = (PRIVACY_VIEW, PRIVACY_EXPORT, PRIVACY_ERASE, PRIVACY_HOLD, PRIVACY_RETAIN)
