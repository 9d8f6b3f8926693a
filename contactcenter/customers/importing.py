"""Customers from a file, part by part: first a preview, then the good lines go in and the others are named.

Whoever sends a long file sends it in parts, each with the head line. A line whose number, address or id is known
changes that customer, so sending a part again does no harm, and a file left half-way is simply sent again.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import false, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.cells import unguarded
from contactcenter.api.fields import Settings, bad
from contactcenter.api.problems import Problem, invalid
from contactcenter.api.routes import Upload
from contactcenter.api.tables import UnreadableTable, xlsx_rows
from contactcenter.audit.acts import Act, Subject
from contactcenter.audit.recorder import record
from contactcenter.customers import acts
from contactcenter.customers.fields import definitions, from_text
from contactcenter.customers.identities import Identity
from contactcenter.customers.many import Many
from contactcenter.customers.models import Customer, CustomerIdentity
from contactcenter.customers.rows_out import ADDRESS, PART, PLAIN, REACHED
from contactcenter.customers.service import Customers
from contactcenter.customers.settings import CustomerBody, CustomerOut, IdentityBody
from contactcenter.customers.shown import Present, several, whole
from contactcenter.customers.store import Fields, root_of
from contactcenter.customers.words import folded

MAX_ROWS: Final = 500
_IN_A_ROW: Final = 8
"""Lines looked at before others have their turn."""
_READ_AT_ONCE: Final = 50
MOST_SHEET_ROWS: Final = 200_000
MOST_SHEET_SIGNS: Final = 50_000_000
SHEET: Final = Upload(most_bytes=20 * 2**20)
IDENTITIES: Final = (*REACHED, "handle", "external")
TARGETS: Final = (*PLAIN, *IDENTITIES, *ADDRESS)


class ImportBody(Settings):
    """`mapping` says which column is what (name, phone, field.ID …); a column that is left out goes by its own name,
    one mapped to "" is not taken. `known`: what becomes of a line whose number, address or id somebody has: it changes
    that customer, is left out, or makes another one all the same. `first_line` is the line of the file this part's head
    stands for."""

    csv: Annotated[str, Field(max_length=900_000)]
    mapping: Annotated[dict[str, str], Field(max_length=300)] = Field(default={})
    known: Literal["update", "skip", "add"] = "update"
    apply: bool = False
    first_line: Annotated[int, Field(ge=1, le=100_000_000)] = 1


class ImportProblem(BaseModel):
    line: int
    field: str
    problem: str


class ImportOut(BaseModel):
    """Lines that went in, or would without `apply`, and those left out; `columns` with what each is taken for."""

    applied: bool
    added: int
    updated: int
    skipped: int
    problems: list[ImportProblem]
    columns: dict[str, str]


class _Preview(Exception):  # noqa: N818 - a way out of the transaction, not a fault
    pass


@dataclass(slots=True)
class _Counts:
    added: int = 0
    updated: int = 0
    skipped: int = 0
    problems: list[ImportProblem] = field(default_factory=list)


@dataclass(slots=True)
class _Part:
    """What is new or changed waits to be written together. `held`: who has which identity, nobody where that may have
    changed since; `present`: those of whom no line has changed anything; `organisations` by the name lines give."""

    new: Many
    held: dict[Identity, set[str]]
    present: dict[str, Present]
    organisations: dict[str, str] = field(default_factory=dict)

    def of_one(self, keys: Collection[Identity]) -> Present | None:
        """Whose line this is, when it is one customer's who is still as he was."""
        holders = [self.held[key] for key in keys if key in self.held]
        roots = set().union(*holders)
        return self.present.get(roots.pop()) if len(roots) == 1 and all(holders) else None

    def touched(self, keys: Collection[Identity], root: str | None) -> None:
        for key in keys:
            self.held.setdefault(key, set())
        if root is not None:
            self.present.pop(root, None)

    async def organisation(self, name: str) -> str:
        """Raises Problem 422."""
        if self.new.organisations:
            await self.new.write()
            self.organisations.clear()
        if name not in self.organisations:
            self.organisations[name] = await _organisation(self.new.session, name)
        return self.organisations[name]


