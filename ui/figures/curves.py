"""Metrics of a training run over its epochs, and over the number of bargaining epochs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ui.figures.base import Figure, Trace, axis, figure, in_hover, literal, packed
from ui.figures.epochs import epoch_axis, whole_steps
from ui.figures.style import INKS, SPARE, Style, Theme

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Switch:
    """Where an arm goes from one stage to the other.

    Attributes:
        epoch: the last epoch of the first stage, from 1.
        begins: whether bargaining begins then; otherwise it ends.
    """

    epoch: int
    begins: bool = False

    @property
    def says(self) -> str:
        """In words."""
        return "bargaining begins" if self.begins else "bargaining ends"


def curves(
    styles: Mapping[str, Style],
    values: Array,
    title: str,
    epochs: int,
    theme: Theme,
    *,
    switches: Mapping[str, Switch] | None = None,
    height: int = 500,
    over: str = "seeds",
    ddof: int = 1,
) -> Figure:
    """A metric over the epochs: the mean over the seeds or splits, with a band of one standard deviation.

    Args:
        styles: of the A arms, by name.
        values: [A, N, E] for N seeds or splits and the E epochs done; models that stopped are NaN and left out.
        title: of the metric.
        epochs: that the run will have; the axis reaches so far from the beginning.
        theme: of the page.
        switches: of arms that go from one stage to the other. One line marks a switch that all these arms share;
            otherwise each curve carries its own mark.
        height: in pixels.
        over: what the means are over, in words.
        ddof: what the standard deviation takes off the number of seeds.
    """
    done = np.arange(1, values.shape[2] + 1)
    marks = {arm: at for arm, at in (switches or {}).items() if arm in styles and 0 < at.epoch < epochs}
    shared = len(set(marks.values())) == 1
    strength = 0.13 if len(styles) <= 8 else 0.05
    bands: list[Trace] = []
    lines: list[Trace] = []
    for (name, style), seeds in zip(styles.items(), values, strict=True):
        kept = seeds[~np.isnan(seeds).all(1)]
        if not kept.size:
            continue
        colour = style.colour(theme)
        mean = _mean(kept)
        if len(kept) > 1:
            bands.append(_band(name, done, mean, _spread(kept, ddof), colour, strength))
        lines.append(_curve(name, style.title, done, mean, style, colour))
        if name in marks and not shared and marks[name].epoch <= len(done):
            lines.append(_mark(name, style.title, marks[name], mean, colour))
    return figure(
        bands + lines,
        title=title,
        x=epoch_axis(epochs),
        y=axis(f"{title} (mean over {over})"),
        theme=theme,
        height=height + 16 * max(0, len(lines) - 8) // 2,
        **(_line_at(next(iter(marks.values())), epochs, theme) if shared else {}),
    )


def _curve(group: str, shown: str, done: NDArray[np.int64], mean: Array, style: Style, colour: str) -> Trace:
    """One line over the epochs, which the legend calls ``shown``."""
    return {
        "type": "scatter",
        "mode": "lines+markers" if len(done) <= 25 else "lines",
        "name": shown,
        "legendgroup": group,
        "x": packed(done),
        "y": packed(mean),
        "line": {"color": colour, "width": style.width, "dash": style.dash},
        "marker": {"symbol": style.marker, "size": 7, "color": colour},
        "hovertemplate": f"{in_hover(shown)}, epoch %{{x}}: %{{y:.4f}}<extra></extra>",
    }


def _mark(group: str, shown: str, switch: Switch, mean: Array, colour: str) -> Trace:
    """A curve's own mark where its arm switches."""
    return {
        "type": "scatter",
        "mode": "markers",
        "showlegend": False,
        "legendgroup": group,
        "x": [switch.epoch],
        "y": [float(mean[switch.epoch - 1])],
        "marker": {"symbol": "line-ns-open", "size": 18, "color": colour, "line": {"width": 3}},
        "hovertemplate": f"{shown}: {switch.says} here<extra></extra>",
    }


def group_curves(
    groups: Sequence[str],
    values: Array,
    title: str,
    arm: Style,
    epochs: int,
    theme: Theme,
    ddof: int = 1,
    *,
    over: str = "seeds",
) -> Figure:
    """A metric of every group under one arm over the epochs: values [N, E, G], as mean and band over N seeds or splits."""
    done = np.arange(1, values.shape[1] + 1)
    bands: list[Trace] = []
    lines: list[Trace] = []
    for place, group in enumerate(groups):
        seeds = values[:, :, place]
        kept = seeds[~np.isnan(seeds).all(1)]
        if not kept.size:
            continue
        style = SPARE[place % len(SPARE)]
        colour, shown = style.colour(theme), literal(group)
        mean = _mean(kept)
        if len(kept) > 1:
            bands.append(_band(f"group {place}", done, mean, _spread(kept, ddof), colour, 0.13))
        lines.append(
            {
                "type": "scatter",
                "mode": "lines",
                "name": shown,
                "legendgroup": f"group {place}",
                "x": packed(done),
                "y": packed(mean),
                "line": {"color": colour, "width": 2.2, "dash": style.dash},
                "hovertemplate": f"{in_hover(shown)}, epoch %{{x}}: %{{y:.4f}}<extra></extra>",
            }
        )
    return figure(
        bands + lines,
        title=f"{title}: {arm.title}",
        x=epoch_axis(epochs),
        y=axis(f"{title} (mean over {over})"),
        theme=theme,
        height=460,
    )


