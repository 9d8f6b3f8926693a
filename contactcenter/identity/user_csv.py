"""Users as a table: read with every fault named by its line, written so that it can be read again.

Columns: email, name, roles, teams; only email is needed. Several values in a cell are parted by ";". A role that does
not count everywhere names where: `supervisor@team:north@queue:sales`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from contactcenter.api.cells import guarded, unguarded
from contactcenter.api.problems import Problem, invalid
from contactcenter.identity.user_list import UserOut
from contactcenter.identity.users import NewUser, Where

COLUMNS = ("email", "name", "roles", "teams")
MAX_ROWS = 10_000


class PlaceError(Exception):
    """What follows a role's @ is neither a team nor a queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the file: either a user or what is wrong with it, as (field, sentence)."""

    line: int
    email: str
    user: NewUser | None
    problem: tuple[str, str] | None


def read(text: str) -> list[Row]:
    """Raises Problem 422 when the file as a whole cannot be used."""
    lines = text.removeprefix("\ufeff").splitlines(keepends=True)
    head = lines[0] if lines else ""
    delimiter = max(",;\t", key=head.count)
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=delimiter, strict=True)
    rows: list[Row] = []
    seen: set[str] = set()
    try:
        columns = _columns(next(reader, []))
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(rows) == MAX_ROWS:
                raise _unusable(f"The file has more than {MAX_ROWS} users; part it.")
            rows.append(_row(reader.line_num, columns, cells, seen))
    except csv.Error as error:
        raise _unusable(f"Line {reader.line_num} is no CSV: {error}.") from None
    return rows


def _columns(cells: Sequence[str]) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    if "email" not in columns:
        raise _unusable("The first line must name the columns, with email among them.")
    # What an export tells besides is no fault.
    unknown = [name for name in columns if name not in (*COLUMNS, "state", "")]
    if unknown:
        raise _unusable(f"There is no column {unknown[0]!r}; there are {', '.join(COLUMNS)}.")
    if len(set(columns)) < len(columns):
        raise _unusable("A column is there twice.")
    return columns


def _row(line: int, columns: list[str], cells: Sequence[str], seen: set[str]) -> Row:
    values = {name: unguarded(cell.strip()) for name, cell in zip(columns, cells, strict=False)}
    email = values.get("email", "")
    if len(cells) > len(columns):
        return Row(line=line, email=email, user=None, problem=("", "has more cells than there are columns."))
    try:
        user = _user(values)
    except PlaceError:
        sentence = "a role counts everywhere, or as in supervisor@team:north@queue:sales."
        return Row(line=line, email=email, user=None, problem=("roles", sentence))
    except ValidationError as error:
        extra = invalid(error, "row").extra["errors"][0]
        return Row(line=line, email=email, user=None, problem=(extra["field"], extra["message"] + "."))
    if user.email in seen:
        return Row(line=line, email=email, user=None, problem=("email", "stands in an earlier line already."))
    seen.add(user.email)
    return Row(line=line, email=email, user=user, problem=None)


def _user(values: dict[str, str]) -> NewUser:
    return NewUser.model_validate(
        {
            "email": values.get("email", ""),
            "name": values.get("name") or values.get("email", "").partition("@")[0],
            "roles": [_role(part) for part in _parts(values, "roles")],
            "teams": _parts(values, "teams"),
        }
    )


def _parts(values: dict[str, str], name: str) -> list[str]:
    return [part for part in (part.strip() for part in values.get(name, "").split(";")) if part]


def _role(text: str) -> dict[str, Any]:
    role, *places = text.split("@")
    if not places:
        return {"role": role}
    where: dict[str, list[str]] = {"teams": [], "queues": []}
    for place in places:
        kind, _, known_as = place.partition(":")
        if f"{kind}s" not in where:
            raise PlaceError
        where[f"{kind}s"].append(known_as)
    return {"role": role, "where": where}


def written(users: Sequence[UserOut]) -> str:
    """A line for each user, and a head line."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([*COLUMNS, "state"])
    for user in users:
        roles = ";".join(_told(role.role, role.where) for role in user.roles)
        teams = ";".join(team.id for team in user.teams)
        writer.writerow([guarded(cell) for cell in (user.email, user.name, roles, teams, user.state)])
    return out.getvalue()


def _told(role: str, where: Where | None) -> str:
    if where is None:
        return role
    places = [f"team:{team}" for team in where.teams] + [f"queue:{queue}" for queue in where.queues]
    return "@".join([role, *(places or ["team:"])])


def _unusable(sentence: str) -> Problem:
    return Problem(422, "bad-file", "The file cannot be used", sentence, field="csv")
