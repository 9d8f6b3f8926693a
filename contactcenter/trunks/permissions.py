"""Permissions on trunks and called numbers."""

from typing import Final

from contactcenter.permissions import Permission

TRUNKS_VIEW: Final = Permission("trunks.view", "See trunks, their state, and which number reaches which flow")
TRUNKS_MANAGE: Final = Permission(
    "trunks.manage",
    "Change trunks and numbers: by which way calls come in, whom the house may call and at whose cost",
    dangerous=True,
)
ALL: Final = (TRUNKS_VIEW, TRUNKS_MANAGE)
