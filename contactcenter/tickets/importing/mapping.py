"""What of a file becomes what here: proposals, and a ticket of elsewhere as one of this house. No I/O."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, cast, get_args

from contactcenter.api.problems import Problem
from contactcenter.customers.words import folded
from contactcenter.tickets import checks
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.documents import Channel
from contactcenter.tickets.importing.incoming import LONGEST, Incoming, Person, clean, moment_of
from contactcenter.tickets.importing.words import proposed
from contactcenter.tickets.setup_models import TicketField
from contactcenter.tickets.values import CUSTOM, Document

VALUED: Final = ("state", "priority", "type", "category", "assignee", "team", "queue", "channel")
"""Targets whose values are ids of this house, beside custom fields with choices."""
REQUESTER: Final = ("requester_name", "requester_email", "requester_phone")
MOMENTS: Final = ("made_at", "changed_at", "resolved_at")
PLAIN: Final = ("external_id", "subject", "description", "tags", "organisation", "language")
TARGETS: Final = (*PLAIN, *VALUED, *REQUESTER, *MOMENTS)
SEVERAL: Final = ("tags", "description")
"""Targets that several fields of the file may become."""
FIELD: Final = "field."
CHANNELS: Final[tuple[str, ...]] = get_args(Channel)
_FALLBACK: Final = {"priority": "medium", "channel": "api", "type": "question"}
_AHEAD: Final = timedelta(days=1)
"""A clock of elsewhere may go wrong by so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What there is here: names by target and id; `aliases`: other words for one, folded, as an agent's address."""

    names: Mapping[str, Mapping[str, str]]
    aliases: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    classes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Mapping_:  # noqa: N801 - a Mapping is something else in Python
    """`origin` names where the tickets come from: with their ids there it makes sure that none is taken twice.
    `fields`: what a field of the file becomes; `values`: by target, what a value of the file becomes ("": nothing).
    `labels`: what the file calls its values, by target."""

    origin: str
    fields: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    labels: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def becomes(self, target: str, value: str, choices: Choices) -> tuple[str, bool]:
        """An id of this house or "", and whether somebody or the name itself says so."""
        given = self.values.get(target, {}).get(value)
        if given is not None:
            return given, True
        return proposed(target, value, self.labels.get(target, {}).get(value, ""), choices.names, choices.aliases,
                        choices.classes)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of a record that is not taken, and why."""

    field: str
    value: str
    reason: str


class Refused(Exception):  # noqa: N818 - what has become of a record, not a fault of the program
    def __init__(self, remark: Remark) -> None:
        super().__init__(remark.reason)
        self.remark = remark


@dataclass(slots=True, kw_only=True)
class Wanted:
    """`document` as values.document_of, without requester and organisation."""

    external_id: str
    document: Document
    requester: Person | None
    organisation: str
    made_at: datetime
    changed_at: datetime
    resolved_at: datetime | None
    description: str
    incoming: Incoming
    remarks: list[Remark]


def choice_fields(catalog: Catalog) -> Iterator[tuple[str, TicketField]]:
    for key, row in catalog.fields.items():
        if row.type in ("choice", "choices") and not row.retired:
            yield FIELD + key, row


def wanted(incoming: Incoming, mapping: Mapping_, choices: Choices, catalog: Catalog, now: datetime) -> Wanted:
    """Raises Refused for what cannot be a ticket at all."""
    remarks: list[Remark] = []
    found = _by_target(incoming, mapping)
    external = (_one(found.get("external_id")) or clean(incoming.values.get("")))[:120]
    if not external:
        raise Refused(Remark("external_id", "", "A ticket needs the id it has there."))
    document = _document(found, mapping, choices, catalog, remarks)
    moments = _moments(found, incoming, now, remarks)
    document["subject"] = _subject(found, incoming, external)
    for name, value in found.items():
        if name.startswith(FIELD):
            _custom(document, name, value, mapping, choices, catalog, remarks)
    name, email, phone = (_one(found.get(part)) for part in REQUESTER)
    asks = Person(name=name, email=email, phone=phone)
    return Wanted(
        external_id=external,
        document=document,
        requester=asks if asks.called else incoming.requester,
        organisation=_one(found.get("organisation"))[:200],
        made_at=moments[0],
        changed_at=moments[1],
        resolved_at=moments[2],
        description=_all(found.get("description"))[:LONGEST],
        incoming=incoming,
        remarks=remarks,
    )


def _by_target(incoming: Incoming, mapping: Mapping_) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for name, value in incoming.values.items():
        target = mapping.fields.get(name, "")
        if target:
            found.setdefault(target, []).append(value)
    return {target: _flat(values) for target, values in found.items()}


def _flat(values: list[Any]) -> list[Any]:
    return [each for value in values for each in (value if isinstance(value, list | tuple) else [value])]


def _one(values: list[Any] | None) -> str:
    return clean(values[0]) if values else ""


def _all(values: list[Any] | None) -> str:
    return "\n\n".join(filter(None, (clean(value) for value in values or ())))


def _document(
    found: Mapping[str, list[Any]], mapping: Mapping_, choices: Choices, catalog: Catalog, remarks: list[Remark]
) -> Document:
    document: Document = {}
    for target in VALUED:
        value = _one(found.get(target))
        chosen, sure = mapping.becomes(target, value, choices) if value else ("", True)
        if chosen and chosen not in choices.names[target]:
            chosen, sure = "", False
        if not sure and not (chosen and target == "channel"):
            instead = f"taken as {choices.names[target][chosen]!r}" if chosen else "left empty"
            remarks.append(Remark(target, value[:200], f"There is no such {target} here; {instead}."))
        document[target] = chosen or _FALLBACK.get(target)
    if document["type"] not in catalog.types:
        document["type"] = next(iter(catalog.types))
    kind = catalog.types[document["type"]]
    document["state"] = document["state"] or kind.initial_state
    document["state_class"] = catalog.class_of(document["state"]).value
    document["language"] = _language(_one(found.get("language")), remarks)
    document["tags"] = _tags(found.get("tags", []), remarks)
    document["requester"] = document["organisation"] = document["sla_policy"] = None
    return document


def _language(text: str, remarks: list[Remark]) -> str:
    plain = text.replace("_", "-")
    parts = plain.split("-")
    if plain and not (parts[0].isalpha() and 2 <= len(parts[0]) <= 3 and len(plain) <= 35 and plain.isascii()):
        remarks.append(Remark("language", text[:200], "This is no code of a language, as en or de-AT."))
        return ""
    return plain


def _tags(values: list[Any], remarks: list[Remark]) -> list[str]:
    tags: set[str] = set()
    for value in values:
        for part in clean(value).replace(";", ",").split(","):
            tag = " ".join(part.split())
            if len(tag) > 64:
                remarks.append(Remark("tags", tag[:200], "A tag has at most 64 signs."))
            elif tag:
                tags.add(tag)
    if len(tags) > 100:
        remarks.append(Remark("tags", str(len(tags)), "A ticket has at most 100 tags."))
    return sorted(tags)[:100]


def _subject(found: Mapping[str, list[Any]], incoming: Incoming, external: str) -> str:
    """Where there is none, the beginning of what was said first."""
    text = _one(found.get("subject")) or _all(found.get("description"))
    if not text and incoming.messages:
        text = incoming.messages[0].text
    return " ".join(text.split())[:300].strip() or f"#{external}"


def _moments(
    found: Mapping[str, list[Any]], incoming: Incoming, now: datetime, remarks: list[Remark]
) -> tuple[datetime, datetime, datetime | None]:
    told: dict[str, datetime | None] = {}
    for name in MOMENTS:
        value = _one(found.get(name))
        told[name] = moment_of(value) if value else None
        if value and told[name] is None:
            remark = Remark(name, value[:200], "This is no moment, as 2026-01-31 14:05.")
            if name == "made_at":
                raise Refused(remark)
            remarks.append(remark)
    if (made := told["made_at"]) is not None and made > now + _AHEAD:
        raise Refused(Remark("made_at", str(made), "This lies in the future."))
    spoken = sorted(each.at for each in incoming.messages if each.at is not None)
    first = min(made or (spoken[0] if spoken else now), now)
    last = max([first, *(at for at in (told["changed_at"], told["resolved_at"], *spoken[-1:]) if at is not None)])
    return first, min(last, now), None if told["resolved_at"] is None else max(first, min(told["resolved_at"], now))


def _custom(
    document: Document,
    name: str,
    values: list[Any],
    mapping: Mapping_,
    choices: Choices,
    catalog: Catalog,
    remarks: list[Remark],
) -> None:
    """A value that does not fit is left out, with word of it."""
    row = catalog.fields.get(name.removeprefix(FIELD))
    if row is None or row.retired:
        return
    told = ", ".join(clean(value) for value in values)[:200]
    try:
        value = _fitting(row, name, values, mapping, choices)
        if value in (None, "", []):
            return
        checks.check_value(name, value, row)
    except (Problem, ValueError) as error:
        sentence = error.detail.removeprefix(f"{name}: ") if isinstance(error, Problem) else str(error)
        remarks.append(Remark(name, told, sentence[:1].upper() + sentence[1:]))
        return
    document[CUSTOM + row.id] = value


def _fitting(row: TicketField, name: str, values: list[Any], mapping: Mapping_, choices: Choices) -> Any:
    first = values[0] if values else None
    if row.type in ("choice", "choices"):
        parts = (
            [part for value in values for part in clean(value).split(";")] if row.type == "choices" else [clean(first)]
        )
        chosen = [mapping.becomes(name, part.strip(), choices)[0] for part in parts if part.strip()]
        if not all(chosen):
            raise ValueError("this is none of its choices.")
        return chosen if row.type == "choices" else chosen[0]
    if row.type == "number" and isinstance(first, str):
        return float(first.replace(" ", "").replace(",", "."))
    if row.type == "yes-no" and isinstance(first, str):
        word = folded(first)
        if word not in _YES_NO:
            raise ValueError("must be yes or no.")
        return _YES_NO[word]
    if row.type == "date":
        at = moment_of(first)
        return clean(first) if at is None else at.date().isoformat()
    return first if row.type in ("number", "yes-no") else _all(values)


_YES_NO: Final = cast(
    Mapping[str, bool],
    {"yes": True, "true": True, "1": True, "ja": True, "no": False, "false": False, "0": False, "nein": False},
)
