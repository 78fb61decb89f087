"""What the models showed, one kind of metrics at a time: tables, figures and differences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from nashcore.learning import (
    comparison_caveats,
    interval_caveat,
    means_by_unit,
    spread_caveat,
    unit_of,
)
from nashcore.metrics import GROUP_METRICS, KINDS, METRICS
from nashcore.runs.results.compare import EPOCHS, paper_table
from nashcore.runs.results.handin.document import Figure, Part, says, table_of
from nashcore.runs.results.handin.drawing import Panel, curves, dots
from nashcore.runs.results.handin.selection import Selection
from nashcore.runs.results.natural import natural_says, natural_table
from nashcore.runs.results.pairs import differences
from nashcore.runs.results.pool import pool
from nashcore.runs.results.same_data import runs_by_data
from nashcore.runs.results.shown import (
    MARKS,
    cell,
    chance_columns,
    difference_columns,
    shown_natural,
    shown_table,
)
from nashcore.runs.results.stored_result import StoredResult


def results(report: Selection, kind: str) -> list[Part]:
    """What the models showed in the metrics of one kind."""
    whole, letters = report.whole, report.letters
    table = paper_table(whole, kind, report.epoch, report.shown)
    blocks = runs_by_data(whole)
    parts: list[Part] = []
    for number, block in enumerate(blocks, 1):
        own = table[table["block"] == number].reset_index(drop=True)
        where = f", {block[0].table}" if len(blocks) > 1 else ""
        units = {run.summary["unit"] for run in block}
        caption = f"{KINDS[kind].title}{where}. {EPOCHS[report.epoch]}. ↑ more is better, ↓ less is better. "
        caption += " ".join(spread_caveat(report.shown.spread_says, unit) for unit in sorted(units))
        if any(METRICS[metric].is_gap for metric in KINDS[kind].metrics):
            caption += f" By chance: the mean gap that equal groups would show, and what 95% of such gaps stay within. {MARKS}"
        frame = shown_table(own, kind, report.epoch, letters)
        parts += [table_of(frame, caption, 1 + (len(report.runs) > 1)), _dots(report, own, kind)]
    parts += _differences(report, kind) if report.epoch == "last" else []
    parts += _groups(report, kind)
    parts += [_curves(report, run, kind) for run in report.runs]
    natural = natural_table(report.runs, kind)
    if len(natural):
        caption = f"Natural test part, in each table's own shares. {natural_says(report.runs)}"
        parts.append(table_of(shown_natural(natural, kind, letters), caption, 1 + (len(report.runs) > 1)))
    return parts


def _dots(report: Selection, table: pd.DataFrame, kind: str) -> Figure:
    names = [
        f"{label} · {letter}" if (letter := report.letters[run]) else str(label)
        for label, run in zip(table["label"], table["run"], strict=True)
    ]
    panels = [
        Panel(
            METRICS[metric].heading,
            table[f"{metric}_mean"].to_numpy(float),
            table[f"{metric}_std"].to_numpy(float),
            chance_columns(table, metric),
        )
        for metric in KINDS[kind].metrics
    ]
    caption = (
        f"Dots are means, bars one {report.shown.spread_says}. Bars that overlap settle nothing: paired differences are sharper. "
        "Grey marks beside gaps reach from the mean gap of equal groups to what 95% of these stay within."
    )
    colours = pd.factorize(table["label"])[0].tolist()
    return Figure(
        dots(names, colours, panels, f"{KINDS[kind].title} of every method, with one spread."), caption
    )


def _curves(report: Selection, run: StoredResult, kind: str) -> Figure:
    result = run.result
    panels = []
    for metric in KINDS[kind].metrics:
        values = means_by_unit(result.metrics[metric], result)
        known = ~np.isnan(values)
        means = np.where(known, values, 0.0).sum(1) / np.maximum(known.sum(1), 1)
        panels.append((METRICS[metric].heading, np.where(known.any(1), means, np.nan)))
    caption = (
        f"{report.name(run)}: means over the {unit_of(result)}s, epoch by epoch. Where lines coincide, the last hides the others. "
        "Lines do not show how much the few test rows alone would move them."
    )
    names = [run.arms[arm].title for arm in result.arms]
    return Figure(curves(names, panels, run.config.epochs, f"{KINDS[kind].title} over the epochs."), caption)


def _differences(report: Selection, kind: str) -> list[Part]:
    metrics, parts = KINDS[kind].metrics, list[Part]()
    for run in report.runs:
        summary = run.summary
        rows = [
            found["last"][metric]
            | {"label": summary["methods"][arm]["title"], "minus": summary["methods"][found["twin"]]["title"]}
            | {"metric": metric, "test_rows": sum(summary["test_rows"].values())}
            | {"test_distinct": None if (one := summary["test_distinct"]) is None else sum(one.values())}
            for arm, found in summary["differences"].items()
            for metric in metrics
        ]
        if rows:
            says_of = " ".join([interval_caveat(summary["unit"]), *comparison_caveats(summary, [kind])])
            title = f"{report.name(run)}: two-stage minus one-stage, last epoch, in pairs of split and seed. {says_of}"
            counted = {f"{str(summary['unit']).capitalize()}s": [row["count"] for row in rows]}
            parts.append(_difference_table(rows, title, counted))
    one, *others = pool(report.runs)
    pairs, family = differences(one, others, kind)
    for pair in pairs:
        if pair.refused is None and len(pair.table):
            title = f"{report.name(pair.other)}, minus {report.name(one)}: last epoch, in pairs. {pair.says} {family.says}"
            over = ["splits", "seeds"] if (pair.table["unit"] == "split").any() else ["seeds"]
            counted = {name.capitalize(): pair.table[name].tolist() for name in over}
            parts.append(_difference_table(pair.table.to_dict("records"), title, counted))
    return [*parts, *says([pair.refused for pair in pairs])]


def _difference_table(
    rows: Sequence[dict[object, object]] | list[dict[str, object]],
    title: str,
    counted: Mapping[str, Sequence[int]],
) -> Part:
    frame = pd.DataFrame(
        {
            "Method": [row["label"] for row in rows],
            "Minus": [row["minus"] for row in rows],
            "Difference in": [METRICS[str(row["metric"])].short for row in rows],
            **difference_columns(rows, counted),
        }
    )
    return table_of(frame, title, 3)


def _groups(report: Selection, kind: str) -> list[Part]:
    rows = [
        {"Run": report.letters[run.id], "Method": found["title"], "Group": group["group"]}
        | {
            metric.heading: cell(group[name])
            for name, metric in GROUP_METRICS.items()
            if metric.kind == kind and name in group
        }
        for run in report.runs
        for found in run.summarised(report.shown)["methods"].values()
        for group in found["groups"][report.epoch]
    ]
    frame = pd.DataFrame(rows)
    if len(frame.columns) <= 3:
        return []
    words = 2 + (len(report.runs) > 1)
    return [
        table_of(frame, f"Group by group. {EPOCHS[report.epoch]}, mean ± {report.shown.spread_says}.", words)
    ]