class Importer:
    def __init__(self, customers: Customers) -> None:
        self._customers = customers

    async def take(self, body: ImportBody) -> ImportOut:
        """Raises Problem 422 for a part that is no table of customers."""
        counts = _Counts()
        columns: dict[str, str] = {}
        try:
            async with self._customers.database.transaction() as session:
                # SQLite's driver begins a transaction with the first change, else the first savepoint would be one.
                await session.execute(update(Customer).where(false()).values(vip=False))
                known = await definitions(session)
                columns, rows = _read(body, known)
                held = await self._held(session, rows)
                present = await self._present(session, held, known) if body.known == "update" else {}
                part = _Part(Many(self._customers, session, known), held, present)
                for count, (line, cells) in enumerate(rows):
                    if count % _IN_A_ROW == 0:
                        await asyncio.sleep(0)
                    await self._line(part, line, cells, body.known, counts)
                await part.new.write()
                if not body.apply:
                    raise _Preview
                told = {
                    "added": counts.added,
                    "updated": counts.updated,
                    "skipped": counts.skipped,
                    "refused": len(counts.problems),
                }
                subject = Subject("customers", "import")
                await record(session, Act(kind=acts.CUSTOMERS_IMPORTED, subject=subject, after=told))
        except _Preview:
            pass
        return ImportOut(
            applied=body.apply,
            added=counts.added,
            updated=counts.updated,
            skipped=counts.skipped,
            problems=counts.problems,
            columns=columns,
        )

    async def _line(self, part: _Part, line: int, cells: Mapping[str, str], held: str, counts: _Counts) -> None:
        """As for a single customer: a preview cannot promise too much."""
        try:
            keys = self._keys(cells)
            if held == "add" or keys.isdisjoint(part.held):
                await part.new.add(await _body(part, cells, None))
                counts.added += 1
                part.touched(keys, None)
            elif (present := part.of_one(keys)) is not None and not present.merged:
                await self._change(part, present, keys, cells)
                counts.updated += 1
            else:
                await self._in_doubt(part, keys, cells, held, counts)
        except ValidationError as error:
            first = invalid(error, "line").extra["errors"][0]
            counts.problems.append(ImportProblem(line=line, field=first["field"], problem=first["message"] + "."))
        except Problem as problem:
            at = str(problem.extra.get("field", ""))
            counts.problems.append(ImportProblem(line=line, field=at, problem=problem.detail.removeprefix(f"{at}: ")))

    async def _change(
        self, part: _Part, present: Present, keys: Collection[Identity], cells: Mapping[str, str]
    ) -> None:
        """Raises Problem, ValidationError."""
        given = await _body(part, cells, present.shown)
        own = {Identity(each.kind, each.channel, each.value) for each in present.shown.identities}
        if not (own.issuperset(keys) and _says_nothing_new(given, present.shown)):
            await part.new.change(present, given)
            part.touched(keys, present.row.id)

    async def _in_doubt(
        self, part: _Part, keys: Collection[Identity], cells: Mapping[str, str], held: str, counts: _Counts
    ) -> None:
        """Whose line it is depends on lines before it, or he is made of several: one by one, in a savepoint. Raises
        Problem, ValidationError."""
        new, session = part.new, part.new.session
        await new.write()
        async with session.begin_nested():
            before = await self._holder(session, keys, new.known)
            if before is not None and held == "skip":
                counts.skipped += 1
                return
            given = await _body(part, cells, before)
            if before is None:
                await new.add(given)
                counts.added += 1
            else:
                await self._customers.put(session, before.id, given, new.known, alone=True, before=before)
                part.organisations.clear()
                counts.updated += 1
            part.touched(keys, None if before is None else before.id)

    def _keys(self, cells: Mapping[str, str]) -> set[Identity]:
        """Raises Problem, ValidationError."""
        return {self._customers.store.identity(each, "identities.0") for each in _identities(cells)}

    async def _held(
        self, session: AsyncSession, rows: Sequence[tuple[int, Mapping[str, str]]]
    ) -> dict[Identity, set[str]]:
        """Of the identities of these lines those that somebody has, and who; what is wrong in a line is told when it
        has its turn."""
        wanted: dict[str, set[str]] = {}
        for count, (_, cells) in enumerate(rows):
            if count % _READ_AT_ONCE == 0:
                await asyncio.sleep(0)
            with suppress(Problem, ValidationError):
                for key in self._keys(cells):
                    wanted.setdefault(key.kind, set()).add(key.value)
        held: dict[Identity, set[str]] = {}
        columns = (CustomerIdentity.kind, CustomerIdentity.channel, CustomerIdentity.value, Customer.root_id)
        joined = select(*columns).join(Customer, Customer.id == CustomerIdentity.customer_id)
        for kind, values in wanted.items():
            query = joined.where(CustomerIdentity.kind == kind, CustomerIdentity.value.in_(sorted(values)))
            for row in await session.execute(query):
                key = Identity(row.kind, row.channel, row.value)
                held.setdefault(key, set()).add(row.root_id)
        return held

    async def _present(
        self, session: AsyncSession, held: Mapping[Identity, set[str]], known: Fields
    ) -> dict[str, Present]:
        roots = sorted({root for each in held.values() for root in each})
        present: dict[str, Present] = {}
        for at in range(0, len(roots), _READ_AT_ONCE):
            present |= await several(session, roots[at : at + _READ_AT_ONCE], known)
        return present

    async def _holder(self, session: AsyncSession, keys: Collection[Identity], known: Fields) -> CustomerOut | None:
        """The customer that has one of these identities. Raises Problem when several have."""
        if not keys:
            return None
        held = tuple_(CustomerIdentity.kind, CustomerIdentity.channel, CustomerIdentity.value)
        query = (
            select(Customer.root_id)
            .join(CustomerIdentity, CustomerIdentity.customer_id == Customer.id)
            .where(held.in_([(key.kind, key.channel, key.value) for key in keys]))
        )
        roots = set(await session.scalars(query.distinct()))
        if len(roots) > 1:
            raise bad("identities", "belong to several customers; merge them first.")
        return await whole(session, await root_of(session, roots.pop()), known=known, alone=True) if roots else None


