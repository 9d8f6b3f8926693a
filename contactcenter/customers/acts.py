"""What the audit trail records about customers: never who they are, so that they can be forgotten."""

from typing import Final

from contactcenter.audit.acts import Act, ActKind, Document, Subject

CUSTOMER_MADE: Final = ActKind("customer.made", "Customer added")
CUSTOMER_CHANGED: Final = ActKind("customer.changed", "Customer changed")
CUSTOMER_REMOVED: Final = ActKind("customer.removed", "Customer removed")
CUSTOMER_NOTED: Final = ActKind("customer.noted", "Note on a customer written or removed")
CUSTOMER_CONSENT: Final = ActKind("customer.consent", "Consent of a customer recorded")
CUSTOMER_REVEALED: Final = ActKind("customer.revealed", "Sensitive fields of a customer read")
CUSTOMERS_MERGED: Final = ActKind("customer.merged", "Customers merged")
CUSTOMERS_UNMERGED: Final = ActKind("customer.unmerged", "Merge of customers undone")
CUSTOMERS_EXPORTED: Final = ActKind("customers.exported", "Customers exported")
CUSTOMERS_IMPORTED: Final = ActKind("customers.imported", "Customers imported from a file")
FIELD_SET: Final = ActKind("customer_field.changed", "Custom field of customers set up")
SEGMENT_SET: Final = ActKind("customer_segment.changed", "Segment of customers changed")
ALL: Final = (
    CUSTOMER_MADE,
    CUSTOMER_CHANGED,
    CUSTOMER_REMOVED,
    CUSTOMER_NOTED,
    CUSTOMER_CONSENT,
    CUSTOMER_REVEALED,
    CUSTOMERS_MERGED,
    CUSTOMERS_UNMERGED,
    CUSTOMERS_EXPORTED,
    CUSTOMERS_IMPORTED,
    FIELD_SET,
    SEGMENT_SET,
)

PERSONAL: Final = frozenset({"name", "called", "identities", "addresses", "fields", "sensitive", "text"})
"""Recorded only as changed."""


def customer_act(kind: ActKind, customer_id: str, before: Document | None = None, after: Document | None = None) -> Act:
    return Act(kind=kind, subject=Subject("customer", customer_id), before=before, after=after, hidden=PERSONAL)
