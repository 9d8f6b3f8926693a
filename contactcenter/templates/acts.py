"""What the audit trail holds of the texts of mails."""

from typing import Final

from contactcenter.audit.acts import ActKind

TEMPLATE_CHANGED: Final = ActKind("template.changed", "Text of a mail changed")
TEMPLATE_RESET: Final = ActKind("template.reset", "Text of a mail put back to what it came with")
ALL: Final = (TEMPLATE_CHANGED, TEMPLATE_RESET)
