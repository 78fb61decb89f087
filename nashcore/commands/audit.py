"""``audit``: what to know about a table before training on it."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from nashcore.commands.options import (
    Dataset,
    Json,
    OwnCsv,
    Positive,
    Protocol,
    Sensitive,
    SplitSeed,
    Target,
    Threshold,
)
from nashcore.commands.terminal import one_table, print_json


def audit(
    dataset: Dataset = None,
    sensitive: Sensitive = None,
    csv: OwnCsv = None,
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    protocol: Protocol = None,
    split_seed: SplitSeed = None,
    splits: Annotated[Path | None, typer.Option(help="An .npz file of given row numbers.")] = None,
    as_json: Json = False,
) -> None:
    """Say what is odd about a table, and how many rows every cell has in every part of the split."""
    from nashcore.data import audit_task
    from nashcore.runs.config import training_config

    chosen = one_table(dataset, sensitive, csv, target, positive, threshold)
    task = training_config(**chosen, protocol=protocol, split_seed=split_seed, splits=splits).task()
    findings = audit_task(task)
    if as_json:
        print_json(
            {
                "findings": [asdict(finding) for finding in findings],
                "rows": task.counts.to_dict("records"),
                "features": len(task.feature_names),
                "notices": list(task.notices),
            }
        )
        return
    console = Console()
    for finding in findings:
        console.print(f"{finding.kind}: {finding.says}", markup=False, highlight=False)
    for notice in task.notices:
        console.print(notice, markup=False, highlight=False)
    table = Table(*map(str, task.counts.columns), title="Rows of every group and label")
    for row in task.counts.itertuples(index=False):
        table.add_row(*map(str, row))
    console.print(table)
