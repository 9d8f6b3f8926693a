"""What the audit trail holds of flows changed here. Files changed on the disk are told by the supervision's watch."""

from typing import Final

from contactcenter.audit.acts import ActKind

FLOW_MADE: Final = ActKind("flow.made", "Flow made")
FLOW_SAVED: Final = ActKind("flow.saved", "Flow changed on its page")
FLOW_RESTORED: Final = ActKind("flow.restored", "Earlier version of a flow restored")
FLOW_RENAMED: Final = ActKind("flow.renamed", "File of a flow renamed")
FLOW_REMOVED: Final = ActKind("flow.removed", "Flow removed")
ALL: Final = (FLOW_MADE, FLOW_SAVED, FLOW_RESTORED, FLOW_RENAMED, FLOW_REMOVED)
