"""``train``: a full experiment on a table."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer

from nashcore.commands.options import (
    Dataset,
    Drop,
    DropDuplicates,
    HideSensitive,
    Json,
    OwnCsv,
    Positive,
    Protocol,
    Sensitive,
    Splits,
    SplitSeed,
    Target,
    TestRows,
    Threshold,
    ValidationRows,
)
from nashcore.commands.terminal import (
    ERRORS,
    method_schedule,
    one_table,
    print_json,
    print_training,
    progress,
    read_text,
    setting,
)
from nashcore.errors import InputError


def train(
    dataset: Dataset = None,
    sensitive: Sensitive = None,
    csv: OwnCsv = None,
    target: Target = None,
    positive: Positive = None,
    threshold: Threshold = None,
    methods: Annotated[str | None, typer.Option(help="Methods separated by commas, or all.")] = None,
    seeds: Annotated[int | None, typer.Option(help="Number of seeds.")] = None,
    protocol: Protocol = None,
    split_seed: SplitSeed = None,
    splits: Splits = None,
    validation_rows: ValidationRows = None,
    test_rows: TestRows = None,
    drop: Drop = None,
    drop_duplicates: DropDuplicates = False,
    hide_sensitive: HideSensitive = False,
    epochs: Annotated[int | None, typer.Option(help="Passes over the training rows.")] = None,
    schedules: Annotated[
        str | None, typer.Option(help="When to bargain, as two_stage:14; several are a sweep.")
    ] = None,
    schedule_of: Annotated[
        list[str] | None, typer.Option(help="One method's schedules: nash_ltr=continuous; may be repeated.")
    ] = None,
    rule: Annotated[str | None, typer.Option(help="The rule of the bargaining stage.")] = None,
    rule_option: Annotated[list[str] | None, typer.Option(help="An option of the rule: power=-1.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    dropout: Annotated[float | None, typer.Option(help="Share of hidden units left out.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Rows in a batch.")] = None,
    momentum: Annotated[float | None, typer.Option(help="Momentum.")] = None,
    weight_decay: Annotated[float | None, typer.Option(help="Weight decay.")] = None,
    device: Annotated[str | None, typer.Option(help="auto, cpu or cuda.")] = None,
    config: Annotated[
        Path | None,
        typer.Option(help="A config in JSON, as a run's download holds it; options go before it."),
    ] = None,
    download: Annotated[bool, typer.Option(help="Fetch a table that is not here.")] = False,
    save: Annotated[bool, typer.Option(help="Keep the run, to see and compare it later.")] = False,
    title: Annotated[str, typer.Option(help="With --save: what to call the run.")] = "",
    as_json: Json = False,
) -> None:
    """Train every method with every seed in lockstep and report the three metrics."""
    from nashcore.learning import Event, Finished, summarise
    from nashcore.learning import Progress as Moment
    from nashcore.learning import train as run
    from nashcore.runs import Store, training_config
    from nashcore.runs.worker import carry_out

    base = {} if config is None else _stored(read_text(config))
    given: dict[str, Any] = {
        **one_table(dataset, sensitive, csv, target, positive, threshold, base),
        "methods": methods,
        "seeds": seeds,
        "protocol": protocol,
        "split_seed": split_seed,
        "splits": splits,
        "validation_per_cell": validation_rows,
        "test_per_cell": test_rows,
        "drop": tuple(drop) if drop else None,
        "drop_duplicates": drop_duplicates or None,
        "keep_sensitive": False if hide_sensitive else None,
        "epochs": epochs,
        "schedules": schedules,
        "method_schedules": dict(map(method_schedule, schedule_of)) if schedule_of else None,
        "rule": rule,
        "rule_options": dict(map(setting, rule_option)) if rule_option else None,
        "lr": lr,
        "dropout": dropout,
        "batch_size": batch_size,
        "momentum": momentum,
        "weight_decay": weight_decay,
        "device": device,
    }
    chosen = training_config(**(base | {name: value for name, value in given.items() if value is not None}))
    result = None
    with ExitStack() as stack:
        load = stack.enter_context(progress("Download", quiet=as_json or not download))
        show = stack.enter_context(progress("Training", quiet=as_json))

        def watch(event: Event) -> None:
            nonlocal result
            if isinstance(event, Moment):
                show(event.share)
            elif isinstance(event, Finished):
                result = event.result

        def fetched(done: int, whole: int) -> None:
            load(done / whole if whole else 0.0)

        if save:
            store = Store()
            kept = stack.enter_context(store.begin(chosen, title))
            carry_out(store, kept, download=download, progress=fetched, watch=watch)
            ERRORS.print(f"Kept as run {kept.id}.", markup=False, highlight=False)
        else:
            task = chosen.task(download=download, progress=fetched)
            for event in run(task, chosen.plan()):
                watch(event)
    if result is None:
        raise RuntimeError("Training ended without a result.")
    summary = summarise(result, {arm.name: arm.title for arm in chosen.arms()})
    if as_json:
        stored = {"run": kept.id} if save else {}
        print_json(summary | {"config": chosen.model_dump(mode="json")} | stored)
        return
    print_training(summary)


def _stored(text: str) -> dict[str, Any]:
    """A config, by itself or as a part of a run's summary."""
    import json

    try:
        values = json.loads(text)
    except ValueError:
        raise InputError("Option --config should name a file with a JSON object. Found no JSON.") from None
    found = values.get("config", values) if isinstance(values, dict) else None
    if not isinstance(found, dict):
        raise InputError("Option --config should name a file with a JSON object. Found something else.")
    return found
