"""What a report opens with: the verdict, performance against disparity, and everything that was compared."""

from __future__ import annotations

import numpy as np

from nashcore.metrics import METRICS
from nashcore.runs.results.handin.document import Figure, Part, says, table_of
from nashcore.runs.results.handin.drawing import Dot, trade_off
from nashcore.runs.results.handin.selection import Selection
from nashcore.runs.results.same_data import warnings
from nashcore.runs.results.shown import comparison_table
from nashcore.runs.results.verdict import Verdict, verdicts


def verdict(report: Selection) -> list[Part]:
    """The verdict in hard labels, apart for runs that do not rest on the same data."""
    parts = list[Part](says(warnings(report.runs), warn=True))
    for found in verdicts(report.runs, "hard", report.letters):
        table = f"{found.runs[0].table}: " if len(report.runs) > 1 else ""
        first, *others = found.says
        parts += [*says([f"{table}{first}", *others]), _figure(found), *says(found.notes)]
        for run in found.runs:
            frame = comparison_table(run.summary, found.kind)
            if len(frame):
                caption = f"{report.name(run)}: everything that its verdict compares, corrected together."
                parts.append(table_of(frame, caption, 3))
    return parts


def _figure(found: Verdict) -> Figure:
    points = found.points
    colours = {method: place for place, method in enumerate(dict.fromkeys(points["method"]))}
    dots = [
        Dot(
            str(row["name"]),
            colours[row["method"]],
            tuple(float(row[f"performance_{part}"]) for part in ("mean", "low", "high")),
            tuple(float(row[f"disparity_{part}"]) for part in ("mean", "low", "high")),
            bool(row["efficient"]),
        )
        for row in points.to_dict("records")
    ]
    highs = points["chance_high"].to_numpy(float)
    known = highs[np.isfinite(highs)]
    titles = METRICS[found.performance].heading, METRICS[found.disparity].heading
    ties = [f"The same numbers: {tie}." for tie in dict.fromkeys(points["tied"]) if tie]
    against = f"{METRICS[found.disparity].title} against {METRICS[found.performance].title}"
    caption = (
        f"{against}: means at the last epoch with 95% t intervals, where there are five distinct values; better is to the right "
        "and down. Ringed: no other method beats it on both axes, by the means alone. Grey: what 95% of equal groups' gaps stay "
        "within, lighter where that is so for some methods only."
    )
    return Figure(
        trade_off(
            dots, titles, list(dict.fromkeys([known.min(), known.max()])) if known.size else [], against
        ),
        " ".join([caption, *ties]),
    )