def _read(body: ImportBody, known: Fields) -> tuple[dict[str, str], list[tuple[int, dict[str, str]]]]:
    text = body.csv.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[tuple[int, dict[str, str]]] = []
    try:
        names = [cell.strip() for cell in next(reader, [])]
        columns = _columns(names, body.mapping, known)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MAX_ROWS:
                raise _unusable(f"A part has at most {MAX_ROWS} customers.")
            taken: dict[str, str] = {}
            for name, cell in zip(names, cells, strict=False):
                target, value = columns.get(name, ""), unguarded(cell.strip())
                if target and value:
                    # Two columns for one thing, as a second number, add up where several can be.
                    taken[target] = f"{taken[target]}{PART}{value}" if target in taken else value
            rows.append((body.first_line + reader.line_num - 1, taken))
    except csv.Error as error:
        raise _unusable(f"Line {body.first_line + reader.line_num - 1} is no CSV: {error}.") from None
    return columns, rows


def _columns(names: Sequence[str], mapping: Mapping[str, str], known: Fields) -> dict[str, str]:
    targets = {*TARGETS, *(f"field.{name}" for name in known)}
    columns = {}
    for name in names:
        target = mapping.get(name, name.lower() if name.lower() in targets else "")
        if target and target not in targets:
            raise bad("mapping", f"there is no {target!r} to put {name!r} into.", "bad-file")
        columns[name] = target
    if "name" not in columns.values():
        raise _unusable("No column is taken for the name.")
    return columns


def _parts(cells: Mapping[str, str], name: str) -> list[str]:
    return [part for part in (part.strip() for part in cells.get(name, "").split(PART)) if part]


