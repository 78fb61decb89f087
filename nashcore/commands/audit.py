"""``audit``: what to know about a table before training on it."""

from __future__ import annotations

import shlex
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from nashcore.commands.fitting_table import print_fitting
from nashcore.commands.options import (
    Dataset,
    Json,
    OwnCsv,
    Positive,
    Protocol,
    Sensitive,
    Splits,
    Target,
    Threshold,
    given,
    takes,
)
from nashcore.commands.terminal import PlainConsole, one_table, print_json
from nashcore.options import ReadingOptions, TableOptions

if TYPE_CHECKING:
    from nashcore.data import Finding

OPTIONS = (TableOptions, ReadingOptions)


@takes(*OPTIONS)
def audit(
    dataset: Dataset = None,
    sensitive: Sensitive = None,
    csv: OwnCsv = None,
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    splits: Splits = None,
    protocol: Protocol = None,
    *,
    as_json: Json = False,
    **chosen: Any,
) -> None:
    """Say what is odd about a table, and how many rows every cell has in every part of the split."""
    from nashcore.data import audit_task
    from nashcore.runs import DataConfig

    origin = one_table(dataset, sensitive, csv, target, positive, threshold)
    config = DataConfig(**origin, splits=splits, **{**given(OPTIONS, chosen), "protocol": protocol})
    task = config.task()
    findings = audit_task(task)
    if as_json:
        print_json(
            {
                "findings": [asdict(finding) for finding in findings],
                "rows": task.counts.to_dict("records"),
                "labels": [
                    {"label": label, "name": name, "values": dict(values)}
                    for label, (name, values) in enumerate(
                        zip(task.label_names, task.label_values, strict=False)
                    )
                ],
                "features": len(task.feature_names),
                "notices": list(task.notices),
                "split": task.split_seed,
            }
        )
        return
    console = PlainConsole()
    if len(config.split_seeds) > 1:
        _say(
            console,
            f"Of {len(config.split_seeds)} splits this is the first, drawn with seed {task.split_seed}.",
        )
    for finding in findings:
        _say(console, f"{'serious: ' * finding.serious}{finding.kind}: {finding.says}{_switch(finding)}")
    said = {finding.says for finding in findings}
    for notice in (notice for notice in task.notices if notice not in said):
        _say(console, notice)
    shown = task.counts.drop(columns="cell").rename(columns={"test_distinct": "distinct"})
    print_fitting(
        console, "Rows of every group and label", list(map(str, shown)), shown.to_numpy().tolist(), heads=2
    )


def _say(console: PlainConsole, sentence: str) -> None:
    console.print(sentence, soft_wrap=True)


def _switch(finding: Finding) -> str:
    """The option that settles a finding, as it is typed, and the rows that it takes."""
    option = {
        "drop column": f"--drop {shlex.quote(str(finding.column))}",
        "drop duplicates": "--drop-duplicates",
        "drop group": f"--drop-group {shlex.quote(str(finding.group))}",
        "merge spellings": "--merge-spellings",
        None: "",
    }[finding.switch]
    return f" ({option} {finding.takes})" if option else ""
