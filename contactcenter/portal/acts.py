"""What the audit trail records about the portal: never who a customer is, so that they can be forgotten.

Signing in and out is recorded as that of staff (identity/session_acts.py), on a subject of its own.
"""

from typing import Final

from contactcenter.audit.acts import Act, ActKind, Document, Subject

KIND: Final = "portal-account"
ACCOUNT_ASKED: Final = ActKind("portal_account.asked", "Account in the portal asked for")
ACCOUNT_INVITED: Final = ActKind("portal_account.invited", "Customer invited to the portal")
ACCOUNT_CONFIRMED: Final = ActKind("portal_account.confirmed", "Account in the portal confirmed by its link")
ACCOUNT_CHANGED: Final = ActKind("portal_account.changed", "Account in the portal changed")
ACCOUNT_LOCKED: Final = ActKind("portal_account.locked", "Account in the portal locked or unlocked")
PASSWORD_SET: Final = ActKind("portal_account.password_set", "Password of an account in the portal set or removed")
LINK_SENT: Final = ActKind("portal_link.sent", "Link to the portal sent")
LINK_USED: Final = ActKind("portal_link.used", "Link to the portal used")
NUMBER_SET: Final = ActKind("portal_number.changed", "Number of an account in the portal added, confirmed or removed")
REQUEST_ASKED: Final = ActKind("portal_request.asked", "Customer asked for his data, or to be forgotten")
REQUEST_DECIDED: Final = ActKind("portal_request.decided", "Customer's request about his data decided")
REQUEST_TAKEN: Final = ActKind("portal_request.taken", "Export of his data downloaded by a customer")
PORTAL_SET: Final = ActKind("portal.changed", "Portal set up")
ALL: Final = (
    ACCOUNT_ASKED,
    ACCOUNT_INVITED,
    ACCOUNT_CONFIRMED,
    ACCOUNT_CHANGED,
    ACCOUNT_LOCKED,
    PASSWORD_SET,
    LINK_SENT,
    LINK_USED,
    NUMBER_SET,
    REQUEST_ASKED,
    REQUEST_DECIDED,
    REQUEST_TAKEN,
    PORTAL_SET,
)
PERSONAL: Final = frozenset({"email", "number", "name"})
"""Recorded only as changed."""


def account_subject(account_id: str) -> Subject:
    return Subject(KIND, account_id)


def account_act(kind: ActKind, account_id: str, before: Document | None = None, after: Document | None = None) -> Act:
    return Act(kind=kind, subject=account_subject(account_id), before=before, after=after, hidden=PERSONAL)