def over_switches(
    lines: Mapping[str, tuple[Array, Array, Array]],
    twins: Mapping[str, float],
    styles: Mapping[str, tuple[Style, Style]],
    title: str,
    epochs: int,
    theme: Theme,
) -> Figure:
    """A metric at the end of training over the number T of bargaining epochs.

    Args:
        lines: for every method with a bargaining stage, T [n] in rising order, and the mean and the spread over
            the seeds [n].
        twins: for each of these methods the mean of its one-stage twin, where the run holds it: a level line.
        styles: of each of these methods, and of its twin.
        title: of the metric.
        epochs: of the run.
        theme: of the page.
    """
    data: list[Trace] = []
    for name, (when, mean, spread) in lines.items():
        style, plain = styles[name]
        colour = style.colour(theme)
        data.append(
            {
                "type": "scatter",
                "mode": "lines+markers",
                "name": style.title,
                "x": packed(when),
                "y": packed(mean),
                "error_y": {
                    "type": "data",
                    "array": packed(spread),
                    "color": colour,
                    "thickness": 1.2,
                    "width": 4,
                },
                "line": {"color": colour, "width": style.width},
                "marker": {"symbol": style.marker, "size": 9, "color": colour},
                "hovertemplate": f"{style.title}, T = %{{x}}: %{{y:.4f}}<extra></extra>",
            }
        )
        if name in twins:
            data.append(
                {
                    "type": "scatter",
                    "mode": "lines",
                    "name": f"{plain.title} (one-stage)",
                    "x": [0, epochs],
                    "y": [twins[name]] * 2,
                    "line": {"color": colour, "width": 1.6, "dash": plain.dash},
                    "hovertemplate": f"{plain.title}: %{{y:.4f}}<extra></extra>",
                }
            )
    pad = max(0.4, epochs * 0.03)
    return figure(
        data,
        title=f"{title}, over T",
        x=axis("Bargaining epochs T", (-pad, epochs + pad), tickformat="d", **whole_steps(epochs)),
        y=axis(f"{title}, last epoch"),
        theme=theme,
        height=500,
    )


def _mean(kept: Array) -> Array:
    """Over the seeds; an epoch in which no seed has a value stays NaN."""
    known = ~np.isnan(kept)
    total = np.where(known, kept, 0.0).sum(0)
    mean: Array = np.where(known.any(0), total / np.maximum(known.sum(0), 1), np.nan)
    return mean


def _spread(kept: Array, ddof: int) -> Array:
    known = ~np.isnan(kept)
    squares = np.where(known, (kept - _mean(kept)) ** 2, 0.0).sum(0)
    count = known.sum(0)
    spread: Array = np.where(count > 1, np.sqrt(squares / np.maximum(count - ddof, 1)), np.nan)
    return spread


def _band(
    group: str, done: NDArray[np.int64], mean: Array, spread: Array, colour: str, strength: float
) -> Trace:
    red, green, blue = (int(colour[i : i + 2], 16) for i in (1, 3, 5))
    return {
        "type": "scatter",
        "mode": "lines",
        "legendgroup": group,
        "showlegend": False,
        "x": packed(np.concatenate([done, done[::-1]])),
        "y": packed(np.concatenate([mean + spread, (mean - spread)[::-1]])),
        "fill": "toself",
        "fillcolor": f"rgba({red},{green},{blue},{strength})",
        "line": {"width": 0},
        "hoverinfo": "skip",
    }


def _line_at(switch: Switch, epochs: int, theme: Theme) -> dict[str, Any]:
    """The mark of the epoch, of so many, after which every arm that switches does."""
    ink, epoch = INKS[theme], switch.epoch
    line = {
        "type": "line",
        "x0": epoch + 0.5,
        "x1": epoch + 0.5,
        "y0": 0,
        "y1": 1,
        "yref": "paper",
        "layer": "below",
        "line": {"color": ink.soft, "width": 1.2, "dash": "4px,3px"},
    }
    note = {
        "text": switch.says,
        "x": epoch + 0.5,
        "y": 1,
        "yref": "paper",
        "xanchor": "left" if 2 * epoch < epochs else "right",  # inside the figure
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 12, "color": ink.soft},
    }
    return {"shapes": [line], "annotations": [note]}
