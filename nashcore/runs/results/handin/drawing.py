"""Static figures as SVG: means with their spread side by side, and curves over the epochs.

Colours are classes (c0 to c9 and ink, soft, grid), so that a page sets them for light, dark and print; every name has its own
dash as well.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

WIDTH, COLOURS = 960, 10
DASHES = ("", "7 3", "2 3", "10 3 2 3", "5 5")


@dataclass(frozen=True)
class Panel:
    """One metric of many rows.

    Attributes:
        title: of the metric.
        means: [R].
        spreads: [R]; NaN where there is none.
        chance: the mean gap of equal groups and what 95% of these stay within, [R] each; None for what is no gap.
    """

    title: str
    means: Array
    spreads: Array
    chance: tuple[Array, Array] | None


def dots(rows: Sequence[str], colours: Sequence[int], panels: Sequence[Panel], alt: str) -> str:
    """A row for each name, a panel for each metric: the mean, a bar of one spread to both sides, a grey bar by chance; rows of one
    number in ``colours`` have one colour."""
    left = min(360, 20 + 6.6 * max(map(len, rows), default=0))
    wide, step, top = (WIDTH - left) / max(len(panels), 1), 24, 40
    bottom = top + step * len(rows)
    drawn = [_text(left - 10, top + step * (r + 0.5) + 4, name, "end") for r, name in enumerate(rows)]
    for number, panel in enumerate(panels):
        low, high = _range([panel.means - _known(panel.spreads), panel.means + _known(panel.spreads)], panel)
        scale = _Scale(low, high, left + wide * number + 14, left + wide * (number + 1) - 14)
        drawn.append(_text(left + wide * (number + 0.5), 18, panel.title, "middle", "ink strong"))
        for tick in scale.ticks:
            drawn.append(_line(scale(tick), top, scale(tick), bottom, "grid"))
            drawn.append(_text(scale(tick), bottom + 16, _number(tick), "middle", "soft"))
        for r in range(len(rows)):
            y = top + step * (r + 0.5)
            if panel.chance is not None and not math.isnan(panel.chance[1][r]):
                drawn.append(
                    _line(scale(panel.chance[0][r]), y, scale(panel.chance[1][r]), y, "chance", "round")
                )
            mean, spread = panel.means[r], panel.spreads[r]
            if math.isnan(mean):
                continue
            if not math.isnan(spread):
                drawn.append(
                    _line(scale(mean - spread), y, scale(mean + spread), y, f"c{colours[r] % COLOURS} bar")
                )
            drawn.append(
                f'<circle cx="{scale(mean):.1f}" cy="{y:.1f}" r="4.5" class="c{colours[r] % COLOURS} dot"></circle>'
            )
    return _svg(drawn, bottom + 26, alt)


def curves(names: Sequence[str], panels: Sequence[tuple[str, Array]], epochs: int, alt: str) -> str:
    """A line for each name over the epochs, a panel for each metric: panels are titles and values [names, epochs done]."""
    wide, tall, gap = (WIDTH - 30) / max(len(panels), 1), 200, 34
    drawn: list[str] = []
    for number, (title, values) in enumerate(panels):
        across = _Scale(1, max(epochs, 2), 30 + wide * number + 24, 30 + wide * (number + 1) - 12)
        low, high = _range([values], None)
        up = _Scale(low, high, gap + tall, gap)
        drawn.append(_text((across.start + across.end) / 2, 18, title, "middle", "ink strong"))
        for tick in up.ticks:
            drawn.append(_line(across.start, up(tick), across.end, up(tick), "grid"))
            drawn.append(_text(across.start - 6, up(tick) + 4, _number(tick), "end", "soft"))
        for tick in sorted({1, (1 + epochs) // 2, epochs}):
            drawn.append(_text(across(tick), gap + tall + 16, str(tick), "middle", "soft"))
        for row, line in enumerate(values):
            drawn += [
                f'<polyline points="{points}" class="c{row % COLOURS} line" stroke-dasharray="{_dash(row)}"></polyline>'
                for points in _pieces(line, across, up)
            ]
    top = gap + tall + 44
    drawn.append(_text(WIDTH / 2, gap + tall + 32, "Epoch", "middle", "soft"))
    per_line = 3
    for row, name in enumerate(names):
        x, y = 30 + (row % per_line) * (WIDTH - 30) / per_line, top + 20 * (row // per_line) + 8
        drawn.append(_line(x, y, x + 34, y, f"c{row % COLOURS} line", dash=_dash(row)))
        drawn.append(_text(x + 42, y + 4, name if len(name) <= 38 else f"{name[:37]}…", "start"))
    return _svg(drawn, top + 20 * math.ceil(len(names) / per_line) + 8, alt)


@dataclass(frozen=True)
class Dot:
    """A method on two axes.

    Attributes:
        name: of the method.
        colour: methods of one number have one colour.
        across, up: the mean and the ends of its interval; NaN where there is none.
        ringed: whether it has a ring.
    """

    name: str
    colour: int
    across: tuple[float, ...]
    up: tuple[float, ...]
    ringed: bool


def trade_off(dots: Sequence[Dot], titles: tuple[str, str], grey: Sequence[float], alt: str) -> str:
    """Dots with bars on both axes, numbered, with a key beside them; grey from zero up to each value of ``grey``."""
    known = [dot for dot in dots if math.isfinite(dot.across[0] + dot.up[0])]
    left, right, top, bottom = 64, WIDTH - 330, 26, 350
    across = _Scale(*_range([np.array([dot.across for dot in known])], None), left, right)
    low, high = _range([np.array([dot.up for dot in known]), np.array([0.0, *grey])], None)
    up = _Scale(low, high, bottom, top)
    drawn = [
        f'<rect x="{left}" y="{up(value):.1f}" width="{right - left}" height="{up(0) - up(value):.1f}" class="shade"></rect>'
        for value in grey
    ]
    for tick in across.ticks:
        drawn.append(_line(across(tick), top, across(tick), bottom, "grid"))
        drawn.append(_text(across(tick), bottom + 16, _number(tick), "middle", "soft"))
    for tick in up.ticks:
        drawn.append(_line(left, up(tick), right, up(tick), "grid"))
        drawn.append(_text(left - 6, up(tick) + 4, _number(tick), "end", "soft"))
    drawn.append(_text((left + right) / 2, bottom + 36, titles[0], "middle", "ink strong"))
    drawn.append(_text(4, top - 10, titles[1], "start", "ink strong"))
    for dot in known:
        x, y, kind = across(dot.across[0]), up(dot.up[0]), f"c{dot.colour % COLOURS}"
        if math.isfinite(dot.across[1]):
            drawn.append(_line(across(dot.across[1]), y, across(dot.across[2]), y, f"{kind} bar"))
        if math.isfinite(dot.up[1]):
            drawn.append(_line(x, up(dot.up[1]), x, up(dot.up[2]), f"{kind} bar"))
        if dot.ringed:
            drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="10" class="ring"></circle>')
        drawn.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4.5" class="{kind} dot"></circle>')
    at: dict[tuple[str, str], list[str]] = {}
    for number, dot in enumerate(known, 1):
        at.setdefault((f"{across(dot.across[0]):.0f}", f"{up(dot.up[0]):.0f}"), []).append(str(number))
        y = top + 20 * number
        drawn.append(
            f'<circle cx="{right + 30}" cy="{y - 4}" r="4.5" class="c{dot.colour % COLOURS} dot"></circle>'
        )
        ring = " (ringed)" if dot.ringed else ""
        drawn.append(
            _text(
                right + 42,
                y,
                f"{number} {dot.name if len(dot.name) <= 32 else dot.name[:31] + '…'}{ring}",
                "start",
            )
        )
    drawn += [
        _text(float(x) + 9, float(y) + (18 if place % 2 else -8), ", ".join(numbers), "start", "soft")
        for place, ((x, y), numbers) in enumerate(sorted(at.items(), key=lambda one: float(one[0][0])))
    ]
    return _svg(drawn, max(bottom + 46, top + 20 * (len(known) + 1)), alt)


class _Scale:
    """From values to places, with round ticks."""

    def __init__(self, low: float, high: float, start: float, end: float) -> None:
        self.low, self.high, self.start, self.end = low, high, start, end

    def __call__(self, value: float) -> float:
        return self.start + (float(value) - self.low) / (self.high - self.low) * (self.end - self.start)

    @property
    def ticks(self) -> list[float]:
        """Three to five of them."""
        raw = (self.high - self.low) / 4
        size = 10.0 ** math.floor(math.log10(raw))
        step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= raw)
        first = math.ceil(self.low / step - 1e-9)
        return [step * k for k in range(first, math.floor(self.high / step + 1e-9) + 1)]


def _range(values: Sequence[Array], panel: Panel | None) -> tuple[float, float]:
    found = np.concatenate([one.ravel() for one in values])
    if panel is not None and panel.chance is not None:
        found = np.concatenate([found, *panel.chance])
    found = found[np.isfinite(found)]
    if not found.size:
        return 0.0, 1.0
    low, high = float(found.min()), float(found.max())
    pad = 0.05 * (high - low) or 0.05
    return low - pad, high + pad


def _known(spreads: Array) -> Array:
    return np.nan_to_num(spreads)


def _pieces(line: Array, across: _Scale, up: _Scale) -> list[str]:
    """The points of a line, in pieces where values are missing; a lone point is drawn as a short dash."""
    found: list[list[str]] = [[]]
    for place, value in enumerate(line.tolist(), 1):
        if math.isfinite(value):
            found[-1].append(f"{across(place):.1f},{up(value):.1f}")
        elif found[-1]:
            found.append([])
    return [
        " ".join(
            piece
            if len(piece) > 1
            else [piece[0], f"{float(piece[0].split(',')[0]) + 4:.1f},{piece[0].split(',')[1]}"]
        )
        for piece in found
        if piece
    ]


def _dash(row: int) -> str:
    return DASHES[row % len(DASHES)]


def _number(value: float) -> str:
    return f"{round(value, 6) + 0.0:g}"


def _text(x: float, y: float, text: str, anchor: str, kind: str = "ink") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" class="{kind}">{escape(text)}</text>'


def _line(x: float, y: float, to_x: float, to_y: float, kind: str, cap: str = "butt", dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" class="{kind}" stroke-linecap="{cap}"{dashed}></line>'


def _svg(drawn: Sequence[str], height: float, alt: str) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-label="{escape(alt)}">{"".join(drawn)}</svg>'
