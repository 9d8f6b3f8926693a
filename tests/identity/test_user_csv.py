"""Any text at all: a table of users, or a sentence that says why it is none."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from contactcenter.api.problems import Problem
from contactcenter.identity.user_csv import COLUMNS, Row, read

heads = st.lists(st.sampled_from([*COLUMNS, "state", "Email ", "shoe"]), max_size=5)
cells = st.text(alphabet=st.sampled_from(list("ab@:;,.'\"=+-\t\r\n \x00\u2028é")), max_size=12)
tables = st.builds(
    lambda head, rows, mark: "\n".join(mark.join(row) for row in [head, *rows]),
    heads,
    st.lists(st.lists(cells, max_size=6), max_size=5),
    st.sampled_from(",;\t"),
)
words = st.text(alphabet="abcxyz", min_size=1, max_size=8)
emails = st.builds("{}@{}.example".format, words, words)


def taken(text: str) -> list[Row] | None:
    try:
        return read(text)
    except Problem as refused:
        problem = refused
    assert (problem.status, problem.extra["field"]) == (422, "csv")
    assert problem.detail
    return None


@given(st.text() | tables)
def test_anything_is_a_table_or_refused_in_a_sentence(text: str) -> None:
    rows = taken(text) or []
    emails_taken = [row.user.email for row in rows if row.user is not None]
    assert len(set(emails_taken)) == len(emails_taken)
    for row in rows:
        assert (row.user is None) is (row.problem is not None)
        assert row.problem is None or row.problem[1]
    assert [row.line for row in rows] == sorted(row.line for row in rows)


@given(
    st.lists(st.tuples(emails, words, st.sets(words, max_size=3)), unique_by=lambda user: user[0]),
    st.sampled_from(",;\t"),
)
def test_what_a_spreadsheet_writes_is_read(users: list[tuple[str, str, set[str]]], mark: str) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=mark)
    writer.writerow(["email", "name", "roles", "teams"])
    for email, name, teams in users:
        writer.writerow([email, name, "agent", ";".join(sorted(teams))])
    rows = read("\ufeff" + out.getvalue())
    seen = [(row.user.email, row.user.name, set(row.user.teams)) for row in rows if row.user is not None]
    assert seen == users
