"""``runs``: what was trained before, and the models that it left."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from nashcore.commands import steer
from nashcore.commands.by_group import (
    Arm,
    Common,
    NewRows,
    Seed,
    Split,
    by_group,
    explain,
    print_file_by_group,
)
from nashcore.commands.comparison import print_comparison
from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.handin import export, import_run, report
from nashcore.commands.options import Csv, Json, given, takes
from nashcore.commands.output_file import refuse_same
from nashcore.commands.results import print_serious, print_training
from nashcore.commands.resume import resume
from nashcore.commands.steer import Id
from nashcore.commands.terminal import ERRORS, PlainConsole, own_table, print_json
from nashcore.errors import InputError
from nashcore.options import ReadingOptions, ShownOptions

app = typer.Typer(
    help="See, steer, compare, resume, hand in, take along, score with and delete the runs that were kept.",
    no_args_is_help=True,
)
for command in (steer.stop, resume, steer.rename, steer.tag, steer.move, steer.work, steer.wait):
    app.command()(command)

app.command()(report)
app.command()(export)
app.command("import")(import_run)
app.command("by-group")(by_group)
app.command()(explain)

Kind = Annotated[str, typer.Option(help="hard (labels), scores or gaps: kinds never share a table.")]
Epoch = Annotated[str, typer.Option(help="last, or best: chosen on the test set, as the paper does.")]


@app.command("list")
def list_runs(as_json: Json = False) -> None:
    """List the runs, the newest first. Those that wait get a worker."""
    from nashcore.runs import Store, hanging

    store = Store()
    try:
        steer.take_up(store)
        unserved = []
    except InputError as why:
        unserved = [str(why)]
    runs, aside, order = store.runs(), store.damaged(), store.queue.waiting()
    unserved += hanging(store)
    if as_json:
        print_json(
            {
                "runs_home": str(store.home),
                "notice": store.notice,
                "warnings": store.warnings,
                "damaged": [{"id": one.id, "title": one.title, "reason": one.reason} for one in aside],
                "deleted": [
                    {"id": run.id, "title": run.title, "deleted": run.deleted} for run in store.deleted()
                ],
                "workers": unserved,
                "waiting": order,
                "runs": [
                    {
                        "id": run.id,
                        "title": run.title,
                        "state": run.state,
                        "reason": run.reason,
                        "created": run.created,
                        "epochs": run.epochs,
                        "seconds": run.seconds,
                        "tags": run.tags,
                        "config": run.config.model_dump(mode="json"),
                    }
                    for run in runs
                ],
            }
        )
        return
    tags = any(run.tags for run in runs)
    numbers = {run: f", number {number}" for number, run in enumerate(order, 1)} if len(order) > 1 else {}
    table = Table("run", "title", "begun", "state", "epochs", "models", *(["tags"] * tags), title="Runs")
    for run in runs:
        begun = datetime.fromtimestamp(run.created).isoformat(" ", "minutes")
        table.add_row(
            run.id,
            run.title,
            begun,
            run.state + numbers.get(run.id, ""),
            f"{run.epochs} of {run.config.epochs}",
            str(run.config.models),
            *([", ".join(run.tags)] * tags),
        )
    console = PlainConsole()
    console.print(table)
    console.print(f"Runs home: {store.home}")
    told = [f"Set aside: {one.id} {one.title}. {one.reason}" for one in aside]
    told += [f"In the trash: {run.id} {run.title}" for run in store.deleted()]
    for sentence in (*store.warnings, *unserved, *told):
        console.print(sentence)


@app.command()
@takes(ShownOptions)
def show(
    run: Id, kind: Kind = "hard", epoch: Epoch = "last", *, as_json: Json = False, **chosen: Any
) -> None:
    """The figures of one run."""
    from nashcore.metrics import get_kind
    from nashcore.runs import Store
    from nashcore.runs.results import get_epoch, stored_result

    metrics, at = get_kind(kind).metrics, get_epoch(epoch)
    found = stored_result(Store(), run)
    summary = found.summarised(ShownOptions(**given([ShownOptions], chosen)))
    stored = found.run
    if as_json:
        state = {"run": stored.id, "title": stored.title, "state": stored.state, "reason": stored.reason}
        more = {"config": stored.config.model_dump(mode="json"), "serious": list(found.serious)}
        print_json(summary | more | state)
        return
    print_serious(found.serious)
    print_training(summary, metrics, at)
    PlainConsole().print(f"{stored.title}: {stored.state}. {stored.reason}")


@app.command()
@takes(ShownOptions)
def compare(
    runs: Annotated[list[str], typer.Argument(help="Two or more ids, as the list shows them.")],
    kind: Kind = "hard",
    epoch: Epoch = "last",
    csv: Csv = None,
    latex: Annotated[Path | None, typer.Option(help="Write the table as LaTeX to this file.")] = None,
    *,
    force: Force = False,
    as_json: Json = False,
    **chosen: Any,
) -> None:
    """Hold runs side by side: the paper's table, the settings that differ, and differences to the first run.

    Runs that differ in their splits alone are also put together, as one run on all these splits.
    """
    from nashcore.data import to_safe_csv
    from nashcore.runs import Store
    from nashcore.runs.results import as_json as comparison
    from nashcore.runs.results import latex_table, paper_table, stored_result, with_pools

    refuse_taken(force, csv, latex)
    store = Store()
    found = [stored_result(store, run) for run in dict.fromkeys(runs)]
    shown = ShownOptions(**given([ShownOptions], chosen))
    found_of_all = comparison(found, kind, epoch, shown)
    if csv is not None:
        write(csv, to_safe_csv(paper_table(with_pools(found), kind, epoch, shown)), force)
    if latex is not None:
        write(latex, latex_table(with_pools(found), kind, epoch, shown), force)
    if as_json:
        print_json(found_of_all)
    else:
        print_comparison(found_of_all)


@app.command()
def delete(
    run: Id,
    for_good: Annotated[
        bool,
        typer.Option("--for-good", help="Do not keep it in the trash: its space on the disk is free again."),
    ] = False,
) -> None:
    """Put a run into the trash, where it stays for 30 days and can be brought back; also one that is set aside."""
    from nashcore.runs import Store

    Store().delete(run, for_good=for_good)


@app.command()
def restore(run: Id) -> None:
    """Bring a deleted run back from the trash."""
    from nashcore.runs import Store

    Store().trash.restore(run)


@app.command()
@takes(ReadingOptions)
def score(
    run: Id,
    csv: NewRows,
    arm: Arm,
    seed: Seed = 0,
    split: Split = None,
    threshold: Common = 0.5,
    out: Annotated[Path | None, typer.Option(help="Write the scores to this file.")] = None,
    *,
    force: Force = False,
    **chosen: Any,
) -> None:
    """Give new rows the probability of label 1 that one of a run's models sees in them.

    Options of reading hold beside those that the run's own table was read with. Scores go to the standard output or to a file;
    what there is to say of the rows goes to the standard error: where they have the run's target and the columns of its groups,
    also how the model does on them, group by group (runs by-group --rows gives the same as JSON or CSV).
    """
    from nashcore.runs import Store
    from nashcore.runs.results import read_rows, score_rows, unseen_rows

    if out is not None:
        refuse_same(out, csv)
    refuse_taken(force, out)
    store = Store()
    rows = read_rows(store, run, own_table(csv)[0], split, **given([ReadingOptions], chosen))
    text = score_rows(store, run, rows.frame, arm, seed, split, threshold).to_csv(index=False)
    for sentence in (*rows.notices, *unseen_rows(store, run, rows.frame, split)):
        ERRORS.print(sentence, soft_wrap=True)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write(out, text, force)
    print_file_by_group(store, run, rows.frame, arm, seed, split, threshold)
