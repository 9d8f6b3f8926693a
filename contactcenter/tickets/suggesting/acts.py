"""What the audit trail records of suggestions."""

from typing import Final

from contactcenter.audit.acts import ActKind

TRAINING: Final = ActKind("ticket_suggester.training", "Learning from tickets begun or stopped")
