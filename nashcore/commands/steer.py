"""What is done with runs: stop, rename, tag, note, move, work, wait."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from nashcore.commands.terminal import ERRORS, plain_text
from nashcore.errors import InputError

if TYPE_CHECKING:
    from nashcore.runs import Register, Run

UNFINISHED, TIME_IS_UP, INTERRUPTED = 3, 124, 130
"""Exit codes: a run did not finish, the time is up, interrupted from the keyboard. Others are 0 (all is well), 1 (a fault of the
program), 2 (refused) and 143 (interrupted by the system)."""

LOOK_SECONDS = 0.5

Id = Annotated[str, typer.Argument(help="The run's id, as the list shows it.")]
Ids = Annotated[list[str], typer.Argument(help="One id or more, as the list shows them.")]


def stop(runs: Ids) -> None:
    """Ask runs to end; the epochs that are done are kept."""
    from nashcore.runs import Register

    register = Register()
    found = [register.listed(run) for run in dict.fromkeys(runs)]
    for run in found:
        if run.over:
            raise InputError(f"A run to stop should wait or run. Found run {run.id} {run.state}.")
    for run in found:
        register.stop(run.id)


def rename(run: Id, title: Annotated[str, typer.Argument(help="What to call it.")]) -> None:
    """Call a run something else."""
    from nashcore.runs import Register

    Register().rename(run, title)


def tag(
    run: Id,
    tags: Annotated[list[str] | None, typer.Argument(help="Tags to give it.")] = None,
    remove: Annotated[list[str] | None, typer.Option(help="A tag to take from it; may be repeated.")] = None,
) -> None:
    """Give a run tags, or take some from it, and print those that it has then, one a line."""
    from nashcore.runs import Register

    register = Register()
    register.tag(run, tags or (), remove or ())
    for each in register.listed(run).tags:
        typer.echo(plain_text(each))


def note(
    run: Id,
    text: Annotated[
        str | None,
        typer.Argument(help="What to write down in its place; empty quotation marks take it away."),
    ] = None,
) -> None:
    """Write down what there is to say about a run, and print its note."""
    from nashcore.runs import Register

    register = Register()
    if text is not None:
        register.note(run, text)
    if found := register.listed(run).note:
        typer.echo(plain_text(found))


def move(
    run: Id,
    to: Annotated[str, typer.Argument(help="first, last, earlier or later.")],
) -> None:
    """Change when a waiting run's turn comes, and print the ids of all that wait, the next one first."""
    from nashcore.runs import Register

    register = Register()
    register.queue.move(register.listed(run).id, to)  # type: ignore[arg-type]  # it refuses others
    for each in register.queue.waiting():
        typer.echo(each)


def work(
    idle: Annotated[
        float, typer.Option(help="Seconds to stay when nothing waits; 0 leaves once all is done.")
    ] = 0.0,
) -> None:
    """Train the runs that wait, one after the other, in this process.

    Exit code 3: a run did not finish. NASH_WORKER_PLACES (2) says how many may work on one folder of runs.
    """
    import logging

    from nashcore.runs import Store
    from nashcore.runs.worker import serve

    if not idle >= 0:
        raise InputError(f"Option --idle should be 0 or more seconds. Found {idle:g}.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s", stream=sys.stderr)
    store = Store()
    try:
        took = serve(store, idle)
    except KeyboardInterrupt:
        raise SystemExit(INTERRUPTED) from None
    if took is None:
        raise InputError(store.notice or "Enough workers serve this folder of runs: nothing is left to do.")
    states = {run.state for run in map(store.get, took)}
    if not states <= {"finished", "stopped"}:
        raise typer.Exit(UNFINISHED)


def wait(
    runs: Annotated[
        list[str] | None, typer.Argument(help="Ids; all that are not over when left out.")
    ] = None,
    timeout: Annotated[float | None, typer.Option(help="Wait so many seconds at most.")] = None,
) -> None:
    """Wait until runs are over; those that nobody trains get a worker.

    Prints each run's id and how it ended. Exit code 0: all finished; 3: one did not; 124: the time is up.
    """
    from nashcore.runs import Register

    if timeout is not None and not timeout >= 0:
        raise InputError(f"Option --timeout should be 0 or more seconds. Found {timeout:g}.")
    register, begun = Register(), time.monotonic()
    left = list(dict.fromkeys(runs)) if runs else [run.id for run in register.listing().runs if not run.over]
    found = [register.listed(run) for run in left]
    finished = True
    while True:
        for run in [run for run in found if run.over]:
            left.remove(run.id)
            finished &= run.state == "finished"
            typer.echo(f"{run.id} {run.state}")
            if run.reason:
                ERRORS.print(f"{run.id}: {run.reason}", soft_wrap=True)
        if not left:
            break
        take_up(register)
        if timeout is not None and time.monotonic() - begun >= timeout:
            raise typer.Exit(TIME_IS_UP)
        time.sleep(LOOK_SECONDS)
        found = [register.listed(run) for run in left]
    if not finished:
        raise typer.Exit(UNFINISHED)


def take_up(register: Register) -> None:
    """See to it that runs that wait get a worker.

    Raises:
        InputError: none can be started.
    """
    from nashcore.runs import ensure_worker

    why = ensure_worker(register) if register.notice is None else None
    if why is not None:
        raise InputError(why)


def tell_interrupted(run: Run) -> str:
    """What to say of a run that was kept and is interrupted now."""
    epochs = "1 epoch is" if run.epochs == 1 else f"{run.epochs} epochs are"
    return f"Run {run.id} is {run.state}; {epochs} kept. To go on with it: python -m nashcore runs resume {run.id}"
