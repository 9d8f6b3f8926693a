"""Many telephones at once, as a table: first a preview, then the good lines go in and the others are named.

Columns: username, name, agent (email), disabled; a telephone that is there is changed, another one is added with a
password that is told this once. What an export tells besides is no fault.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated, Final, Literal

from pydantic import BaseModel, Field, ValidationError
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.agents.models import SipAccount
from contactcenter.agents.telephone_set_up import ChangedTelephone, NewTelephone, TelephoneSetUp
from contactcenter.api.cells import guarded, unguarded
from contactcenter.api.fields import Settings, bad
from contactcenter.api.problems import Problem, invalid
from contactcenter.identity.models import User

COLUMNS: Final = ("username", "name", "agent", "disabled")
SHOWN: Final = ("owner", "state", "")
MAX_ROWS: Final = 1_000
_USERNAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_YES, _NO = ("yes", "true", "1", "y", "x"), ("", "no", "false", "0", "n")


class TelephonesBody(Settings):
    """`csv` is the file's text; without `apply` nothing is written."""

    csv: Annotated[str, Field(max_length=900_000)]
    apply: bool = False


class TelephoneLine(BaseModel):
    """`what` becomes of the line, or would; `field` and `problem` say why nothing can. `password` of one that was
    added, told this once."""

    line: int
    username: str
    what: Literal["add", "change"] | None = None
    password: str | None = None
    field: str | None = None
    problem: str | None = None


class TelephonesTaken(BaseModel):
    """`server`, `port` and `realm` are what the telephones are set up with besides."""

    applied: bool
    added: int
    changed: int
    bad: int
    server: str
    port: int
    realm: str
    items: list[TelephoneLine]


class _Preview(Exception):  # noqa: N818 - a way out of the transaction, not a fault
    pass


@dataclass(slots=True)
class _Done:
    """What has to be told when it is committed."""

    owners: set[str | None] = field(default_factory=set)
    cut_off: set[str] = field(default_factory=set)


class TelephoneImport:
    def __init__(self, telephones: TelephoneSetUp) -> None:
        self._telephones = telephones

    async def take(self, body: TelephonesBody) -> TelephonesTaken:
        """Raises Problem 422 for a file that is no table of telephones."""
        rows, done = _read(body.csv), _Done()
        items: list[TelephoneLine] = []
        async with self._telephones.lock:
            try:
                async with self._telephones.database.transaction() as session:
                    for line, cells in rows:
                        items.append(await self._line(session, line, cells, done))
                    if not body.apply:
                        raise _Preview
            except _Preview:
                for each in items:
                    each.password = None
            else:
                await self._telephones.settle_many(done.owners, done.cut_off)
        server, port, _ = self._telephones.server()
        return TelephonesTaken(
            applied=body.apply,
            added=sum(each.what == "add" for each in items),
            changed=sum(each.what == "change" for each in items),
            bad=sum(each.what is None for each in items),
            server=server,
            port=port,
            realm=self._telephones.realm,
            items=items,
        )

    async def _line(
        self, session: AsyncSession, line: int, cells: Mapping[str, str] | None, done: _Done
    ) -> TelephoneLine:
        """The very same steps as for a single telephone; a refusal comes before anything of the line is written."""
        username = (cells or {}).get("username", "")
        try:
            if cells is None:
                raise bad("line", "has more cells than there are columns.")
            values = await _values(session, cells)
            present = await session.get(SipAccount, username) if username else None
            if present is None:
                row, password = await self._telephones.add(session, NewTelephone.model_validate(values))
                done.owners.add(row.user_id)
                return TelephoneLine(line=line, username=row.username, what="add", password=password)
            kept = {"name": present.name, "user_id": present.user_id, "disabled": present.disabled_at is not None}
            owner = present.user_id
            changed = ChangedTelephone.model_validate({**kept, **values})
            row = await self._telephones.put(session, username, changed)
        except ValidationError as error:
            first = invalid(error, "line").extra["errors"][0]
            return TelephoneLine(line=line, username=username, field=first["field"], problem=first["message"] + ".")
        except Problem as problem:
            at = str(problem.extra.get("field", "")).replace("user_id", "agent")
            sentence = problem.detail.removeprefix(f"{problem.extra.get('field', '')}: ")
            return TelephoneLine(line=line, username=username, field=at, problem=sentence)
        done.owners |= {owner, row.user_id}
        if row.user_id != owner or changed.disabled:
            done.cut_off.add(username)
        return TelephoneLine(line=line, username=username, what="change")

    async def written(self) -> str:
        """A line for each telephone, and a head line."""
        items = (await self._telephones.all()).items
        async with self._telephones.database.session() as session:
            emails = {row.id: row.email for row in await session.execute(select(User.id, User.email))}
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow([*COLUMNS, "owner", "state"])
        for each in items:
            state = "disabled" if each.disabled else "registered" if each.contacts else "away"
            owner = each.owner.name if each.owner else ""
            cells = (each.username, each.name, emails.get(each.user_id or "", ""), "yes" if each.disabled else "no")
            writer.writerow([guarded(cell) for cell in (*cells, owner, state)])
        return out.getvalue()


async def _values(session: AsyncSession, cells: Mapping[str, str]) -> dict[str, object]:
    """Of the columns that are there. Raises Problem that names one."""
    values: dict[str, object] = {}
    if cells.get("username"):
        if not _USERNAME.fullmatch(cells["username"]):
            raise bad("username", "must begin with a letter or digit, and have only those, dots, hyphens, underscores.")
        values["username"] = cells["username"]
    elif not cells.get("name"):
        raise bad("username", "or a name must be there.")
    if "name" in cells:
        values["name"] = cells["name"]
    if "disabled" in cells:
        if (word := cells["disabled"].lower()) not in (*_YES, *_NO):
            raise bad("disabled", "must be yes or no.")
        values["disabled"] = word in _YES
    if "agent" in cells:
        values["user_id"] = await _agent(session, cells["agent"]) if cells["agent"] else None
    return values


async def _agent(session: AsyncSession, email: str) -> str:
    found = await session.scalar(select(User.id).where(func.lower(User.email) == email.lower()))
    if found is None:
        raise bad("agent", f"there is nobody with the email {email!r}.")
    return found


def _read(text: str) -> list[tuple[int, dict[str, str] | None]]:
    """Lines of the file with their cells; None where there are too many."""
    text = text.removeprefix("\ufeff")
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    rows: list[tuple[int, dict[str, str] | None]] = []
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MAX_ROWS:
                raise _unusable(f"The file has more than {MAX_ROWS} telephones; part it.")
            named = {name: unguarded(cell.strip()) for name, cell in zip(columns, cells, strict=False)}
            rows.append((reader.line_num, named if len(cells) <= len(columns) else None))
    except csv.Error as error:
        raise _unusable(f"Line {reader.line_num} is no CSV: {error}.") from None
    return rows


def _columns(cells: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    if "username" not in columns and "name" not in columns:
        raise _unusable("The first line must name the columns, with username or name among them.")
    unknown = [name for name in columns if name not in (*COLUMNS, *SHOWN)]
    if unknown:
        raise _unusable(f"There is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}.")
    if len(set(columns)) < len(columns):
        raise _unusable("A column is there twice.")
    return columns


def _unusable(sentence: str) -> Problem:
    return Problem(422, "bad-file", "The file cannot be used", sentence, field="csv")
