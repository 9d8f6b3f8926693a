"""Comparisons: what stands beside what, how sure it is, and the page that says so."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path

import msgspec
import pytest

from contactcenter.whatif.charts import Line, legend, line_chart, nice_top
from contactcenter.whatif.files import load_changes, load_scenario
from contactcenter.whatif.outcome import Comparison, Question, answer, to_json
from contactcenter.whatif.report import figures_for_console, html_of
from tests.whatif.examples import CHANGES, SCENARIO

VOID = {"meta", "polyline", "line", "path"}


class Page(HTMLParser):
    """Fails on a tag that is not closed in its turn."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.words: list[str] = []
        self.labels: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.labels += [value or "" for name, value in attrs if name == "aria-label"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture
def question(tmp_path: Path) -> Question:
    (tmp_path / "scenario.yaml").write_text(SCENARIO)
    (tmp_path / "changes.yaml").write_text(CHANGES)
    title, scenario = load_scenario(tmp_path / "scenario.yaml")
    changes_title, changed = load_changes(tmp_path / "changes.yaml", scenario)
    return Question(
        title=title,
        scenario=scenario,
        runs=3,
        changes_title=changes_title,
        changed=changed,
        queues={"sales": "Sales & <More>"},
    )


def test_the_changed_stands_beside_the_original(question: Question) -> None:
    shares: list[float] = []
    comparison = answer(question, shares.append)
    assert [outcome.title for outcome in comparison.outcomes] == ["A Monday", "Two more"]
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert comparison.times[:3] == ["08:00", "08:15", "08:30"]
    assert len(comparison.times) == 16
    assert comparison.original is not None
    level = comparison.original.spreads["sales"]["service_level"]
    assert level.low is not None
    assert level.low < level.mean == comparison.original.report.queues[0].figures.service_levels.of_offered
    assert set(comparison.original.spreads) == {"total", "sales", "support"}
    assert comparison.original.spreads["total"]["occupancy"].mean == comparison.original.report.occupancy


def test_without_changes_the_scenario_stands_alone(question: Question) -> None:
    alone = answer(msgspec.structs.replace(question, changed=None, runs=1))
    assert alone.original is None
    assert alone.report.title == "A Monday"
    assert alone.report.spreads == {}


def test_json_holds_all_of_it(question: Question) -> None:
    comparison = answer(question)
    assert msgspec.json.decode(to_json(comparison), type=Comparison) == comparison


def test_the_page_is_whole_and_escapes_names(question: Question) -> None:
    comparison = answer(question)
    text = html_of(comparison)
    page = Page()
    page.feed(text)
    assert page.open == []
    assert "Sales & <More>" in page.words
    assert "<More>" not in text
    assert "http" not in text
    assert "Service level per 15 minutes" in page.labels
    assert any(word.endswith("better") for word in page.words)
    assert any(word.startswith("±") for word in page.words)
    for agent_id in ("sales-1", "new1-2", "guru"):
        assert agent_id in page.words


def test_the_console_gets_the_totals(question: Question) -> None:
    heads, rows = figures_for_console(answer(question))
    assert heads == ["", "A Monday", "Two more"]
    assert rows[0][0] == "Offered"
    assert all(len(row) == 3 for row in rows)


def test_a_chart_begins_anew_after_a_gap() -> None:
    chart = line_chart("Level", ["08:00", "08:15", "08:30"], [Line("one", [0.5, None, 1.0])], percent=True)
    assert chart.count("<polyline") == 2
    assert "100%" in chart
    assert line_chart("Empty", [], [Line("one", [])]).count("<polyline") == 0
    assert legend([Line("a<b", [])]).count("a&lt;b") == 1


def test_axes_end_at_round_numbers() -> None:
    assert [nice_top(value) for value in (0.0, 0.3, 1.0, 1.1, 4.0, 7.0, 23.0, 999.0)] == [
        1.0,
        1.0,
        1.0,
        2.0,
        5.0,
        10.0,
        50.0,
        1000.0,
    ]
