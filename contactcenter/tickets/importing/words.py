"""What a value of elsewhere is likely to be called here. No I/O."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from contactcenter.customers.words import folded
from contactcenter.tickets.model import StateClass

STATES: Final[Mapping[StateClass, tuple[str, ...]]] = {
    StateClass.OPEN: ("new", "open", "offen", "neu", "todo", "to do", "backlog", "registered"),
    StateClass.IN_PROGRESS: ("in progress", "in bearbeitung", "assigned", "active", "working", "work in progress"),
    StateClass.PENDING: (
        "pending", "hold", "on-hold", "on hold", "waiting", "waiting on customer", "waiting for customer",
        "pending reminder", "pending close", "wartend", "awaiting reply",
    ),
    StateClass.RESOLVED: ("solved", "resolved", "done", "fixed", "gelost", "erledigt"),
    StateClass.CLOSED: ("closed", "merged", "removed", "cancelled", "canceled", "geschlossen"),
    StateClass.REOPENED: ("reopened", "wiedereroffnet"),
}  # fmt: skip
PRIORITIES: Final[Mapping[str, tuple[str, ...]]] = {
    "low": ("low", "1 low", "lowest", "minor", "niedrig", "p4", "p5", "trivial", "4"),
    "medium": ("medium", "normal", "2 normal", "mittel", "p3", "standard", "3", "moderate"),
    "high": ("high", "3 high", "hoch", "major", "p2", "2"),
    "urgent": ("urgent", "critical", "highest", "dringend", "blocker", "p1", "1", "emergency", "immediate"),
}
TYPES: Final[Mapping[str, tuple[str, ...]]] = {
    "question": ("question", "frage", "inquiry", "enquiry"),
    "incident": ("incident", "problem", "bug", "storung", "fault"),
    "request": ("request", "task", "feature request", "service request", "anfrage", "change"),
    "complaint": ("complaint", "beschwerde"),
    "compliment": ("compliment", "praise", "lob"),
}
CHANNELS: Final[Mapping[str, tuple[str, ...]]] = {
    "portal": ("web", "web form", "help center", "mobile", "mobile_sdk", "web_widget", "portal"),
    "email": ("email", "mail", "e-mail"),
    "voice": ("voice", "phone", "phone_call_inbound", "call", "telephone", "voicemail"),
    "chat": ("chat", "live chat", "native_messaging"),
    "message": ("sms", "whatsapp", "line", "viber", "telegram", "telegram personal-message", "text message"),
    "social": ("twitter", "twitter status", "facebook", "facebook feed post", "instagram_dm", "any_channel"),
    "rule": ("rule", "trigger", "automation"),
    "agent": ("agent", "note"),
}


def proposed(
    target: str,
    value: str,
    label: str,
    names: Mapping[str, Mapping[str, str]],
    aliases: Mapping[str, Mapping[str, str]],
    classes: Mapping[str, str],
) -> tuple[str, bool]:
    """An id of this house, or "" where nothing fits, and whether it is more than a guess. `label`: what is called by
    the value there; `names` and `aliases` by target; `classes` of states, by their ids."""
    here = names.get(target, {})
    if value in here:
        return value, True
    for word in filter(None, (folded(value), folded(label))):
        found = next((key for key, name in here.items() if word in (folded(name), folded(key))), None)
        found = found or aliases.get(target, {}).get(word) or _synonym(target, word, here, classes)
        if found is not None:
            return found, True
    if target == "state":
        # Whether it is done cannot be guessed; what is open is looked at.
        return next((key for key in here if classes.get(key) == StateClass.OPEN), ""), False
    return {"priority": "medium", "channel": "api"}.get(target, ""), False


def _synonym(target: str, word: str, here: Mapping[str, str], classes: Mapping[str, str]) -> str | None:
    if target == "state":
        wanted = next((kind for kind, words in STATES.items() if word in words), None)
        return next((key for key in here if wanted is not None and classes.get(key) == wanted), None)
    table = {"priority": PRIORITIES, "type": TYPES, "channel": CHANNELS}.get(target, {})
    found = next((key for key, words in table.items() if word in words), None)
    return found if found in here else None
