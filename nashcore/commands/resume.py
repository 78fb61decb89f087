"""``runs resume``: let a run that was cut short go on, or a finished one for more epochs."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from nashcore.commands.options import Json, given, takes
from nashcore.commands.results import print_training
from nashcore.commands.steer import tell_interrupted
from nashcore.commands.terminal import ERRORS, print_json, progress
from nashcore.errors import InputError
from nashcore.options import ShownOptions


@takes(ShownOptions)
def resume(
    run: Annotated[str, typer.Argument(help="The run's id, as the list shows it.")],
    epochs: Annotated[
        int | None,
        typer.Option(help="Epochs in all, to continue a finished run: the same numbers as of a longer run."),
    ] = None,
    *,
    as_json: Json = False,
    **chosen: Any,
) -> None:
    """Train a run on from its last checkpoint: stopped, failed, cut off, or finished and wanted longer.

    It ends bit for bit as a run that was never interrupted.
    """
    from nashcore.learning import Event, Progress
    from nashcore.runs import Store, read_checkpoints
    from nashcore.runs.results import stored_result
    from nashcore.runs.worker import carry_out

    store = Store()
    found = store.get(run)
    if found.state != "waiting" or epochs is not None:
        found = store.resume(run, epochs)
    if found.epochs and next(read_checkpoints(store.files.folder(found.id)), None) is None:
        ERRORS.print(
            f"Run {found.id} has no checkpoint to go on from, as where its models were deleted: it is trained again from the first "
            "epoch, and comes to the same numbers.",
            soft_wrap=True,
        )
    with store.claim(found.id) as mine, progress("Training", quiet=as_json) as show:
        if not mine:
            raise InputError(f"A worker was quicker and trains run {found.id} already.")

        def watch(event: Event) -> None:
            if isinstance(event, Progress):
                show(event.share)

        try:
            carry_out(store, store.get(run), watch=watch)
        except (KeyboardInterrupt, SystemExit) as asked:
            ERRORS.print(tell_interrupted(store.get(run)), soft_wrap=True)
            raise SystemExit(getattr(asked, "code", 130)) from None
    summary = stored_result(store, run).summarised(ShownOptions(**given([ShownOptions], chosen)))
    if as_json:
        print_json(summary | {"run": run, "state": store.get(run).state})
    else:
        print_training(summary)
