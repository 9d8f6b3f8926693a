"""Permission on prompts."""

from typing import Final

from contactcenter.permissions import Permission

PROMPTS_MANAGE: Final = Permission("prompts.manage", "Record, replace and remove what flows play to callers")
ALL: Final = (PROMPTS_MANAGE,)
