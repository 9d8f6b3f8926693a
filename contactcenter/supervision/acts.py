"""What the audit trail holds of what supervisors do to contacts in line."""

from typing import Final

from contactcenter.audit.acts import ActKind

CONTACT_PRIORITIZED: Final = ActKind("contact.prioritized", "Waiting contact given another priority")
CONTACT_MOVED: Final = ActKind("contact.moved", "Waiting contact moved to another queue")
ALL: Final = (CONTACT_PRIORITIZED, CONTACT_MOVED)
