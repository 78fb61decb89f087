"""``runs by-group`` and ``runs explain``: one model's decisions at a threshold, group by group, and one row's score."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.fitting_table import print_fitting
from nashcore.commands.options import Csv, Json, given, takes
from nashcore.commands.output_file import refuse_same
from nashcore.commands.results import print_sentences
from nashcore.commands.steer import Id
from nashcore.commands.terminal import ERRORS, PlainConsole, group_number, own_table, print_json
from nashcore.errors import InputError, quoted
from nashcore.options import ReadingOptions

if TYPE_CHECKING:
    import pandas as pd

    from nashcore.data import CsvTable
    from nashcore.runs import Store

Arm = Annotated[str, typer.Option(help="Which method, as the run's figures name it.")]
Seed = Annotated[int, typer.Option(help="Which seed.")]
Split = Annotated[int | None, typer.Option(help="Which split, by its seed; the run's first when left out.")]
Common = Annotated[
    float, typer.Option("--threshold", help="Label 1 where the score is above this, from 0 to 1.")
]
OfGroup = Annotated[
    list[str] | None,
    typer.Option(
        "--threshold-of",
        metavar="GROUP=NUMBER",
        help="Another threshold for one group, with what that costs. It uses the group at the decision, which may not be "
        "allowed. May be repeated.",
    ),
]
NewRows = Annotated[
    Path,
    typer.Option("--csv", help="Rows with the columns that the run was trained on; - reads the input."),
]


@takes(ReadingOptions)
def by_group(
    run: Id,
    arm: Arm,
    seed: Seed = 0,
    split: Split = None,
    part: Annotated[
        str | None,
        typer.Option(
            help="natural or balanced test rows; the natural test part, where there is one, when left out."
        ),
    ] = None,
    threshold: Common = 0.5,
    threshold_of: OfGroup = None,
    rows: Annotated[
        Path | None,
        typer.Option(
            help="Rows of a file instead of the run's test rows, with its target and the columns of its groups; - reads the input."
        ),
    ] = None,
    csv: Csv = None,
    *,
    force: Force = False,
    as_json: Json = False,
    **chosen: Any,
) -> None:
    """One model's decisions at a threshold, group by group: counts, rates with intervals, calibration, confusion matrix.

    The run's test rows are scored anew by its stored models, so that the run's table has to be on this machine.
    """
    from nashcore.data import to_safe_csv
    from nashcore.runs import Store
    from nashcore.runs.results import ByGroup, Thresholds, by_group_table, file_rows, own_rows, read_rows

    if csv is not None and rows is not None:
        refuse_same(csv, rows)
    if rows is not None and part is not None:
        raise InputError(
            "Option --part chooses among the run's test rows. Found --rows as well: leave one out."
        )
    refuse_taken(force, csv)
    own = list(map(group_number, threshold_of or []))
    if len(dict(own)) < len(own):
        raise InputError(
            f"Option --threshold-of should name a group once. Found {', '.join(quoted(one) for one, _ in own)}."
        )
    thresholds, store = Thresholds(threshold, dict(own)), Store()
    if rows is None:
        scored = own_rows(store, run, split, part)
    else:
        table = read_rows(store, run, own_table(rows)[0], split, **given([ReadingOptions], chosen))
        say_of_rows(store, run, table, split)
        scored = file_rows(store, run, table.frame, split)
    found = ByGroup(scored).at(arm, seed, thresholds)
    if csv is not None:
        write(csv, to_safe_csv(by_group_table(found)), force)
    if as_json:
        print_json(found)
    else:
        print_by_group(PlainConsole(), found)


@takes(ReadingOptions)
def explain(
    run: Id,
    csv: NewRows,
    arm: Arm,
    row: Annotated[int, typer.Option(help="Which row of the file, from 1.")] = 1,
    seed: Seed = 0,
    split: Split = None,
    *,
    as_json: Json = False,
    **chosen: Any,
) -> None:
    """What changes the score of one row most: every column alone is set to other values, and the model is asked again."""
    from nashcore.runs import Store
    from nashcore.runs.results import explain_row, read_rows

    store = Store()
    rows = read_rows(store, run, own_table(csv)[0], split, **given([ReadingOptions], chosen))
    found = explain_row(store, run, rows.frame, row - 1, arm, seed, split)
    for sentence in rows.notices:
        ERRORS.print(sentence, soft_wrap=True)
    if as_json:
        print_json(found)
        return
    console = PlainConsole()
    table = Table("column", "value", "typical", "score with typical", "change", "lowest, at", "highest, at")
    table.title = f"Row {row}: score {found['score']:.4f} by {found['label']}, seed {seed}"
    for one in found["columns"]:
        ends = (f"{one[end]['score']:.4f}, {one[end]['value']}" for end in ("lowest", "highest"))
        values = (one["column"], one["value"], one["typical"])
        table.add_row(*values, f"{one['without']:.4f}", f"{one['change']:+.4f}", *ends)
    console.print(table)
    print_sentences(console, [found["says"], found["method"], *found["caveats"]])


def say_of_rows(store: Store, run: str, rows: CsvTable, split: int | None) -> None:
    """On the standard error how the rows of a file were read, and which of their values the run's training rows did not have."""
    from nashcore.runs.results import unseen_rows

    for sentence in (*rows.notices, *unseen_rows(store, run, rows.frame, split)):
        ERRORS.print(sentence, soft_wrap=True)


def print_file_by_group(
    store: Store, run: str, frame: pd.DataFrame, arm: str, seed: int, split: int | None, threshold: float
) -> None:
    """On the standard error how a model does on the rows of a file, group by group, or in a sentence why that cannot be told."""
    from nashcore.runs.results import ByGroup, Thresholds, file_rows, lacking_columns

    lacking = lacking_columns(store.get(run).config, frame)
    if lacking:
        print_sentences(ERRORS, [f"Not counted by group: the rows lack {', '.join(lacking)}."])
        return
    try:
        known = file_rows(store, run, frame, split)
    except InputError as refused:  # the rows are scored all the same
        print_sentences(ERRORS, [f"Not counted by group. {refused}"])
        return
    print_by_group(ERRORS, ByGroup(known).at(arm, seed, Thresholds(threshold)))


def print_by_group(console: Console, found: Mapping[str, Any]) -> None:
    """What `nashcore.runs.results.ByGroup.at` found, for people."""
    from nashcore.runs import results  # here: it brings torch along

    own = f"at {found['threshold']:g}" if found["cost"] is None else "at thresholds of the groups' own"
    model = f"{found['label']}, seed {found['seed']}"
    for title, table in (
        (f"{model}, {own}: share, 95% interval, rows", results.shown_rates(found, "\n")),
        (f"{model}, {own}: confusion matrix, in rows", results.shown_confusion(found)),
        (f"{model}: calibration", results.shown_calibration(found)),
        (
            "All methods at these thresholds: mean over the seeds, lowest to highest",
            results.shown_methods(found, "\n"),
        ),
    ):
        print_fitting(console, title, list(map(str, table.columns)), list(table.itertuples(index=False)), 1)
    cost = [] if found["cost"] is None else [found["cost"]["says"]]
    print_sentences(console, [*cost, f"On the {found['rows']}.", *found["caveats"]])
