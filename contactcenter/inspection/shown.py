"""An entry as it is answered and exported."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import orjson
from pydantic import BaseModel

from contactcenter.api.cells import guarded
from contactcenter.audit.documents import decoded, differences


class ActorOut(BaseModel):
    """`kind` is user, key, customer, partner (somebody outside, by a link), anonymous, system or cli; `id` and `name`
    are empty where there is none."""

    kind: str
    id: str
    name: str


class SubjectOut(BaseModel):
    kind: str
    id: str
    name: str


class ChangeOut(BaseModel):
    """One value that differs; null where there was none or is none left."""

    path: str
    before: Any
    after: Any


class EntryOut(BaseModel):
    """`seq` is the place in the chain, null for about a second until it is sealed. `before` and `after` are the whole
    document as its form takes it (null: there was none, or is none left), `changes` what differs between them, `hidden`
    what has changed too and is not told."""

    id: int
    seq: int | None
    at: datetime
    actor: ActorOut
    address: str
    session_id: str
    request_id: str
    act: str
    subject: SubjectOut
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    changes: list[ChangeOut]
    hidden: list[str]
    mac: str | None


def entry_out(row: Any) -> EntryOut:
    before, after = decoded(row.before), decoded(row.after)
    both = before is not None and after is not None
    changes = differences(before, after) if both else []
    return EntryOut(
        id=row.id,
        seq=row.seq,
        at=row.moment,
        actor=ActorOut(kind=row.actor_kind, id=row.actor_id, name=row.actor_name),
        address=row.address,
        session_id=row.session_id,
        request_id=row.request_id,
        act=row.act,
        subject=SubjectOut(kind=row.subject_kind, id=row.subject_id, name=row.subject_name),
        before=before,
        after=after,
        changes=[ChangeOut(path=each.path, before=each.before, after=each.after) for each in changes],
        hidden=decoded(row.hidden) or [],
        mac=row.mac,
    )


EXPORTED = (
    "seq",
    "moment",
    "actor_kind",
    "actor_id",
    "actor_name",
    "address",
    "session_id",
    "request_id",
    "act",
    "subject_kind",
    "subject_id",
    "subject_name",
    "before",
    "after",
    "hidden",
    "previous",
    "mac",
    "key_id",
)
"""All that is sealed and the seal itself, so that whoever has the key can check a file without the database."""


def jsonl(rows: Iterable[Any]) -> bytes:
    """One JSON object a line; the documents stay texts, since their very bytes are sealed."""
    return b"".join(orjson.dumps(_values(row), option=orjson.OPT_APPEND_NEWLINE) for row in rows)


def csv_head() -> bytes:
    return _csv([EXPORTED])


def csv_lines(rows: Iterable[Any]) -> bytes:
    return _csv([[_cell(value) for value in _values(row).values()] for row in rows])


def _values(row: Any) -> dict[str, Any]:
    values = {name: getattr(row, name) for name in EXPORTED}
    values["moment"] = row.moment.astimezone(UTC).isoformat(timespec="microseconds")
    return values


def _cell(value: Any) -> str:
    return guarded("" if value is None else str(value))


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\r\n").writerows(lines)
    return buffer.getvalue().encode()
