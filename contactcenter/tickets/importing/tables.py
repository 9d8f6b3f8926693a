"""Tickets in a table, one a row: what each column is, is said by the mapping."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from contactcenter.api.cells import unguarded
from contactcenter.tickets.importing.incoming import Incoming, clean
from contactcenter.tickets.importing.stage import Stage

NAME: Final = "csv"
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "external_id": ("id", "number", "ticket", "ticketid", "ticketnumber", "key", "externalid", "case", "casenumber"),
    "subject": ("subject", "title", "summary", "betreff", "titel", "objet", "asunto"),
    "description": ("description", "text", "body", "message", "beschreibung", "nachricht"),
    "state": ("state", "status", "zustand", "estado"),
    "priority": ("priority", "prio", "prioritat", "severity", "urgency"),
    "type": ("type", "tickettype", "issuetype", "typ", "art"),
    "category": ("category", "kategorie", "categorie"),
    "tags": ("tags", "tag", "labels", "label"),
    "requester_name": ("requester", "requestername", "customer", "customername", "contact", "kunde", "name"),
    "requester_email": ("requesteremail", "email", "emailaddress", "customeremail", "contactemail", "mail"),
    "requester_phone": ("requesterphone", "phone", "telephone", "customerphone", "telefon", "mobile"),
    "organisation": ("organisation", "organization", "company", "account", "firma"),
    "assignee": ("assignee", "agent", "owner", "assignedto", "bearbeiter"),
    "team": ("team", "group", "department", "gruppe"),
    "queue": ("queue", "warteschlange"),
    "language": ("language", "locale", "sprache"),
    "channel": ("channel", "via", "source", "kanal"),
    "made_at": ("created", "createdat", "madeat", "createdon", "creationdate", "opened", "erstellt", "angelegt"),
    "changed_at": ("updated", "updatedat", "changedat", "modified", "lastmodified", "updatedon", "geandert"),
    "resolved_at": ("resolved", "resolvedat", "solved", "solvedat", "closed", "closedat", "gelost", "geschlossen"),
}  # fmt: skip
"""What people and other programs call these columns, without signs, accents and capitals."""


def header(cells: list[str]) -> list[str]:
    """Names of the columns, each once."""
    names: list[str] = []
    for place, cell in enumerate(cells, 1):
        name = " ".join(clean(cell).split())[:80] or f"column {place}"
        names.append(name if name not in names else f"{name} ({place})")
    return names


def document(names: list[str], cells: list[str]) -> dict[str, Any]:
    """By the name of the column. A row without an id of its own is known by all of what it says."""
    cells = [unguarded(clean(cell)) for cell in cells]
    row = {name: cell for name, cell in zip(names, cells, strict=False) if cell}
    return {"row": row, "digest": hashlib.sha256("\x1f".join(cells).encode()).hexdigest()[:32]}


def incoming(stored: Mapping[str, Any], place: str, stage: Stage) -> Incoming:
    return Incoming(place=place, values={**stored["row"], "": f"row-{stored['digest']}"})
