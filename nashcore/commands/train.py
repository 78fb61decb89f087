"""``train``: a full experiment on a table."""

from __future__ import annotations

from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

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
from nashcore.commands.results import print_serious, print_training
from nashcore.commands.steer import tell_interrupted
from nashcore.commands.terminal import (
    ERRORS,
    method_schedule,
    one_table,
    print_json,
    progress,
    read_text,
    setting,
)
from nashcore.errors import InputError
from nashcore.options import (
    ReadingOptions,
    ShownOptions,
    TableOptions,
    TrainingOptions,
    declared_names,
    spelled_out,
)

if TYPE_CHECKING:
    from nashcore.learning import Result
    from nashcore.runs import TrainingConfig

OPTIONS = (TableOptions, ReadingOptions, TrainingOptions)


@takes(*OPTIONS, ShownOptions)
def train(
    dataset: Dataset = None,
    sensitive: Sensitive = None,
    csv: OwnCsv = None,
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    methods: Annotated[str | None, typer.Option(help="Methods separated by commas, or all.")] = None,
    seeds: Annotated[int | None, typer.Option(help="Number of seeds.")] = None,
    splits: Splits = None,
    schedules: Annotated[
        str | None, typer.Option(help="When to bargain, as two_stage:14; several are a sweep.")
    ] = None,
    schedule_of: Annotated[
        list[str] | None, typer.Option(help="One method's schedules: nash_ltr=continuous; may be repeated.")
    ] = None,
    rule: Annotated[str | None, typer.Option(help="The rule of the bargaining stage.")] = None,
    rule_option: Annotated[list[str] | None, typer.Option(help="An option of the rule: power=-1.")] = None,
    protocol: Protocol = None,
    *,
    config: Annotated[
        Path | None,
        typer.Option(help="A config in JSON, as a run's download holds it; options go before it."),
    ] = None,
    download: Annotated[bool, typer.Option(help="Fetch a table that is not here.")] = False,
    save: Annotated[bool, typer.Option(help="Keep the run, to see and compare it later.")] = False,
    title: Annotated[str, typer.Option(help="With --save: what to call the run.")] = "",
    as_json: Json = False,
    **chosen: Any,
) -> None:
    """Train every method with every seed in lockstep and report the three metrics."""
    from nashcore.learning import summarise
    from nashcore.runs import TrainingConfig

    shown = ShownOptions(**given([ShownOptions], chosen))
    base = {} if config is None else _stored(read_text(config))
    values = {
        **one_table(dataset, sensitive, csv, target, positive, threshold, base),
        "splits": splits,
        "methods": methods,
        "seeds": seeds,
        "schedules": schedules,
        "method_schedules": dict(map(method_schedule, schedule_of)) if schedule_of else None,
        "rule": rule,
        "rule_options": dict(map(setting, rule_option)) if rule_option else None,
        **given(OPTIONS, chosen),
        "protocol": protocol,
    }
    values = spelled_out(values, declared_names(TrainingConfig))
    whole = TrainingConfig(**(base | {name: value for name, value in values.items() if value is not None}))
    result, kept, serious = _train(whole, title if save else None, download=download, quiet=as_json)
    summary = summarise(result, {arm.name: arm.title for arm in whole.arms()}, shown)
    if as_json:
        stored = {} if kept is None else {"run": kept}
        more = {"config": whole.model_dump(mode="json"), "serious": list(serious)}
        print_json(summary | more | stored)
        return
    print_serious(serious)
    print_training(summary)


def _train(
    config: TrainingConfig, title: str | None, *, download: bool, quiet: bool
) -> tuple[Result, str | None, tuple[str, ...]]:
    """Train to the end; with a title, even an empty one, the run is kept.

    Returns:
        Everything measured, the run's id where it is kept, and what makes the figures doubtful.
    """
    from nashcore.data import serious_findings
    from nashcore.learning import Event, Finished
    from nashcore.learning import Progress as Moment
    from nashcore.learning import train as events_of
    from nashcore.runs import Store
    from nashcore.runs.worker import carry_out

    result: Result | None = None
    kept: str | None = None
    with ExitStack() as stack:
        load = stack.enter_context(progress("Download", quiet=quiet or not download))
        show = stack.enter_context(progress("Training", quiet=quiet))

        def watch(event: Event) -> None:
            nonlocal result
            if isinstance(event, Moment):
                show(event.share)
            elif isinstance(event, Finished):
                result = event.result

        def report_download(done: int, total: int) -> None:
            load(done / total if total else 0.0)

        if title is None:
            try:
                tasks = config.tasks(download=download, progress=report_download)
                first = next(tasks)
                serious = tuple(finding.says for finding in serious_findings(first))
                for event in events_of(chain([first], tasks), config.plan(rows=first.train.rows)):
                    watch(event)
            except (KeyboardInterrupt, SystemExit) as asked:
                ERRORS.print("Interrupted; nothing was kept. With --save a run is.")
                raise SystemExit(getattr(asked, "code", 130)) from None
        else:
            store = Store()
            run = stack.enter_context(store.begin(config, title))
            kept = run.id
            ERRORS.print(f"Run {kept} begins; it is kept however it ends.")
            try:
                carry_out(store, run, download=download, progress=report_download, watch=watch)
            except (KeyboardInterrupt, SystemExit) as asked:
                ERRORS.print(tell_interrupted(store.get(kept)), soft_wrap=True)
                raise SystemExit(getattr(asked, "code", 130)) from None
            serious = store.files.serious_findings(kept)
            ERRORS.print(f"Kept as run {kept}.")
    if result is None:
        raise RuntimeError("Training ended without a result.")
    return result, kept, serious


def _stored(text: str) -> dict[str, Any]:
    """A config, by itself or as a part of a run's summary."""
    import json

    from nashcore.runs import as_trained

    try:
        values = json.loads(text)
    except (ValueError, RecursionError):  # brackets within brackets within brackets
        raise InputError(
            "Option --config should name a file with a JSON object. Found no JSON, or nested too deep."
        ) from None
    found = values.get("config", values) if isinstance(values, dict) else None
    if not isinstance(found, dict):
        raise InputError("Option --config should name a file with a JSON object. Found something else.")
    return as_trained(found)
