"""What the audit trail records about privacy: never who a customer is."""

from typing import Final

from contactcenter.audit.acts import ActKind

EXPORT_ASKED: Final = ActKind("privacy.export_asked", "Export of a person's data asked for")
EXPORT_MADE: Final = ActKind("privacy.export_made", "Export of a person's data made")
EXPORT_TAKEN: Final = ActKind("privacy.export_taken", "Export of a person's data downloaded")
ERASURE_ASKED: Final = ActKind("privacy.erasure_asked", "Erasure of a person asked for")
ERASURE_DONE: Final = ActKind("privacy.erasure_done", "Person forgotten")
ERASURE_REPEATED: Final = ActKind("privacy.erasure_repeated", "Person forgotten again, after a backup was restored")
HOLD_SET: Final = ActKind("privacy.hold_set", "Legal hold set")
HOLD_RELEASED: Final = ActKind("privacy.hold_released", "Legal hold released")
RETENTION_SET: Final = ActKind("privacy.retention_set", "Rules of retention changed")
RETENTION_RUN: Final = ActKind("privacy.retention_run", "Old data removed by the rules of retention")
ALL: Final = (
    EXPORT_ASKED,
    EXPORT_MADE,
    EXPORT_TAKEN,
    ERASURE_ASKED,
    ERASURE_DONE,
    ERASURE_REPEATED,
    HOLD_SET,
    HOLD_RELEASED,
    RETENTION_SET,
    RETENTION_RUN,
)
