"""What the audit trail holds of interactions."""

from typing import Final

from contactcenter.audit.acts import ActKind

EXPLANATION_READ: Final = ActKind("explanation.read", "Explanation of an interaction read")
ALL: Final = (EXPLANATION_READ,)
