"""What the audit trail holds of queues, calendars and what counts for all of them."""

from typing import Final

from contactcenter.audit.acts import ActKind

QUEUE_MADE: Final = ActKind("queue.made", "Queue made")
QUEUE_CHANGED: Final = ActKind("queue.changed", "Queue changed")
QUEUE_REMOVED: Final = ActKind("queue.removed", "Queue removed")
CALENDAR_MADE: Final = ActKind("calendar.made", "Calendar made")
CALENDAR_CHANGED: Final = ActKind("calendar.changed", "Calendar changed")
CALENDAR_REMOVED: Final = ActKind("calendar.removed", "Calendar removed")
CALENDAR_SWITCHED: Final = ActKind("calendar.switched", "Emergency switch of a calendar used")
PAUSE_REASONS_CHANGED: Final = ActKind("pause_reasons.changed", "Reasons to pause changed")
DISPOSITIONS_CHANGED: Final = ActKind("dispositions.changed", "Results of contacts changed")
ORDER_CHANGED: Final = ActKind("routing_order.changed", "Order across queues changed")
ALL: Final = (
    QUEUE_MADE,
    QUEUE_CHANGED,
    QUEUE_REMOVED,
    CALENDAR_MADE,
    CALENDAR_CHANGED,
    CALENDAR_REMOVED,
    CALENDAR_SWITCHED,
    PAUSE_REASONS_CHANGED,
    DISPOSITIONS_CHANGED,
    ORDER_CHANGED,
)
