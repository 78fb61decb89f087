"""Groups side by side: a metric of every group, paired differences of methods, rows of every cell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, literal, packed
from ui.figures.style import INKS, Style, Theme

Array = NDArray[np.float64]
Counts = NDArray[np.int64]


def by_group(
    styles: Sequence[Style],
    groups: Sequence[str],
    means: Array,
    spreads: Array,
    title: str,
    theme: Theme,
    *,
    over: str = "seeds",
) -> Figure:
    """A metric of every group [A, G] as dots with one standard deviation over the seeds, or what ``over`` says."""
    ink = INKS[theme]
    shift = (np.arange(len(styles)) - (len(styles) - 1) / 2) * 0.8 / max(len(styles), 1)
    data: list[Trace] = []
    for row, style in enumerate(styles):
        colour = style.colour(theme)
        bar = {"type": "data", "array": packed(spreads[row]), "color": colour, "thickness": 1.2, "width": 0}
        data.append(
            {
                "type": "scatter",
                "mode": "markers",
                "name": style.title,
                "x": packed(np.arange(len(groups)) + shift[row]),
                "y": packed(means[row]),
                "error_y": bar,
                "marker": {"symbol": style.marker, "size": 11, "color": colour, "line": {"width": 1.6}},
                "hovertemplate": f"{style.title}: %{{y:.4f}}<extra></extra>",
            }
        )
    edges = [
        {
            "type": "line",
            "x0": edge + 0.5,
            "x1": edge + 0.5,
            "y0": 0,
            "y1": 1,
            "yref": "paper",
            "line": {"color": ink.grid, "width": 1},
        }
        for edge in range(len(groups) - 1)
    ]
    return figure(
        data,
        title=f"{title}, group by group",
        x=axis(
            "Group",
            (-0.5, len(groups) - 0.5),
            tickvals=list(range(len(groups))),
            ticktext=[literal(short(group)) for group in groups],
            # Labels that have to be tilted end under their group: the last ones of those that begin there were left out.
            autotickangles=[0, -40, -90],
            ticklabeloverflow="allow",
            showgrid=False,
        ),
        y=axis(f"{title} (mean over {over})"),
        theme=theme,
        height=500 + 16 * max(0, len(styles) - 8) // 2,
        shapes=edges,
    )


def differences(
    titles: Sequence[str],
    styles: Sequence[Style],
    means: Array,
    lows: Array,
    highs: Array,
    metric: str,
    theme: Theme,
    notes: Sequence[str] = (),
) -> Figure:
    """Paired differences, two-stage minus one-stage, with their 95% intervals [A]; ``notes`` say why one has none."""
    ink = INKS[theme]
    places = list(range(len(styles)))[::-1]
    data: list[Trace] = []
    for row, (place, style, mean, low, high) in enumerate(
        zip(places, styles, means, lows, highs, strict=True)
    ):
        colour = style.colour(theme)
        known = np.isfinite(low)
        between = f" [{low:+.4f}, {high:+.4f}]" if known else f", {notes[row] if notes else 'no interval'}"
        trace: Trace = {
            "type": "scatter",
            "mode": "markers",
            "showlegend": False,
            "x": [float(mean) if np.isfinite(mean) else None],
            "y": [place],
            "marker": {"symbol": style.marker, "size": 12, "color": colour},
            "hovertemplate": f"%{{x:+.4f}}{between}<extra></extra>",
        }
        if known:
            trace["error_x"] = {
                "type": "data",
                "symmetric": False,
                "array": [float(high - mean)],
                "arrayminus": [float(mean - low)],
                "color": colour,
                "thickness": 2,
                "width": 6,
            }
        data.append(trace)
    return figure(
        data,
        title=f"What bargaining changes: {metric}",
        x=axis("Two-stage minus one-stage", zeroline=True, zerolinecolor=ink.text, zerolinewidth=1.2),
        y=axis("", (-0.6, len(styles) - 0.4), tickvals=places, ticktext=list(titles), showgrid=False),
        theme=theme,
        height=160 + 52 * len(styles),
        legend=False,
    )


PARTS = ("train", "validation", "test")
PANELS = {"train": "train", "validation": "valid.", "test": "test"}


def rows_of_cells(
    cells: Sequence[tuple[str, str]], counts: Counts, marks: Sequence[str], theme: Theme
) -> Figure:
    """The rows of every cell in each part, one panel a part.

    Args:
        cells: group and label of every cell.
        counts: [cells, 3], rows to train, validate and test.
        marks: for every cell "", "near-empty" or "empty", after its training rows.
        theme: of the page.
    """
    ink = INKS[theme]
    places = np.arange(len(cells))[::-1]
    data: list[Trace] = []
    axes = {}
    for part, (name, column) in enumerate(zip(PARTS, counts.T, strict=True)):
        suffix = "" if part == 0 else str(part + 1)
        texts = [f"{count:,}" for count in column]
        colours = [ink.soft] * len(cells)
        if part == 0:
            texts = [f"{text} {mark}".strip() for text, mark in zip(texts, marks, strict=True)]
            colours = [ink.failed if mark else ink.soft for mark in marks]
        data.append(
            {
                "type": "bar",
                "orientation": "h",
                "showlegend": False,
                "x": packed(column),
                "y": packed(places),
                "xaxis": f"x{suffix}",
                "yaxis": "y",
                "text": texts,
                "textposition": "outside",
                "cliponaxis": False,
                "textfont": {
                    "color": [ink.failed if c == ink.failed else ink.text for c in colours],
                    "size": 12,
                },
                "marker": {"color": colours, "line": {"width": 0}},
                "hovertemplate": f"%{{x:,}} rows ({name})<extra></extra>",
            }
        )
        if part:
            axes[f"xaxis{suffix}"] = _panel(name, part, int(column.max(initial=0)), ink.soft)
    return figure(
        data,
        title="Rows of every group and label",
        x=_panel("train", 0, int(counts[:, 0].max(initial=0)), ink.soft),
        y=axis(
            "",
            (-0.6, len(cells) - 0.4),
            tickvals=places.tolist(),
            ticktext=["<br>".join(literal(short(part, 22)) for part in cell) for cell in cells],
            showgrid=False,
        ),
        theme=theme,
        height=100 + 40 * len(cells),
        legend=False,
        bargap=0.35,
        dragmode=False,
        **axes,
    )


def _panel(name: str, part: int, most: int, ink: str) -> dict[str, object]:
    start = (0.0, 0.63, 0.87)[part]
    end = (0.57, 0.71, 0.95)[part]
    return {
        "title": {"text": PANELS[name], "standoff": 6, "font": {"size": 12}},
        "ticks": "",
        "domain": [start, end],
        "range": [0, max(most, 1) * (2.1 if part == 0 else 1.2)],
        "showticklabels": False,
        "showgrid": False,
        "zeroline": True,
        "zerolinecolor": ink,
        "anchor": "y",
    }


def short(text: str, most: int = 24) -> str:
    """The text, cut where it would push the plot aside."""
    return text if len(text) <= most else f"{text[: most - 1]}…"
