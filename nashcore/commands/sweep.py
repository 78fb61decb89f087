"""``sweep``: many runs that differ in what a file says, on this machine or on a cluster; list, show, stop, resume, forget them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from typer.core import TyperGroup

from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.options import Csv, Json
from nashcore.commands.steer import UNFINISHED
from nashcore.commands.sweep_print import figures_json, print_figures, print_plan, states_in_words
from nashcore.commands.terminal import ERRORS, PlainConsole, print_json, progress
from nashcore.errors import InputError, quoted

if TYPE_CHECKING:
    from nashcore.runs import Store
    from nashcore.runs.sweep import Standing, Sweep, SweepFigures


class FileOrCommand(TyperGroup):
    """``sweep FILE`` is ``sweep run FILE``."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Put the command's name before a file or its options."""
        if args and args[0] not in (*self.commands, *ctx.help_option_names):
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    help="Train many runs that differ in what a file says: sweep FILE. See, stop, resume and forget sweeps.",
    cls=FileOrCommand,
    no_args_is_help=True,
)

Id = Annotated[str, typer.Argument(help="The sweep's id, as the list shows it.")]
Dask = Annotated[
    str | None,
    typer.Option(
        help="Train on a Dask cluster: the scheduler's address, as tls://host:8786, or its scheduler file. A cluster executes "
        "code: it has to be trusted."
    ),
]
Retries = Annotated[
    int, typer.Option(min=0, help="With --dask: how often in a row a run may be lost without an epoch more.")
]


@app.command()
def run(
    file: Annotated[Path, typer.Argument(help="A YAML or JSON file: base, and a grid or a list.")],
    dask: Dask = None,
    retries: Retries = 2,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the runs, and train none.")] = False,
    as_json: Json = False,
) -> None:
    """Train every run that a file describes; those that are there already are not trained again.

    Ctrl-C ends it: what is finished stays, the rest goes on with the same command, or with sweep resume. Exit code 3: a run did not
    finish.
    """
    from nashcore.runs import Store
    from nashcore.runs.sweep import keep, read_sweep

    plan, store = read_sweep(file), Store()
    if dry_run:
        print_plan(store, plan, as_json=as_json)
        return
    _carry_out(store, keep(store, plan), dask, retries, as_json=as_json)


@app.command()
def resume(sweep: Id, dask: Dask = None, retries: Retries = 2, as_json: Json = False) -> None:
    """Train what is missing of a sweep: runs that were stopped, that failed, or that never began."""
    from nashcore.runs import Store

    store = Store()
    _carry_out(store, store.sweeps.get(sweep), dask, retries, as_json=as_json)


@app.command("list")
def list_sweeps(as_json: Json = False) -> None:
    """List the sweeps, the newest first."""
    from nashcore.runs import Store
    from nashcore.runs.sweep import names_of, standings

    store = Store()
    rows: list[dict[str, Any]] = []
    for sweep in store.sweeps.ids():
        try:
            found = store.sweeps.get(sweep)
        except InputError as damaged:
            ERRORS.print(str(damaged), soft_wrap=True)
            continue
        states = [one.state for one in standings(store, found)]
        counts = {state: states.count(state) for state in dict.fromkeys(states)}
        about = {"id": sweep, "title": found.title, "created": found.created, "metric": found.metric}
        rows.append({**about, "runs": len(states), "states": counts, "varies": list(names_of(found))})
    if as_json:
        print_json({"runs_home": str(store.home), "sweeps": rows})
        return
    table = Table("sweep", "title", "begun", "varies", "runs", "states", title="Sweeps")
    for row in rows:
        begun = datetime.fromtimestamp(row["created"]).isoformat(" ", "minutes")
        table.add_row(
            row["id"],
            row["title"],
            begun,
            ", ".join(row["varies"]),
            str(row["runs"]),
            states_in_words(row["states"]),
        )
    PlainConsole().print(table)