def _identities(cells: Mapping[str, str]) -> list[IdentityBody]:
    found = []
    for kind in IDENTITIES:
        for part in _parts(cells, kind):
            channel, value = "", part
            if kind not in REACHED:
                channel, _, value = part.partition(":")
            found.append(IdentityBody.model_validate({"kind": kind, "value": value, "channel": channel}))
    return found


async def _body(part: _Part, cells: Mapping[str, str], before: CustomerOut | None) -> CustomerBody:
    """What the line says, over what is known already. Raises Problem, ValidationError."""
    known = part.new.known
    values: dict[str, Any] = {} if before is None else _as_body(before)
    for name in ("kind", "name", "called", "language", "timezone"):
        if name in cells:
            values[name] = cells[name].lower() if name == "kind" else cells[name]
    if "priority" in cells:
        values["priority"] = cells["priority"]
    if "vip" in cells:
        values["vip"] = cells["vip"].lower() in ("yes", "true", "1", "y")
    if "organisation" in cells:
        values["organisation_id"] = await part.organisation(cells["organisation"])
    values["tags"] = [*values.get("tags", []), *_parts(cells, "tags")]
    values["identities"] = [*values.get("identities", []), *(each.model_dump() for each in _identities(cells))]
    address = {("lines" if name == "address" else name): cells[name] for name in ADDRESS if name in cells}
    if address:
        values["addresses"] = [address, *values.get("addresses", [])[1:]]
    own = {name: from_text(cells[f"field.{name}"], held) for name, held in known.items() if f"field.{name}" in cells}
    values["fields"] = {**values.get("fields", {}), **own}
    return CustomerBody.model_validate(values)


def _says_nothing_new(given: CustomerBody, present: CustomerOut) -> bool:
    """Whether what a line makes of a customer is what he is, his numbers and addresses aside."""
    before = CustomerBody.model_validate(_as_body(present))
    apart = {"identities", "tags"}
    same = given.model_dump(exclude=apart) == before.model_dump(exclude=apart)
    return same and set(given.tags) == set(before.tags)


def _as_body(shown: CustomerOut) -> dict[str, Any]:
    names = {"kind", "name", "called", "language", "timezone", "vip", "priority", "addresses", "tags", "fields"}
    values = shown.model_dump(include=names)
    values["organisation_id"] = shown.organisation.id if shown.organisation else None
    values["identities"] = [
        {"kind": each.kind, "value": each.shown, "channel": each.channel, "label": each.label}
        for each in shown.identities
    ]
    return values


async def _organisation(session: AsyncSession, name: str) -> str:
    query = select(Customer.id).where(
        Customer.sort_name == folded(name)[:200], Customer.kind == "organisation", Customer.id == Customer.root_id
    )
    found = (await session.scalars(query.limit(2))).all()
    if len(found) != 1:
        raise bad("organisation", "there is no organisation of this name." if not found else "there are several.")
    return found[0]


def sheet_as_csv(data: bytes) -> str:
    """The first sheet of an XLSX as the CSV that an import takes, each row on the line it has in the sheet where no
    cell has several. Takes as long as it takes. Raises Problem 422."""
    out = io.StringIO(newline="")
    writer, written = csv.writer(out), 0
    try:
        for count, (line, cells) in enumerate(xlsx_rows(io.BytesIO(data)), 1):
            if count > MOST_SHEET_ROWS or out.tell() > MOST_SHEET_SIGNS:
                raise UnreadableTable(f"The sheet is too long; part it into some of {MOST_SHEET_ROWS} rows")
            out.write("\r\n" * (line - written - 1))
            writer.writerow(cells)
            written = line
    except UnreadableTable as error:
        raise Problem(422, "bad-file", "The file cannot be used", f"file: {error}", field=SHEET.field) from None
    return out.getvalue()


def _unusable(sentence: str) -> Problem:
    return Problem(422, "bad-file", "The file cannot be used", sentence, field="csv")
