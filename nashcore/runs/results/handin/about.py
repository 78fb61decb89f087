"""What a report says beside the results: the runs, the game, settings, provenance, notices, and what is not shown."""

from __future__ import annotations

import time
from itertools import chain

import numpy as np
import pandas as pd

from nashcore.learning import NOT_RECORDED, OTHER_DATA, SHARES, STAGES, name_of
from nashcore.metrics import KINDS
from nashcore.runs.provenance import Provenance
from nashcore.runs.results.export import stages_table
from nashcore.runs.results.handin.document import Command, Part, says, table_of
from nashcore.runs.results.handin.selection import Selection
from nashcore.runs.results.natural import without_natural
from nashcore.runs.results.pairs import differences
from nashcore.runs.results.pool import pool
from nashcore.runs.results.report import caveats_of
from nashcore.runs.results.same_data import differing, settings

NOT_SHOWN = (
    OTHER_DATA,
    "A small gap here is no promise about use in the world. The networks are small, of two hidden layers; others were not tried.",
)
"""What no report of the lab shows, whatever it reports."""


def overview(report: Selection) -> list[Part]:
    """What the runs are, and what speaks against comparing them."""
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
        *says([*failed, *gone], warn=True),
        table_of(frame, "The runs", len(frame.columns)),
    ]


def game(report: Selection) -> list[Part]:
    """How the methods' games went, stage by stage."""
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


def settings_of(report: Selection) -> list[Part]:
    """What was set, and the command lines that train the same."""
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


def provenance(report: Selection) -> list[Part]:
    """Where the numbers come from."""
    parts: list[Part] = []
    for run in report.runs:
        if isinstance(run.provenance, Provenance):
            frame = pd.DataFrame(run.provenance.rows(), columns=["What", "Value"])
            parts.append(table_of(frame, report.name(run), 2))
        else:
            parts += says([f"{report.name(run)}: {run.provenance}"])
    return parts


def limits(report: Selection) -> list[Part]:
    """What to know when reading the numbers, and what they do not show."""
    pools = pool(report.runs)
    found = [
        caveats_of(report.runs, kind, report.epoch, *differences(pools[0], pools[1:], kind), report.shown)
        for kind in KINDS
    ]
    return list(says([*NOT_SHOWN, *chain.from_iterable(found), without_natural(report.runs)]))


def notices(report: Selection) -> list[Part]:
    """What was noticed about data and game, and the models that stopped."""
    parts: list[Part] = []
    for run in report.runs:
        stopped = [
            f"{report.name(run)}: {run.arms[arm].title}, seed {name_of(one, run.result)}: {why}"
            for (arm, one), why in run.result.stopped.items()
        ]
        parts += says([*stopped, *(f"{report.name(run)}: {notice}" for notice in run.summary["notices"])])
    return parts