@app.command()
def show(
    sweep: Id,
    metric: Annotated[
        str | None, typer.Option(help="The best by this metric; left out, the sweep's own.")
    ] = None,
    method: Annotated[str | None, typer.Option(help="Only this method, by its name in the table.")] = None,
    csv: Csv = None,
    *,
    force: Force = False,
    as_json: Json = False,
) -> None:
    """What a sweep has measured by now: every method of every run, the best, and what cannot be told from it."""
    from nashcore.data import to_safe_csv
    from nashcore.runs import Store
    from nashcore.runs.sweep import best_of, origin_sentences, sweep_figures, sweep_table

    refuse_taken(force, csv)
    store = Store()
    figures = sweep_figures(store, sweep)
    chosen = _metric(metric or figures.sweep.metric)
    arm = _arm(figures, method)
    best, origins = best_of(figures, chosen, arm), origin_sentences(store, figures)
    if csv is not None:
        write(csv, to_safe_csv(sweep_table(figures)), force)
    if as_json:
        print_json(figures_json(figures, chosen, best, origins))
        return
    print_figures(figures, chosen, arm, best, origins)


@app.command()
def stop(sweep: Id) -> None:
    """Ask a sweep to end, whoever trains it; epochs that are done are kept, and resume goes on with it."""
    from nashcore.runs import Store
    from nashcore.runs.sweep import stop as stop_sweep

    store = Store()
    stop_sweep(store, store.sweeps.get(sweep))


@app.command()
def forget(sweep: Id) -> None:
    """Take a sweep off the list. Its runs stay."""
    from nashcore.runs import Store

    Store().sweeps.forget(sweep)


def _metric(name: str) -> str:
    from nashcore.metrics import METRICS

    if name not in METRICS:
        raise InputError(f"Option --metric should be one of {', '.join(METRICS)}. Found {quoted(name)}.")
    return name


def _arm(figures: SweepFigures, method: str | None) -> str | None:
    if method is None or method in figures.methods:
        return method
    found = [arm for arm, title in figures.methods.items() if title == method]
    if not found:
        known = ", ".join(figures.methods) or "none yet"
        raise InputError(
            f"Option --method should be a method of the sweep ({known}). Found {quoted(method)}."
        )
    return found[0]


def _carry_out(store: Store, sweep: Sweep, dask: str | None, retries: int, *, as_json: bool) -> None:
    from nashcore.runs.sweep import run_sweep, standings

    before = standings(store, sweep)
    done = sum(one.state == "finished" for one in before)
    kept = f" {done} of them {'is' if done == 1 else 'are'} there already." if done else ""
    ERRORS.print(f"Sweep {sweep.id} begins: {len(before)} runs.{kept}", soft_wrap=True)
    if (
        dask is not None
        and dask.startswith("tcp://")
        and not dask.startswith(("tcp://127.", "tcp://localhost"))
    ):
        ERRORS.print(
            "The way to this cluster is not encrypted (tcp://): whoever can reach it can run code on it and on this machine. "
            "docs/scaling.md says how to use tls://.",
            style="yellow",
            soft_wrap=True,
        )
    told = {one.place.number for one in before if one.run is not None and one.run.over}
    with progress("Sweep", quiet=as_json) as draw:

        def watch(found: Sequence[Standing]) -> None:
            draw(sum(one.share for one in found) / len(found))
            for one in found:
                again = one.place.number in told
                if one.run is None or not one.run.over or again:
                    if again and one.run is not None and not one.run.over:
                        told.discard(one.place.number)
                    continue
                told.add(one.place.number)
                over = sum(each.run is not None and each.run.over for each in found)
                ERRORS.print(
                    f"{over} of {len(found)}: {one.run.id} {one.state}. {one.run.title}", soft_wrap=True
                )
                if one.run.reason:
                    ERRORS.print(f"{one.run.id}: {one.run.reason}", soft_wrap=True)

        try:
            found = run_sweep(store, sweep, dask, watch, retries=retries)
        except (KeyboardInterrupt, SystemExit) as asked:
            states = [one.state for one in standings(store, store.sweeps.get(sweep.id))]
            counts = {state: states.count(state) for state in dict.fromkeys(states)}
            ERRORS.print(
                f"Interrupted: of {len(states)} runs, {states_in_words(counts)}. To go on: python -m nashcore sweep "
                f"resume {sweep.id}",
                soft_wrap=True,
            )
            raise SystemExit(getattr(asked, "code", 130)) from None
    states = [one.state for one in found]
    counts = {state: states.count(state) for state in dict.fromkeys(states)}
    if as_json:
        runs = [None if one.run is None else one.run.id for one in found]
        print_json({"sweep": sweep.id, "states": counts, "runs": runs})
    else:
        print(f"Sweep {sweep.id}: {states_in_words(counts)}.")
        print(f"To see it: python -m nashcore sweep show {sweep.id}")
    if states.count("finished") < len(states):
        raise typer.Exit(UNFINISHED)
