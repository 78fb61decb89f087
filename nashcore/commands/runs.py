"""``runs``: what was trained before, and the models that it left."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

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
    say_of_rows,
)
from nashcore.commands.comparison import print_comparison
from nashcore.commands.files import Force, refuse_taken, write
from nashcore.commands.handin import export, import_run, report
from nashcore.commands.list_runs import list_runs
from nashcore.commands.options import Csv, Json, given, takes
from nashcore.commands.output_file import refuse_same
from nashcore.commands.results import print_serious, print_training
from nashcore.commands.resume import resume
from nashcore.commands.steer import Id
from nashcore.commands.terminal import PlainConsole, own_table, print_json
from nashcore.errors import InputError
from nashcore.options import ReadingOptions, ShownOptions

app = typer.Typer(
    help="See, steer, compare, resume, hand in, take along, score with and delete the runs that were kept.",
    no_args_is_help=True,
)
for command in (steer.stop, resume, steer.rename, steer.tag, steer.note, steer.move, steer.work, steer.wait):
    app.command()(command)

app.command("list")(list_runs)
app.command()(report)
app.command()(export)
app.command("import")(import_run)
app.command("by-group")(by_group)
app.command()(explain)

Kind = Annotated[str, typer.Option(help="hard (labels), scores or gaps: kinds never share a table.")]
Epoch = Annotated[str, typer.Option(help="last, or best: chosen on the test set, as the paper does.")]


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
    baseline: Annotated[
        str | None, typer.Option(help="The run to hold the others against; the first when left out.")
    ] = None,
    *,
    force: Force = False,
    as_json: Json = False,
    **chosen: Any,
) -> None:
    """Hold runs side by side: the paper's table, the settings that differ, and differences to a baseline.

    The baseline is the first run, or the one that --baseline names. Runs that differ in their splits alone are also put together,
    as one run on all these splits.
    """
    from nashcore.data import to_safe_csv
    from nashcore.runs import Store
    from nashcore.runs.results import as_json as comparison
    from nashcore.runs.results import latex_table, paper_table, stored_result, with_pools

    refuse_taken(force, csv, latex)
    store = Store()
    first = [] if baseline is None else [baseline]
    found = [stored_result(store, run) for run in dict.fromkeys([*first, *runs])]
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
    models_only: Annotated[
        bool,
        typer.Option(
            "--models-only", help="Delete its models and checkpoints for good, and keep its figures."
        ),
    ] = False,
) -> None:
    """Put a run into the trash, where it stays for 30 days and can be brought back; also one that is set aside."""
    from nashcore.runs import Store, size_words

    if not models_only:
        Store().delete(run, for_good=for_good)
        return
    if for_good:
        raise InputError("Option --models-only keeps the run, and --for-good does not. Found both: give one.")
    freed = Store().delete_models(run)
    typer.echo(
        f"{size_words(freed)} are free again." if freed else "It had no models any more; nothing has changed."
    )


@app.command()
def restore(run: Id) -> None:
    """Bring a deleted run back from the trash."""
    from nashcore.runs import Register

    Register().trash.restore(run)


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
    from nashcore.runs.results import read_rows, score_rows

    if out is not None:
        refuse_same(out, csv)
    refuse_taken(force, out)
    store = Store()
    rows = read_rows(store, run, own_table(csv)[0], split, **given([ReadingOptions], chosen))
    text = score_rows(store, run, rows.frame, arm, seed, split, threshold).to_csv(index=False)
    say_of_rows(store, run, rows, split)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write(out, text, force)
    print_file_by_group(store, run, rows.frame, arm, seed, split, threshold)
