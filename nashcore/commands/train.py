"""``train``: a full experiment on a table."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nashcore.commands.options import Json
from nashcore.commands.terminal import print_json, print_training, progress, setting
from nashcore.errors import InputError


def train(
    dataset: Annotated[str | None, typer.Option(help="A dataset of the catalogue.")] = None,
    sensitive: Annotated[str | None, typer.Option(help="What makes the groups.")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="A CSV file of your own instead.")] = None,
    target: Annotated[str | None, typer.Option(help="With --csv: the column to predict.")] = None,
    positive: Annotated[str | None, typer.Option(help="With --csv: the value that is label 1.")] = None,
    threshold: Annotated[float | None, typer.Option(help="With --csv: label 1 from this number on.")] = None,
    methods: Annotated[str, typer.Option(help="Methods separated by commas, or all.")] = "all",
    seeds: Annotated[int, typer.Option(help="Number of seeds.")] = 5,
    split_seed: Annotated[int, typer.Option(help="Seed of the split.")] = 0,
    splits: Annotated[Path | None, typer.Option(help="An .npz file of given row numbers.")] = None,
    protocol: Annotated[str, typer.Option(help="default, or paper.")] = "default",
    epochs: Annotated[int | None, typer.Option(help="Passes over the training rows.")] = None,
    schedules: Annotated[str | None, typer.Option(help="When to bargain, as two_stage:14.")] = None,
    rule: Annotated[str, typer.Option(help="The rule of the bargaining stage.")] = "nash",
    rule_option: Annotated[list[str] | None, typer.Option(help="An option of the rule: power=-1.")] = None,
    lr: Annotated[float | None, typer.Option(help="Learning rate.")] = None,
    dropout: Annotated[float | None, typer.Option(help="Share of hidden units left out.")] = None,
    batch_size: Annotated[int | None, typer.Option(help="Rows in a batch.")] = None,
    device: Annotated[str, typer.Option(help="auto, cpu or cuda.")] = "auto",
    download: Annotated[bool, typer.Option(help="Fetch a table that is not here.")] = False,
    as_json: Json = False,
) -> None:
    """Train every method with every seed in lockstep and report the three metrics."""
    from nashcore.learning import summarise
    from nashcore.learning import train as run
    from nashcore.learning.events import Finished
    from nashcore.learning.events import Progress as Moment
    from nashcore.runs.config import training_config

    if (dataset is None) == (csv is None):
        raise InputError(
            "Give either --dataset (see: python -m nashcore datasets) or --csv. Found both or neither."
        )
    if sensitive is None:
        raise InputError("Option --sensitive is missing: name what makes the groups.")
    config = training_config(
        dataset=csv.stem if csv is not None else dataset,
        sensitive=sensitive,
        methods=methods,
        seeds=seeds,
        split_seed=split_seed,
        protocol=protocol,
        epochs=epochs,
        schedules=schedules,
        rule=rule,
        rule_options=dict(setting(text) for text in rule_option or ()),
        lr=lr,
        dropout=dropout,
        batch_size=batch_size,
        device=device,
    )
    if csv is not None:
        from nashcore.data import Target, parse_sensitive, prepare_table, read_csv

        if target is None:
            raise InputError("Option --target is missing: name the column of the CSV file to predict.")
        own = read_csv(csv)
        task = prepare_table(
            own.frame,
            Target(target, positive=positive, threshold=threshold),
            parse_sensitive(sensitive, own.frame.columns),
            name=own.name,
            sensitive_name=sensitive,
            protocol=config.protocol,
            split_seed=split_seed,
            splits=splits,
            notices=own.notices,
        )
    else:
        from nashcore.data import prepare

        with progress("Download", quiet=as_json or not download) as show:
            task = prepare(
                config.dataset,
                sensitive,
                protocol=config.protocol,
                split_seed=split_seed,
                splits=splits,
                download=download,
                progress=lambda done, total: show(done / total if total else 0.0),
            )
    result = None
    with progress("Training", quiet=as_json) as show:
        for event in run(task, config.plan()):
            if isinstance(event, Moment):
                show(event.share)
            elif isinstance(event, Finished):
                result = event.result
    if result is None:
        raise RuntimeError("Training ended without a result.")
    summary = summarise(result)
    if as_json:
        print_json(summary | {"config": config.model_dump(mode="json")})
        return
    print_training(summary)
