"""Line charts as SVG, drawn without a library: readable in dark and light, in print and by screen readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 900, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 10, 26
_DASHES = ("", "6 4", "2 3")
_MOST_LABELS = 12


@dataclass(frozen=True, slots=True)
class Line:
    """`points` None where nothing was to be told."""

    name: str
    points: Sequence[float | None]


def line_chart(title: str, times: Sequence[str], lines: Sequence[Line], *, percent: bool = False) -> str:
    """One line for each outcome, each of another dash and colour; `percent`: values are shares between 0 and 1."""
    values = [point for line in lines for point in line.points if point is not None]
    top = 1.0 if percent else nice_top(max(values, default=0.0))
    parts = [f'<svg class="plot" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}">']
    parts += _grid(top, percent) + _times(times)
    for index, line in enumerate(lines):
        dash = f' stroke-dasharray="{_DASHES[index % 3]}"' if index % 3 else ""
        for piece in _pieces(line.points, len(times), top):
            parts.append(f'<polyline class="line s{index % 3}"{dash} points="{piece}"/>')
    return "".join([*parts, "</svg>"])


def nice_top(highest: float) -> float:
    """A round number not below `highest`: 1, 2 or 5 times a power of ten, at least 1."""
    if highest <= 1.0:
        return 1.0
    power = 10.0 ** floor(log10(highest))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= highest - 1e-9)


def _x(index: float, count: int) -> float:
    return _LEFT + (WIDTH - _LEFT - _RIGHT) * index / max(count - 1, 1)


def _y(value: float, top: float) -> float:
    return HEIGHT - _BOTTOM - (HEIGHT - _TOP - _BOTTOM) * min(value / top, 1.0)


def _grid(top: float, percent: bool) -> list[str]:
    parts = []
    for quarter in range(5):
        value = top * quarter / 4
        y = _y(value, top)
        label = f"{value:.0%}" if percent else f"{value:g}"
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{label}</text>')
    return parts


def _times(times: Sequence[str]) -> list[str]:
    every = max(ceil(len(times) / _MOST_LABELS), 1)
    return [
        f'<text class="tick" x="{_x(at, len(times)):.1f}" y="{HEIGHT - 8}" text-anchor="middle">{times[at]}</text>'
        for at in range(0, len(times), every)
    ]


def _pieces(points: Sequence[float | None], count: int, top: float) -> list[str]:
    """Runs of known values. A value alone becomes a short stroke."""
    pieces: list[list[str]] = [[]]
    for index, value in enumerate(points):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{_x(index, count):.1f},{_y(value, top):.1f}")
    return [" ".join(piece if len(piece) > 1 else [*piece, *piece]) for piece in pieces if piece]


def legend(lines: Sequence[Line]) -> str:
    """Which stroke is which line, as a list."""
    items = []
    for index, line in enumerate(lines):
        dash = f' stroke-dasharray="{_DASHES[index % 3]}"' if index % 3 else ""
        stroke = f'<svg viewBox="0 0 28 8" aria-hidden="true"><path class="line s{index % 3}"{dash} d="M0 4H28"/></svg>'
        items.append(f"<li>{stroke}{escape(line.name)}</li>")
    return f'<ul class="legend">{"".join(items)}</ul>'
