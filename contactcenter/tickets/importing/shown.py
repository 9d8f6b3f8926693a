"""Imports as the API shows them, and mappings as people may give them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, cast

from contactcenter.api.fields import Named, bad
from contactcenter.tickets.catalog import Catalog
from contactcenter.tickets.importing.mapping import FIELD, SEVERAL, TARGETS, Choices, Mapping_, Remark, Wanted
from contactcenter.tickets.importing.models import TicketImport, TicketImportRemark
from contactcenter.tickets.importing.settings import (
    FoundField,
    ImportOut,
    ImportRow,
    MappingBody,
    RemarkOut,
    Sample,
    ValueOut,
    ValuesOut,
)
from contactcenter.tickets.importing.survey import fixed, proposal
from contactcenter.tickets.importing.taking import thread

_ROW = (
    "id", "source", "name", "size", "state", "problem", "made_at", "made_by", "started_at", "ended_at", "total",
    "position", "taken", "known", "refused", "remarks",
)  # fmt: skip


def row(of: TicketImport, read: float | None) -> ImportRow:
    return ImportRow(**{name: getattr(of, name) for name in _ROW}, read=read if of.state == "reading" else None)


def whole(of: TicketImport, read: float | None, here: Choices) -> ImportOut:
    if not of.found:
        return ImportOut(**row(of, read).model_dump(), mapping=None, fields=[], values=[], targets=[])
    known = fixed(of.source)
    fields = [
        FoundField(name=name, filled=each["filled"], examples=each["examples"], fixed=name in known)
        for name, each in of.found["fields"].items()
    ]
    return ImportOut(
        **row(of, read).model_dump(),
        mapping=mapping_of(of),
        fields=fields,
        values=_values(of, here),
        targets=[*TARGETS, *_own_fields(here, of)],
    )


def _own_fields(here: Choices, of: TicketImport) -> list[str]:
    return [FIELD + name for name in of.found.get("own", ())] or [name for name in here.names if name.startswith(FIELD)]


def _values(of: TicketImport, here: Choices) -> list[ValuesOut]:
    mapping = as_mapping(of)
    found: list[ValuesOut] = []
    for target, choices in here.names.items():
        sources = [each for name, each in of.found["fields"].items() if mapping.fields.get(name) == target]
        counts: dict[str, int] = {}
        for each in sources:
            for value, count in each["values"].items():
                counts[value] = counts.get(value, 0) + count
        if not counts:
            continue
        values = []
        for value, count in sorted(counts.items(), key=lambda pair: -pair[1]):
            becomes, sure = mapping.becomes(target, value, here)
            label = mapping.labels.get(target, {}).get(value, "")
            values.append(ValueOut(value=value, label=label, count=count, becomes=becomes, sure=sure))
        found.append(
            ValuesOut(
                target=target,
                choices=[Named(id=key, name=name) for key, name in choices.items()],
                values=values,
                more=any(each["more"] for each in sources),
            )
        )
    return found


def proposed(source: str, found: dict[str, Any], here: Choices, catalog: Catalog) -> dict[str, Any]:
    """The mapping to begin with. Notes in `found` which own fields there are."""
    custom = {FIELD + key: each.name for key, each in catalog.fields.items() if not each.retired}
    found["own"] = [name.removeprefix(FIELD) for name in custom]
    names = list(found["fields"])
    fields = proposal(source, names, [*TARGETS, *custom], custom)
    return {"origin": source, "fields": fields, "values": {}}


def mapping_of(of: TicketImport) -> MappingBody:
    return MappingBody.model_validate(of.mapping)


def as_mapping(of: TicketImport) -> Mapping_:
    body = mapping_of(of)
    # A row of a table that names no id is known by what it says.
    fields = dict(body.fields)
    return Mapping_(origin=body.origin, fields=fields, values=body.values, labels=of.found.get("labels", {}))


def check(body: MappingBody, of: TicketImport, here: Choices) -> None:
    """Raises Problem 422 that names the place."""
    targets = {*TARGETS, *_own_fields(here, of)}
    taken: set[str] = set()
    known = fixed(of.source)
    for name, target in body.fields.items():
        if name not in of.found["fields"]:
            raise bad(f"fields.{name}", "is not in the file.", "bad-mapping")
        if target and target not in targets:
            raise bad(f"fields.{name}", f"there is no {target!r} to put it into.", "bad-mapping")
        if target in taken and target not in SEVERAL:
            raise bad(f"fields.{name}", f"another field is taken as {target!r} already.", "bad-mapping")
        taken.add(target)
    if of.source == "csv" and not taken & {"subject", "description"}:
        raise bad("fields", "no column is taken as the subject.", "bad-mapping")
    if known and (lost := [n for n in known if n in of.found["fields"] and n == "id" and not body.fields.get(n)]):
        raise bad(f"fields.{lost[0]}", "is how a ticket is known again.", "bad-mapping")
    _check_values(body.values, here)


def _check_values(values: Mapping[str, Mapping[str, str]], here: Choices) -> None:
    for target, pairs in values.items():
        if target not in here.names:
            raise bad(f"values.{target}", "has no values to choose from.", "bad-mapping")
        for value, becomes in pairs.items():
            if becomes and becomes not in here.names[target]:
                raise bad(f"values.{target}.{value}", f"there is no {becomes!r}.", "bad-mapping")
            if not becomes and target in ("state", "type", "priority"):
                raise bad(f"values.{target}.{value}", "must become something.", "bad-mapping")


def remark(of: TicketImportRemark) -> RemarkOut:
    names = ("id", "place", "record", "refused", "field", "value", "reason")
    return RemarkOut(**{name: getattr(of, name) for name in names})


def told(place: str, record: str, of: Remark, *, refused: bool) -> RemarkOut:
    return RemarkOut(
        id=0, place=place, record=record, refused=refused, field=of.field, value=of.value, reason=of.reason
    )


def sample(place: str, want: Wanted, known: Collection[str], names: Mapping[str, Mapping[str, str]]) -> Sample:
    document, said = want.document, thread(want)

    def called(target: str) -> str:
        return names[target].get(cast(str, document[target]), document[target] or "")

    return Sample(
        place=place,
        external_id=want.external_id,
        subject=document["subject"],
        type=called("type"),
        state=called("state"),
        priority=document["priority"],
        requester="" if want.requester is None else want.requester.called,
        assignee=called("assignee"),
        tags=document["tags"],
        messages=len(said),
        files=sum(len(each.files) for each in said),
        made_at=want.made_at,
        known=want.external_id in known,
    )
