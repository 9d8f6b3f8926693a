"""What a comparison says, as one HTML page that needs nothing else: figures and charts beside the original."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from acd.replications import Spread
from acd.simulated import Figures, Interval, Report
from contactcenter.whatif.charts import Line, legend, line_chart
from contactcenter.whatif.outcome import TOTAL, Comparison, Outcome

_STYLE = """
:root{color-scheme:light dark;--bg:#fff;--text:#1c2430;--dim:#56606d;--edge:#cfd6df;--soft:#f4f6f9;
--c0:#3654c4;--c1:#b4460a;--c2:#0b7a52;--good:#0b6b45;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--bg:#10141b;--text:#dfe4ec;--dim:#a4adbb;--edge:#2d3746;--soft:#181e27;
--c0:#8ea5f2;--c1:#f0a06a;--c2:#5fd0a3;--good:#5fd0a3;--bad:#ff9d94}}
*{box-sizing:border-box}
body{margin:0 auto;padding:24px 16px 48px;max-width:1100px;background:var(--bg);color:var(--text);
font:14px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
h1{font-size:22px;margin:0 0 4px}h2{font-size:17px;margin:32px 0 8px}h3{font-size:14px;margin:20px 0 4px}
p{margin:4px 0;color:var(--dim)}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:5px 10px;text-align:right;border-bottom:1px solid var(--edge);white-space:nowrap}
th:first-child,td:first-child{text-align:left}
thead th{background:var(--soft);font-weight:600}
tbody th{font-weight:400}
.note{color:var(--dim);font-size:12px}
.better{color:var(--good)}.worse{color:var(--bad)}
svg{display:block;width:100%;height:auto}
.grid{stroke:var(--edge);stroke-width:1}.tick{fill:var(--dim);font-size:11px}
.line{fill:none;stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.s0{stroke:var(--c0)}.s1{stroke:var(--c1)}.s2{stroke:var(--c2)}
.legend{display:flex;flex-wrap:wrap;gap:4px 20px;list-style:none;margin:0;padding:0 0 0 56px;font-size:12px}
.legend li{display:flex;align-items:center;gap:6px}.legend svg{width:28px;height:8px}
.plot{min-width:620px}
@media(max-width:700px){th,td{white-space:normal;padding:5px 6px}}
details{margin:4px 0 0}summary{cursor:pointer;color:var(--dim);font-size:12px}
@media print{details{display:none}}
"""


@dataclass(frozen=True, slots=True)
class _Row:
    """One figure. `better`: whether more (1) or less (-1) of it is better; 0: neither. `metric`: its spread's name."""

    label: str
    value: Callable[[Figures], float | None]
    shown: str
    better: int = 0
    metric: str = ""


_ROWS = (
    _Row("Offered", lambda it: it.offered, "count"),
    _Row("Answered", lambda it: it.answered, "count", 1),
    _Row("Abandoned", lambda it: it.abandoned, "count", -1),
    _Row("Overflowed to another queue", lambda it: it.overflowed, "count"),
    _Row("Left the queue", lambda it: it.left, "count"),
    _Row("Unresolved", lambda it: it.unresolved, "count", -1),
    _Row("Offers missed", lambda it: it.missed, "count", -1),
    _Row("Service level, of offered", lambda it: it.service_levels.of_offered, "share", 1, "service_level"),
    _Row("Service level, of answered", lambda it: it.service_levels.of_answered, "share", 1),
    _Row("Service level, early abandons ignored", lambda it: it.service_levels.abandons_ignored, "share", 1),
    _Row("Service level, early abandons credited", lambda it: it.service_levels.abandons_credited, "share", 1),
    _Row("Abandonment", lambda it: it.abandonment, "share", -1, "abandonment"),
    _Row("Average speed of answer", lambda it: it.average_speed_of_answer_s, "time", -1, "average_speed_of_answer_s"),
    _Row("Wait, half answered within", lambda it: it.percentiles.get("50"), "time", -1),
    _Row("Wait, 90 % answered within", lambda it: it.percentiles.get("90"), "time", -1, "p90_wait_s"),
    _Row("Wait, 99 % answered within", lambda it: it.percentiles.get("99"), "time", -1),
    _Row("Longest wait", lambda it: it.max_wait_s, "time", -1),
    _Row("Mean conversation", lambda it: it.talk_s, "time"),
)
_CHARTS: tuple[tuple[str, Callable[[Interval], float | None], bool], ...] = (
    ("Offered per 15 minutes", lambda it: it.offered, False),
    ("Service level per 15 minutes", lambda it: it.service_level, True),
    ("Contacts waiting, on average", lambda it: it.waiting, False),
    ("Agents ready, on average", lambda it: it.ready, False),
    ("Abandoned per 15 minutes", lambda it: it.abandoned, False),
)


def html_of(comparison: Comparison) -> str:
    outcomes = comparison.outcomes
    title = escape(comparison.report.title)
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width,initial-scale=1">',
        f"<title>{title} – simulation</title><style>{_STYLE}</style></head><body><main>",
        f"<h1>{title}</h1>",
        f"<p>{escape(_told(comparison))}</p>",
        "<h2>All queues</h2>",
        _figures(outcomes, lambda outcome: outcome.report.total, TOTAL, occupancy=True),
        _charts(comparison, lambda report: report.intervals),
    ]
    for index, queue in enumerate(comparison.report.report.queues):
        name = comparison.queues.get(queue.queue_id, queue.queue_id)
        parts.append(f"<h2>{escape(name)}</h2>")
        parts.append(_figures(outcomes, _queue_figures(index), queue.queue_id))
        parts.append(_charts(comparison, _queue_intervals(index)))
    parts.append(_agents(comparison))
    parts.append("</main></body></html>")
    return "".join(parts)


def _told(comparison: Comparison) -> str:
    runs = comparison.report.runs
    sentence = (
        "One run of the routing engine in virtual time."
        if runs == 1
        else (f"Means of {runs} runs of the routing engine in virtual time; ± is half a 95 % confidence interval.")
    )
    if comparison.recorded is not None:
        sentence += " Beside it stands the day as it was recorded."
    return sentence


def _queue_figures(index: int) -> Callable[[Outcome], Figures]:
    return lambda outcome: outcome.report.queues[index].figures


def _queue_intervals(index: int) -> Callable[[Report], Sequence[Interval]]:
    return lambda report: report.queues[index].intervals


def _figures(
    outcomes: Sequence[Outcome], figures: Callable[[Outcome], Figures], spreads: str, *, occupancy: bool = False
) -> str:
    heads = "".join(f'<th scope="col">{escape(outcome.title)}</th>' for outcome in outcomes)
    change = '<th scope="col">Change</th>' if len(outcomes) > 1 else ""
    rows = []
    for row in _ROWS:
        values = [row.value(figures(outcome)) for outcome in outcomes]
        if row.shown == "count" and not any(values) and row.label not in ("Offered", "Answered", "Abandoned"):
            continue
        sure = [outcome.spreads.get(spreads, {}).get(row.metric) for outcome in outcomes]
        rows.append(_row(row.label, values, sure, row.shown, row.better))
    if occupancy:
        values = [outcome.report.occupancy for outcome in outcomes]
        sure = [outcome.spreads.get(TOTAL, {}).get("occupancy") for outcome in outcomes]
        rows.append(_row("Occupancy", values, sure, "share", 0))
    head = f'<thead><tr><th scope="col">Figure</th>{heads}{change}</tr></thead>'
    return _scrolled("Figures", f"<table>{head}<tbody>{''.join(rows)}</tbody></table>")


def _row(label: str, values: Sequence[float | None], sure: Sequence[Spread | None], shown: str, better: int) -> str:
    cells = "".join(
        f"<td>{_shown(value, shown)}{_half(each, shown)}</td>" for value, each in zip(values, sure, strict=True)
    )
    if len(values) > 1:
        cells += _change(values[-2], values[-1], shown, better)
    return f'<tr><th scope="row">{escape(label)}</th>{cells}</tr>'


def _change(before: float | None, after: float | None, shown: str, better: int) -> str:
    """Against the column to the left; better and worse in words for who sees no colour."""
    if before is None or after is None:
        return "<td>–</td>"
    change = after - before
    text = _shown(abs(change), "points" if shown == "share" else shown)
    if text in ("0", "0.0 points", "0.0 s"):
        return "<td>±0</td>"
    sign = "+" if change > 0 else "−"
    if not better:
        return f"<td>{sign}{text}</td>"
    word = "better" if (change > 0) == (better > 0) else "worse"
    return f'<td class="{word}">{sign}{text} {word}</td>'


def _shown(value: float | None, shown: str) -> str:
    if value is None:
        return "–"
    if shown == "share":
        return f"{value * 100:.1f} %"
    if shown == "points":
        return f"{value * 100:.1f} points"
    if shown == "time":
        return f"{value:.1f} s" if value < 600 else f"{value / 60:.1f} min"
    return f"{value:,.1f}" if value % 1 else f"{value:,.0f}"


def _half(spread: Spread | None, shown: str) -> str:
    if spread is None or spread.half is None:
        return ""
    half = f"{spread.half * 100:.1f}" if shown == "share" else _shown(spread.half, shown)
    return f' <span class="note">±{half}</span>'


def _agents(comparison: Comparison) -> str:
    """Handled and occupancy of each agent, in every outcome in which it is there."""
    outcomes = comparison.outcomes
    by_id = [{agent.agent_id: agent for agent in outcome.report.agents} for outcome in outcomes]
    ids = dict.fromkeys(agent_id for agents in by_id for agent_id in agents)
    heads = "".join(
        f'<th scope="col">{escape(outcome.title)}: handled</th><th scope="col">occupancy</th>' for outcome in outcomes
    )
    rows = []
    for agent_id in ids:
        cells = ""
        for agents in by_id:
            agent = agents.get(agent_id)
            cells += f"<td>{_shown(agent.handled if agent else None, 'count')}</td>"
            cells += f"<td>{_shown(agent.occupancy if agent else None, 'share')}</td>"
        rows.append(f'<tr><th scope="row">{escape(comparison.agents.get(agent_id, agent_id))}</th>{cells}</tr>')
    head = f'<thead><tr><th scope="col">Agent</th>{heads}</tr></thead>'
    return "<h2>Agents</h2>" + _scrolled("Agents", f"<table>{head}<tbody>{''.join(rows)}</tbody></table>")


def _scrolled(name: str, content: str) -> str:
    """Wide content that scrolls by itself, by keyboard too."""
    return f'<div class="scroll" tabindex="0" role="region" aria-label="{name}">{content}</div>'


def _charts(comparison: Comparison, intervals: Callable[[Report], Sequence[Interval]]) -> str:
    parts = []
    for title, value, percent in _CHARTS:
        lines = [
            Line(outcome.title, [value(interval) for interval in intervals(outcome.report)])
            for outcome in comparison.outcomes
        ]
        if not any(point for line in lines for point in line.points):
            continue
        chart = line_chart(title, comparison.times, lines, percent=percent)
        parts.append(f"<h3>{title}</h3>{_scrolled(title, chart)}{legend(lines)}")
        parts.append(_as_table(title, comparison.times, lines, percent))
    return "".join(parts)


def _as_table(title: str, times: Sequence[str], lines: Sequence[Line], percent: bool) -> str:
    heads = "".join(f'<th scope="col">{escape(line.name)}</th>' for line in lines)
    rows = []
    for index, time in enumerate(times):
        points = (line.points[index] if index < len(line.points) else None for line in lines)
        cells = "".join(f"<td>{_shown(point, 'share' if percent else 'count')}</td>" for point in points)
        rows.append(f'<tr><th scope="row">{time}</th>{cells}</tr>')
    table = f'<table><thead><tr><th scope="col">From</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
    return f"<details><summary>{title} as a table</summary>{_scrolled(title, table)}</details>"


def figures_for_console(comparison: Comparison) -> tuple[list[str], list[list[str]]]:
    """Heads and rows of the totals, as plain text."""
    outcomes = comparison.outcomes
    rows = []
    for row in _ROWS:
        values = [row.value(outcome.report.total) for outcome in outcomes]
        if row.shown != "count" or any(values):
            rows.append([row.label, *(_shown(value, row.shown) for value in values)])
    rows.append(["Occupancy", *(_shown(outcome.report.occupancy, "share") for outcome in outcomes)])
    return ["", *(outcome.title for outcome in outcomes)], rows
