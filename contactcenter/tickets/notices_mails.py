"""The mails that customers get about their requests, with the words they come with."""

from __future__ import annotations

from typing import Final

from contactcenter.templates.kinds import TemplateKind, Variable, Words
from contactcenter.tickets.notices import Step

_VARIABLES: Final = (
    Variable("name", "How the customer is addressed", "Nora Keller"),
    Variable("number", "Number of the request", "T-000123"),
    Variable("subject", "Its subject", "Invoice is wrong"),
    Variable("state", "Name of its state, as customers read it", "In work"),
    Variable("text", "What was answered; empty where nothing was", "We have corrected the invoice."),
    Variable("link", "Address where it is followed without signing in", "https://cc.example.com/portal/t/x", True),
)


def _kind(step: Step, title: str, summary: str, en: tuple[str, str], de: tuple[str, str]) -> TemplateKind:
    defaults = {"en": Words(*en), "de": Words(*de)}
    return TemplateKind(
        key=f"tickets.{step}", title=f"Request: {title}", summary=summary, variables=_VARIABLES, defaults=defaults
    )


RECEIVED: Final = _kind(
    "received",
    "received",
    "To a customer whose request has arrived.",
    (
        "We have your request {number}: {subject}",
        "Hello {name},\n\nthank you for writing to {house}. We have received your request “{subject}”; its number is "
        "{number}.\n\nHere you see how far it is, and can add something:\n\n{link}",
    ),
    (
        "Ihre Anfrage {number}: {subject}",
        "Guten Tag {name},\n\nvielen Dank für Ihre Nachricht an {house}. Ihre Anfrage „{subject}“ ist eingegangen; "
        "sie hat die Nummer {number}.\n\nHier sehen Sie, wie weit sie ist, und können etwas ergänzen:\n\n{link}",
    ),
)
ANSWERED: Final = _kind(
    "answered",
    "answered",
    "To a customer whose request was answered.",
    (
        "Answer to your request {number}: {subject}",
        "Hello {name},\n\n{text}\n\nAnswer us here; please do not answer this mail:\n\n{link}",
    ),
    (
        "Antwort auf Ihre Anfrage {number}: {subject}",
        "Guten Tag {name},\n\n{text}\n\nAntworten Sie uns hier, bitte nicht auf diese E-Mail:\n\n{link}",
    ),
)
SOLVED: Final = _kind(
    "solved",
    "solved",
    "To a customer whose request was solved.",
    (
        "Solved: your request {number}: {subject}",
        "Hello {name},\n\n{text}\n\nwe think that your request “{subject}” is solved. Is it? Tell us here:\n\n{link}",
    ),
    (
        "Gelöst: Ihre Anfrage {number}: {subject}",
        "Guten Tag {name},\n\n{text}\n\nwir halten Ihre Anfrage „{subject}“ für gelöst. Stimmt das? Sagen Sie es uns "
        "hier:\n\n{link}",
    ),
)
REOPENED: Final = _kind(
    "reopened",
    "taken up again",
    "To a customer whose request was solved and is worked on again.",
    (
        "Taken up again: your request {number}: {subject}",
        "Hello {name},\n\nwe have taken up your request “{subject}” again. Here you see how far it is:\n\n{link}",
    ),
    (
        "Wieder aufgenommen: Ihre Anfrage {number}: {subject}",
        "Guten Tag {name},\n\nwir haben Ihre Anfrage „{subject}“ wieder aufgenommen. Hier sehen Sie, wie weit sie "
        "ist:\n\n{link}",
    ),
)
CLOSED: Final = _kind(
    "closed",
    "closed",
    "To a customer whose request was closed.",
    (
        "Closed: your request {number}: {subject}",
        "Hello {name},\n\n{text}\n\nyour request “{subject}” is closed. You can still read it here:\n\n{link}",
    ),
    (
        "Abgeschlossen: Ihre Anfrage {number}: {subject}",
        "Guten Tag {name},\n\n{text}\n\nIhre Anfrage „{subject}“ ist abgeschlossen. Hier können Sie sie noch "
        "lesen:\n\n{link}",
    ),
)
ALL: Final = (RECEIVED, ANSWERED, SOLVED, REOPENED, CLOSED)
