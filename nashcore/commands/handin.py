"""``runs report``, ``runs export`` and ``runs import``: runs to hand in, and to take to another machine."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Annotated, Any

import typer

from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.options import given, takes
from nashcore.commands.terminal import ERRORS, PlainConsole
from nashcore.errors import InputError
from nashcore.options import ShownOptions


@takes(ShownOptions)
def report(
    runs: Annotated[list[str], typer.Argument(help="One or more ids, as the list shows them.")],
    out: Annotated[
        list[Path] | None,
        typer.Option(
            help="The file; its ending says its kind: .html, .md, .tex, .csv or .parquet. May be repeated."
        ),
    ] = None,
    epoch: Annotated[
        str, typer.Option(help="last, or best: chosen on the test set, as the paper does.")
    ] = "last",
    *,
    force: Force = False,
    **chosen: Any,
) -> None:
    """Write a report on runs to hand in: tables, figures, settings, provenance, and what it does not show.

    Without --out, report.html in this folder: one file, which opens without a network.
    """
    from nashcore.runs import Store
    from nashcore.runs.results import check_report_kind, hand_in, stored_result

    files = out or [Path("report.html")]
    kinds = [check_report_kind(path.suffix) for path in files]
    refuse_taken(force, *files)
    store = Store()
    found = [stored_result(store, run) for run in dict.fromkeys(runs)]
    shown = ShownOptions(**given([ShownOptions], chosen))
    for path, kind in zip(files, kinds, strict=True):
        write(path, hand_in(found, kind, epoch, shown), force)
        _say(f"Written: {path}")


def export(
    run: Annotated[str, typer.Argument(help="The run's id, as the list shows it.")],
    target: Annotated[
        Path | None,
        typer.Argument(
            help="A name that ends in .zip: the run as one file for another machine (run-ID.zip when left out). Anything else is "
            "a folder for everything it measured as CSV files, made where it is missing."
        ),
    ] = None,
    table: Annotated[
        bool, typer.Option("--table/--no-table", help="Whether your own table comes along in the one file.")
    ] = True,
    force: Force = False,
) -> None:
    """Write a run as one file that `runs import` reads on another machine, or all of its numbers as CSV files."""
    from nashcore.runs import Store, export_bundle

    store = Store()
    if target is not None and target.suffix.lower() != ".zip":
        _export_numbers(store.get(run).id, target, force)
        return
    path = Path(f"run-{store.get(run).id}.zip") if target is None else target
    refuse_taken(force, path)
    content = io.BytesIO()
    lacking = export_bundle(store, run, content, with_table=table)
    write(path, content.getvalue(), force)
    _say(f"Written: {path}")
    for sentence in lacking:
        _say(sentence)
    if table and store.get(run).config.own:
        _say(
            "It holds your own table, row by row. With --no-table it does not, and the run cannot be trained again from it."
        )


def _export_numbers(run: str, folder: Path, force: bool) -> None:
    from nashcore.data import to_safe_csv
    from nashcore.runs import Store
    from nashcore.runs.results import TABLES, stored_result

    found = stored_result(Store(), run)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as failed:
        raise InputError(f"The folder {folder} cannot be made: {failed.strerror}.") from None
    refuse_taken(force, *(folder / f"{name}.csv" for name in TABLES))
    for name, make in TABLES.items():
        write(folder / f"{name}.csv", to_safe_csv(make(found)), force)
    _say(f"Written: {len(TABLES)} CSV files in {folder.resolve()}")


def import_run(
    file: Annotated[Path, typer.Argument(help="The file that `runs export` wrote.")],
    new_id: Annotated[
        bool, typer.Option("--new-id", help="Give the run an id of its own, beside one that has the same.")
    ] = False,
) -> None:
    """Take in a run from another machine: its file is checked first, and nothing in it is executed."""
    from nashcore.runs import Store, import_bundle

    run = import_bundle(Store(), file, new_id=new_id)
    PlainConsole().print(f"Kept as run {run.id}: {run.title}")


def _say(sentence: str) -> None:
    ERRORS.print(sentence, markup=False, highlight=False, soft_wrap=True)
