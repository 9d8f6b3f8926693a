"""What the audit trail holds of the first start."""

from typing import Final

from contactcenter.audit.acts import ActKind

ADMINISTRATOR_MADE: Final = ActKind(
    "first_run.administrator", "First administrator made by the link of the first start"
)
GUIDE_MOVED: Final = ActKind("first_run.guide", "Guided set-up gone on with")
ALL: Final = (ADMINISTRATOR_MADE, GUIDE_MOVED)
