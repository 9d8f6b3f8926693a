"""What the audit trail records about tickets: never what was written in them, so that people can be forgotten."""

from typing import Final

from contactcenter.audit.acts import Act, ActKind, Document, Subject

TICKET_MADE: Final = ActKind("ticket.made", "Ticket opened")
TICKET_CHANGED: Final = ActKind("ticket.changed", "Ticket changed")
TICKET_SAID: Final = ActKind("ticket.said", "Message or note written in a ticket")
TICKET_LINKED: Final = ActKind("ticket.linked", "Tickets linked, merged or split, or taken apart")
TICKET_DECIDED: Final = ActKind("ticket.decided", "Approval of a ticket asked for or decided")
TICKET_REMOVED: Final = ActKind("ticket.removed", "Ticket removed")
IMPORTED: Final = ActKind("tickets.imported", "Tickets of elsewhere brought in, or an import begun or stopped")
EXPORTED: Final = ActKind("tickets.exported", "Tickets taken out as a file")
SET_UP: Final = ActKind("ticket_setup.changed", "Type, state, rule, macro or other set-up of tickets changed")
ALL: Final = (
    TICKET_MADE,
    TICKET_CHANGED,
    TICKET_SAID,
    TICKET_LINKED,
    TICKET_DECIDED,
    TICKET_REMOVED,
    IMPORTED,
    EXPORTED,
    SET_UP,
)

PERSONAL: Final = frozenset({"subject", "tags", "fields"})
"""Recorded only as changed."""


def ticket_act(
    kind: ActKind, ticket_id: str, number: str, before: Document | None = None, after: Document | None = None
) -> Act:
    subject = Subject("ticket", ticket_id, number)
    return Act(kind=kind, subject=subject, before=_nested(before), after=_nested(after), hidden=PERSONAL)


def _nested(document: Document | None) -> Document | None:
    """Custom fields under one name, so that they are hidden whatever they are called."""
    if document is None:
        return None
    custom = {name: value for name, value in document.items() if name.startswith("fields.")}
    plain = {name: value for name, value in document.items() if name not in custom}
    return plain | ({"fields": custom} if custom else {})


def set_up_act(what: str, key: str, name: str, before: Document | None, after: Document | None) -> Act:
    return Act(kind=SET_UP, subject=Subject(f"ticket_{what}", key, name), before=before, after=after)
