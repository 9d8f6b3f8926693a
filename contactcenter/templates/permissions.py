"""Permission on the texts of mails."""

from typing import Final

from contactcenter.permissions import Permission

TEMPLATES_MANAGE: Final = Permission("templates.manage", "See and change the mails that are sent by themselves")
ALL: Final = (TEMPLATES_MANAGE,)
