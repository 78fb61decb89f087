"""What a report says of runs: the numbers and sentences of the pages and the command line, from the same places."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import pandas as pd

import nashcore
from nashcore.learning import (
    NOT_RECORDED,
    ROW_INTERVALS,
    SHARES,
    STAGES,
    STANDARD,
    comparison_caveats,
    interval_caveat,
    means_by_unit,
    name_of,
    spread_caveat,
    unit_of,
)
from nashcore.metrics import GROUP_METRICS, KINDS, METRICS
from nashcore.options import ShownOptions
from nashcore.runs.provenance import Provenance
from nashcore.runs.results.compare import EPOCHS, Epoch, get_epoch, paper_table
from nashcore.runs.results.export import stages_table
from nashcore.runs.results.handin.document import (
    Command,
    Document,
    Figure,
    Part,
    Section,
    says,
    table_of,
)
from nashcore.runs.results.handin.drawing import Panel, curves, dots
from nashcore.runs.results.natural import natural_table, without_natural
from nashcore.runs.results.pool import pool, with_pools
from nashcore.runs.results.report import caveats_of, differences
from nashcore.runs.results.same_data import differing, runs_by_data, settings, warnings
from nashcore.runs.results.shown import (
    MARKS,
    cell,
    chance_columns,
    difference_columns,
    shown_natural,
    shown_table,
)
from nashcore.runs.results.stored_result import StoredResult

NOT_SHOWN = (
    "The numbers rest on the splits that each run was given, often one, and on test sets of a few rows a group. A method that does "
    "better here may not on another split, other data or other people, and a small gap here is no promise about use in the world.",
    "The networks are small, of two hidden layers; other networks were not tried.",
)
"""What no report of the lab shows, whatever it reports."""


@dataclass(frozen=True)
class _Report:
    runs: Sequence[StoredResult]
    epoch: Epoch
    shown: ShownOptions

    @property
    def whole(self) -> list[StoredResult]:
        """The runs, and those put together that differ in their splits alone."""
        return with_pools(self.runs)

    @property
    def letters(self) -> dict[str, str]:
        """What tables call each run; nothing where there is one alone."""
        if len(self.runs) == 1:
            return {self.runs[0].id: ""}
        found = {run.id: _letter(place) for place, run in enumerate(self.runs)}
        return found | {
            run.id: "+".join(found[part] for part in run.id.split("+")) for run in self.whole if "+" in run.id
        }

    def name(self, run: StoredResult) -> str:
        """A run's letter and title."""
        letter = self.letters[run.id]
        return f"{letter} · {run.run.title}" if letter else run.run.title


def compose(runs: Sequence[StoredResult], epoch: str = "last", shown: ShownOptions = STANDARD) -> Document:
    """A report on runs.

    Args:
        runs: one or more, each with an epoch done at least.
        epoch: "last", or "best", chosen on the test set.
        shown: which standard deviation stands behind a mean.

    Raises:
        InputError: a run has no figures, or the epoch is not known.
    """
    report = _Report(runs, get_epoch(epoch), shown)
    title = runs[0].run.title if len(runs) == 1 else f"{len(runs)} runs side by side"
    made = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())
    sections = [Section("Runs", tuple(_overview(report)))]
    sections += [Section(KINDS[kind].title, tuple(_results(report, kind))) for kind in KINDS]
    sections += [
        Section("What this does not show", tuple(_limits(report))),
        Section("The game", tuple(_game(report))),
        Section("Settings", tuple(_settings(report))),
        Section("Provenance", tuple(_provenance(report))),
        Section("Notices", tuple(_notices(report))),
    ]
    return Document(
        title,
        f"Report of the Nash Bargaining Lab {nashcore.__version__}, made {made}. {EPOCHS[report.epoch]}.",
        tuple(section for section in sections if section.parts),
    )


def _overview(report: _Report) -> list[Part]:
    rows = [
        {
            "Run": report.letters[run.id],
            "Title": run.run.title,
            "Id": run.id,
            "Table": run.table,
            "State": run.run.state,
            "Epochs": f"{run.result.epochs} of {run.run.config.epochs}",
            "Splits": len(run.result.splits),
            "Seeds": len(run.result.seeds),
            "Test rows": sum(run.result.test_rows.values()),
            "Begun": time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(run.run.created)),
            "Seconds": f"{run.result.seconds:.0f}",
        }
        for run in report.runs
    ]
    failed = [
        f"{report.name(run)} failed: {run.run.reason}" for run in report.runs if run.run.state == "failed"
    ]
    gone = [
        f"{report.name(run)}: {len(run.result.stopped)} of {run.config.models} models stopped and are left out of the means."
        for run in report.runs
        if run.result.stopped
    ]
    frame = pd.DataFrame(rows)
    return [
        *says([*warnings(report.runs), *failed, *gone], warn=True),
        table_of(frame, "The runs", len(frame.columns)),
    ]


