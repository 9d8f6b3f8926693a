"""What the audit trail holds of what supervisors do to contacts in line."""

from pathlib import Path
from typing import Final

from contactcenter.audit.acts import Act, ActKind, Subject
from contactcenter.flows.store import FlowsChanged

CONTACT_PRIORITIZED: Final = ActKind("contact.prioritized", "Waiting contact given another priority")
CONTACT_MOVED: Final = ActKind("contact.moved", "Waiting contact moved to another queue")
OWED_CANCELLED: Final = ActKind("owed.cancelled", "Waiting callback or voicemail cancelled")
OWED_RESCHEDULED: Final = ActKind("owed.rescheduled", "Waiting callback or voicemail put off or called up")
FLOW_TAKEN_OVER: Final = ActKind("flow.taken_over", "Changed flow file taken over")
FLOWS_FAULTY: Final = ActKind("flows.faulty", "Faults found in changed flow files")
ALL: Final = (CONTACT_PRIORITIZED, CONTACT_MOVED, OWED_CANCELLED, OWED_RESCHEDULED, FLOW_TAKEN_OVER, FLOWS_FAULTY)


def flow_acts(change: FlowsChanged) -> list[Act]:
    """Of flow files that were changed while the server runs. Who changed them, the file system knows."""
    acts = [
        Act(kind=FLOW_TAKEN_OVER, subject=Subject("flow", name, name), after={"sha256": digest})
        for name, digest in zip(change.reloaded, change.digests, strict=True)
    ]
    if change.problems:
        told = [f"{Path(each.file).name}:{each.line}: {each.severity}: {each.message}" for each in change.problems]
        acts.append(Act(kind=FLOWS_FAULTY, subject=Subject("flows", "flows"), after={"problems": told}))
    return acts
