"""Many users at once, from a file: first a preview, then the good lines go in and the others are named."""

from __future__ import annotations

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from contactcenter.api.fields import Settings
from contactcenter.api.problems import Problem
from contactcenter.identity.set_up import SetUp
from contactcenter.identity.user_csv import Row, read
from contactcenter.identity.users import UserSetUp
from contactcenter.permissions import Principal


class ImportBody(Settings):
    """`csv` is the file's text, and with all of its quoting must fit into a request (`[http] max_body_kb`); without
    `apply` nothing is written."""

    csv: str = Field(max_length=1_000_000)
    apply: bool = False


class ImportRow(BaseModel):
    """`field` and `problem` say why a line cannot go in; both None for a good one."""

    line: int
    email: str
    field: str | None
    problem: str | None


class ImportOut(BaseModel):
    """`good` lines went in, or would; `bad` ones did not."""

    applied: bool
    good: int
    bad: int
    rows: list[ImportRow]


class _Preview(Exception):  # noqa: N818 - a way out of the transaction, not a fault
    pass


class UserImport:
    def __init__(self, set_up: SetUp, users: UserSetUp) -> None:
        self._set_up = set_up
        self._users = users

    async def take(self, body: ImportBody, by: Principal | None) -> ImportOut:
        """Raises Problem 422 for a file that is no table of users."""
        rows = read(body.csv)
        told: list[ImportRow] = []
        added: list[str] = []
        async with self._set_up.lock:
            try:
                async with self._set_up.database.transaction() as session:
                    for row in rows:
                        told.append(await self._take_row(session, row, by, added))
                    if not body.apply:
                        raise _Preview
            except _Preview:
                pass
            if body.apply and added:
                self._set_up.settle(added)
        bad = sum(row.problem is not None for row in told)
        return ImportOut(applied=body.apply, good=len(told) - bad, bad=bad, rows=told)

    async def _take_row(self, session: AsyncSession, row: Row, by: Principal | None, added: list[str]) -> ImportRow:
        """The very same steps as for a single user, so that a preview cannot promise too much. A refusal comes before
        anything of the line is written."""
        if row.user is None:
            field, sentence = row.problem or ("", "")
            return ImportRow(line=row.line, email=row.email, field=field, problem=sentence)
        try:
            added.append(await self._users.add(session, row.user, by))
        except Problem as problem:
            field = problem.extra.get("field", "")
            sentence = problem.detail.removeprefix(f"{field}: ")
            return ImportRow(line=row.line, email=row.user.email, field=field, problem=sentence)
        return ImportRow(line=row.line, email=row.user.email, field=None, problem=None)
