"""What the audit trail holds of trunks and called numbers."""

from typing import Final

from contactcenter.audit.acts import ActKind

TRUNK_MADE: Final = ActKind("trunk.made", "Trunk made")
TRUNK_CHANGED: Final = ActKind("trunk.changed", "Trunk changed")
TRUNK_REMOVED: Final = ActKind("trunk.removed", "Trunk removed")
NUMBER_MADE: Final = ActKind("number.made", "Number sent to a flow")
NUMBER_CHANGED: Final = ActKind("number.changed", "Number sent elsewhere")
NUMBER_REMOVED: Final = ActKind("number.removed", "Number taken away")
ALL: Final = (TRUNK_MADE, TRUNK_CHANGED, TRUNK_REMOVED, NUMBER_MADE, NUMBER_CHANGED, NUMBER_REMOVED)
