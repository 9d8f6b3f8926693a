"""Permission on the guided set-up."""

from typing import Final

from contactcenter.permissions import Permission

GUIDE_USE: Final = Permission("first_run.guide", "Be led through the first set-up")
ALL: Final = (GUIDE_USE,)
