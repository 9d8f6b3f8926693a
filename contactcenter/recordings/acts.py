"""What the audit trail holds of recordings."""

from typing import Final

from contactcenter.audit.acts import ActKind

RECORDING_HEARD: Final = ActKind("recording.heard", "Recording listened to")
ALL: Final = (RECORDING_HEARD,)
