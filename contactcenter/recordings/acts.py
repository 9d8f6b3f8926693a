"""What the audit trail holds of recordings."""

from typing import Final

from contactcenter.audit.acts import ActKind

RECORDING_HEARD: Final = ActKind("recording.heard", "Recording listened to")
RECORDING_PAUSED: Final = ActKind("recording.paused", "Recording of a call paused or resumed")
ALL: Final = (RECORDING_HEARD, RECORDING_PAUSED)
