"""``runs list``: the runs that were kept, filtered and sorted, as a table, as JSON or as CSV."""

from __future__ import annotations

import csv as csv_format
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nashcore.commands import steer
from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.fitting_table import print_fitting
from nashcore.commands.options import Json
from nashcore.commands.terminal import PlainConsole, plain_text, print_json, progress
from nashcore.errors import InputError, quoted

if TYPE_CHECKING:
    from nashcore.runs import Listed, Listing

SHOWN = 100
"""Rows of a table where no limit is chosen."""

FRAMED = 500
"""Longer tables have no frame, which takes longer to draw than all else."""

Many = list[str] | None


def list_runs(
    state: Annotated[Many, typer.Option(help="Only runs in this state; may be repeated.")] = None,
    dataset: Annotated[Many, typer.Option(help="Only runs on this table; may be repeated.")] = None,
    tag: Annotated[Many, typer.Option(help="Only runs with this tag; may be repeated.")] = None,
    where: Annotated[
        str, typer.Option(help='Words of the title, tags and notes, and conditions: "lr<0.01 rule=mean".')
    ] = "",
    sort: Annotated[
        str, typer.Option(help="A setting, metric or column to sort by; -NAME puts the largest first.")
    ] = "-created",
    metric: Annotated[str, typer.Option(help="Whose best mean is shown.")] = "overall_auc",
    limit: Annotated[int | None, typer.Option(help="Most runs to list; 0: all. A table shows 100.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="Write all columns to this file.")] = None,
    *,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """List the runs, the newest first. Those that wait get a worker.

    The best mean of a run is that of its last epoch, on the test set: it says nothing about chance.
    """
    from nashcore.runs import Filter

    if limit is not None and limit < 0:
        raise InputError(f"Option --limit should be 0 or more. Found {limit}.")
    refuse_taken(force, csv)
    asked = Filter(tuple(state or ()), tuple(dataset or ()), tuple(tag or ()), where, sort)
    found, about = _looked(asked.metrics(metric), configs=as_json)
    chosen = asked.chosen(found.runs)
    if any(run.figures for run in found.runs) and metric not in found.metrics:
        raise InputError(f"Option --metric should name a metric of the runs. Found {quoted(metric)}.")
    most = (0 if as_json or csv is not None else SHOWN) if limit is None else limit
    shown = chosen[:most] if most else chosen
    if csv is not None:
        write(csv, _csv(shown), force)
    if as_json:
        print_json(about | {"matching": len(chosen), "runs": [_as_json(run) for run in shown]})
    elif csv is None:
        _print(shown, found, about, metric, len(chosen))


def _looked(metrics: Sequence[str], *, configs: bool) -> tuple[Listing, dict[str, Any]]:
    """The list of runs, and what there is to say of the folder."""
    from nashcore.runs import Register, hanging, trouble

    register = Register()
    try:
        steer.take_up(register)
        unserved = trouble(register)
    except InputError as why:
        unserved = [str(why)]
    found = register.listing(metrics, configs=configs)
    if found.lacking:
        from nashcore.runs import Store  # here: it brings PyTorch along

        with progress("Reading runs of an earlier version", quiet=False) as told:
            found = Store().listing(metrics, configs=configs, seconds=float("inf"), told=told)
    return found, {
        "runs_home": str(register.home),
        "notice": register.notice,
        "warnings": register.warnings,
        "damaged": [{"id": one.id, "title": one.title, "reason": one.reason} for one in found.damaged],
        "deleted": [{"id": run.id, "title": run.title, "deleted": run.deleted} for run in found.deleted],
        "workers": unserved + hanging(register),
        "waiting": register.queue.waiting(),
        "bytes": found.bytes,
    }


def _as_json(run: Listed) -> dict[str, Any]:
    own = (
        "id",
        "title",
        "state",
        "reason",
        "created",
        "epochs",
        "seconds",
        "tags",
        "note",
        "models",
        "bytes",
    )
    return {
        **{name: getattr(run, name) for name in own},
        "wanted_epochs": run.wanted,
        "figures": {
            name: {arm: {"mean": mean, "std": std} for arm, (mean, std) in figure.arms.items()}
            for name, figure in run.figures.items()
        },
        "origin": dict(run.origin),
        "config": json.loads(run.config) if run.config else None,
    }


def _csv(runs: Sequence[Listed]) -> str:
    """All columns; a cell that a spreadsheet would compute begins with an apostrophe."""
    own = ["id", "title", "state", "reason", "created", "epochs", "wanted", "models", "seconds", "bytes"]
    settings = list(dict.fromkeys(name for run in runs for name in run.settings if name != "epochs"))
    origin = list(dict.fromkeys(name for run in runs for name in run.origin))
    figures = list(
        dict.fromkeys((name, arm) for run in runs for name, one in run.figures.items() for arm in one.arms)
    )
    text = io.StringIO()
    writer = csv_format.writer(text, lineterminator="\n")
    heads = [f"{name}.{arm}_{part}" for name, arm in figures for part in ("mean", "std")]
    writer.writerow([*own, "tags", "note", *settings, *(f"origin.{name}" for name in origin), *heads])
    for run in runs:
        row: list[object] = [getattr(run, name) for name in own]
        row += [", ".join(run.tags), run.note, *(run.settings.get(name) for name in settings)]
        row += [run.origin.get(name) for name in origin]
        for name, arm in figures:
            row += (run.figures[name].arms if name in run.figures else {}).get(arm, (None, None))
        writer.writerow(map(_safe, row))
    return text.getvalue()


def _safe(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def _print(runs: Sequence[Listed], found: Listing, about: dict[str, Any], metric: str, matching: int) -> None:
    from nashcore.runs import size_words, words_apart

    order = about["waiting"]
    numbers = {run: f", number {number}" for number, run in enumerate(order, 1)} if len(order) > 1 else {}
    columns: dict[str, list[str]] = {
        "run": [run.id for run in runs],
        "title": [run.title for run in runs],
        "begun": [datetime.fromtimestamp(run.created).isoformat(" ", "minutes") for run in runs],
        "state": [run.state + numbers.get(run.id, "") for run in runs],
        "epochs": [run.done for run in runs],
        "models": ["" if run.models is None else str(run.models) for run in runs],
        f"best {metric}": [_best(run, metric) for run in runs],
        "size": ["" if run.bytes is None else size_words(run.bytes) for run in runs],
        "tags": [", ".join(run.tags) for run in runs],
        "note": [run.note.partition("\n")[0] for run in runs],
        "differs in": words_apart([run.settings for run in runs]),
    }
    kept = {name: cells for name, cells in columns.items() if any(cells) or name in ("run", "title")}
    console = PlainConsole()
    if len(runs) <= FRAMED:
        print_fitting(console, "Runs", list(kept), list(zip(*kept.values(), strict=True)), 2)
    else:
        typer.echo("\n".join(_lines(kept)))
    if matching > len(runs):
        console.print(f"The first {len(runs)} of {matching:,} runs. More: --limit 0 lists all.")
    elif matching < len(found.runs):
        console.print(f"{matching:,} of {len(found.runs):,} runs.")
    console.print(f"Runs home: {about['runs_home']}. Files of all runs: {size_words(found.bytes)}.")
    told = [f"Set aside: {one['id']} {one['title']}. {one['reason']}" for one in about["damaged"]]
    told += [f"In the trash: {one['id']} {one['title']}" for one in about["deleted"]]
    for sentence in (*about["warnings"], *about["workers"], *told):
        console.print(sentence)


def _best(run: Listed, metric: str) -> str:
    figure = run.figures.get(metric)
    return "" if figure is None or not figure.arms else f"{figure.best_mean:.3f} {figure.best_words}"


def _lines(columns: dict[str, list[str]]) -> Iterable[str]:
    """A table without a frame."""
    texts = [[name, *map(plain_text, cells)] for name, cells in columns.items()]
    wide = [max(map(len, cells)) for cells in texts]
    for row in zip(*texts, strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, wide, strict=True)).rstrip()