def _results(report: _Report, kind: str) -> list[Part]:
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
        caption = f"Natural test part, in each table's own shares. {ROW_INTERVALS}"
        parts.append(table_of(shown_natural(natural, kind, letters), caption, 1 + (len(report.runs) > 1)))
    return parts


def _dots(report: _Report, table: pd.DataFrame, kind: str) -> Figure:
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


def _curves(report: _Report, run: StoredResult, kind: str) -> Figure:
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


def _differences(report: _Report, kind: str) -> list[Part]:
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
            parts.append(_difference_table(rows, title, "count", summary["unit"]))
    one, *others = pool(report.runs)
    pairs, family = differences(one, others, kind)
    for pair in pairs:
        if pair.refused is None and len(pair.table):
            title = f"{report.name(pair.other)}, minus {report.name(one)}: last epoch, in pairs. {pair.says} {family.says}"
            parts.append(_difference_table(pair.table.to_dict("records"), title, "seeds", "seed"))
    return [*parts, *says([pair.refused for pair in pairs])]


def _difference_table(
    rows: Sequence[dict[object, object]] | list[dict[str, object]], title: str, count: str, unit: str
) -> Part:
    frame = pd.DataFrame(
        {
            "Method": [row["label"] for row in rows],
            "Minus": [row["minus"] for row in rows],
            "Difference in": [METRICS[str(row["metric"])].short for row in rows],
            **difference_columns(rows, count),
        }
    )
    return table_of(frame.rename(columns={"Seeds": f"{unit.capitalize()}s"}), title, 3)


def _groups(report: _Report, kind: str) -> list[Part]:
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


def _game(report: _Report) -> list[Part]:
    parts: list[Part] = []
    for run in report.runs:
        table = stages_table(run)
        if not len(table):
            continue
        frame = pd.DataFrame(
            {"Method": table["label"], "Stage": table["stage"].map(STAGES), "Epochs": table["epochs"]}
        )
        for name, share in SHARES.items():
            if table[name].notna().any():
                frame[share.title] = [_percent(value) for value in table[name]]
        parts.append(table_of(frame, f"{report.name(run)}: shares by stage, over batches and models.", 2))
    used = [f"{share.title}: {share.says} {share.hides}" for share in SHARES.values()]
    return [*parts, *says(used)] if parts else []


def _percent(value: object) -> str:
    if isinstance(value, float):
        return "–" if np.isnan(value) else f"{value:.1%}"
    return "–" if value is None else str(value or NOT_RECORDED)


def _settings(report: _Report) -> list[Part]:
    parts: list[Part] = []
    for title, found in (
        ("Settings that differ", differing(report.runs)),
        ("All settings", settings(report.runs)),
    ):
        rows = [
            {
                "Setting": one.words,
                **{report.letters[run] or "Value": value for run, value in one.values.items()},
            }
            for one in found
        ]
        if rows:
            parts.append(table_of(pd.DataFrame(rows), title, 1 + len(report.runs)))
    return [*parts, *(Command(run.command) for run in report.runs)]


def _provenance(report: _Report) -> list[Part]:
    parts: list[Part] = []
    for run in report.runs:
        if isinstance(run.provenance, Provenance):
            frame = pd.DataFrame(run.provenance.rows(), columns=["What", "Value"])
            parts.append(table_of(frame, report.name(run), 2))
        else:
            parts += says([f"{report.name(run)}: {run.provenance}"])
    return parts


def _limits(report: _Report) -> list[Part]:
    pools = pool(report.runs)
    found = [
        caveats_of(report.runs, kind, report.epoch, differences(pools[0], pools[1:], kind)[1], report.shown)
        for kind in KINDS
    ]
    return list(says([*NOT_SHOWN, *chain.from_iterable(found), without_natural(report.runs)]))


def _notices(report: _Report) -> list[Part]:
    parts: list[Part] = []
    for run in report.runs:
        stopped = [
            f"{report.name(run)}: {run.arms[arm].title}, seed {name_of(one, run.result)}: {why}"
            for (arm, one), why in run.result.stopped.items()
        ]
        parts += says([*stopped, *(f"{report.name(run)}: {notice}" for notice in run.summary["notices"])])
    return parts


def _letter(place: int) -> str:
    """A to Z, then AA, AB, and so on."""
    return chr(65 + place) if place < 26 else _letter(place // 26 - 1) + chr(65 + place % 26)
