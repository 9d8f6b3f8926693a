"""Flow files as anybody may write them: encodings, limits, and any text at all."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contactcenter.flows.parse import check, examine
from contactcenter.flows.source import MAX_BYTES
from tests.flows.test_parse import QUEUES, ROOT, problems


def test_a_file_that_is_not_utf8_is_pointed_into(tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_bytes("flow: x\ndescription: Stra\xdfe\n".encode("latin-1"))
    assert [(p.line, p.column, p.message) for p in check(path)] == [(2, 18, "the file is not UTF-8 text")]


def test_a_file_that_cannot_be_read_is_a_problem(tmp_path: Path) -> None:
    assert "cannot be read" in check(tmp_path / "gone.yaml")[0].message


def test_a_byte_order_mark_is_no_problem() -> None:
    assert examine(b"\xef\xbb\xbfflow: x\nstart: a\nsteps: {a: {hangup: closed}}\n", "x", directory=None)[1] == []


def test_text_that_unfolds_too_far_is_refused() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for name, inner in zip("bcdefghi", "abcdefgh", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{inner}'] * 9)}]\n"
    assert "unfolds to more than" in problems(bomb)[0][3]


@pytest.mark.parametrize("text", ["[" * 5_000, "- " * 5_000, "{a: " * 3_000, "&a [*a]"])
def test_deep_and_self_containing_text_is_refused(text: str) -> None:
    assert problems(text)[0][0] == "error"


def test_a_file_that_is_too_large_is_refused_unread() -> None:
    assert "bytes; a flow may have" in problems("#" * (MAX_BYTES + 1))[0][3]


MAIN = (ROOT / "ivr_flows/main.yaml").read_text()
RICH = """flow: rich
hours: {o: {calendar: main}, p: {timezone: UTC, open: [{days: mon-fri, from: "22:00", to: "06:00"}]}}
start: a
steps:
  a: {branch: [{when: {any: [{open: o}, {not: {open: p}}]}, next: q}], else: end}
  q:
    queue:
      queue: sales
      skills: {english: 2, any: [{german: 1, french: 3}, {not: {all: [trainee, {junior: 5}]}}]}
      preferred: [senior, {billing: 4}]
      agent: {id: "{caller}", wait_s: 20}
    on: {voicemail: end, number: end}
    on_max_wait: end
  end: {hangup: {say: "{queue_left} {queue_target} {o|hours}"}}
"""
FRAGMENTS = st.sampled_from(
    [*"{}[]\n\t\"'|#\x00\u2028", ": ", "- ", "&a ", "*a", "!!x ", "%YAML 1.1", "---\n", "<<: ", "null", "? ", ">-\n"]
)


@given(st.one_of(st.text(max_size=200), st.lists(FRAGMENTS, max_size=30).map("".join)))
def test_any_text_gives_problems_never_an_exception(text: str) -> None:
    flow, found = examine(text.encode(errors="surrogatepass"), "x.yaml", directory=None, known_queues=QUEUES)
    assert flow is not None or any(problem.severity == "error" for problem in found)
    assert all(problem.line >= 1 and problem.column >= 1 for problem in found)


@given(st.binary(max_size=200))
def test_any_bytes_give_problems_never_an_exception(raw: bytes) -> None:
    assert examine(raw, "x.yaml", directory=None)[1] != []


@given(
    st.sampled_from([MAIN, RICH]),
    st.integers(0, len(MAIN)),
    st.integers(0, 40),
    st.one_of(FRAGMENTS, st.text(max_size=10)),
)
def test_a_good_flow_with_any_edit_gives_a_flow_or_errors(good: str, at: int, cut: int, put: str) -> None:
    at %= len(good)
    text = good[:at] + put + good[at + cut :]
    flow, found = examine(text.encode(errors="surrogatepass"), "x.yaml", directory=None, known_queues=QUEUES)
    assert (flow is None) == any(problem.severity == "error" for problem in found)
    lines = text.count("\n") + 2
    assert all(1 <= problem.line <= lines for problem in found)
