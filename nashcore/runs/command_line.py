"""The words of the command line that say a config."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from nashcore.data import parse_sensitive
from nashcore.errors import InputError
from nashcore.runs.config import TrainingConfig, training_config


def command_line(config: TrainingConfig) -> str:
    """The command that trains the same, for a shell.

    One's own table is called by its name, as it lies beside the reader. What the command line has no word for follows as lines
    that start with "#".
    """
    words = ["python -m nashcore train", *(_option(name, value) for name, value in _said(config))]
    notes = [f"# {sentence}" for sentence in _unsaid(config)]
    return "\n".join([" ".join(words), *notes])


def _said(config: TrainingConfig) -> Iterator[tuple[str, str | None]]:
    """Options in the order of reading; None for one that takes no value."""
    if config.csv is None:
        yield "dataset", config.dataset
    else:
        yield "csv", f"{config.dataset}{config.csv.suffix}"
    if config.target is not None:
        yield "target", config.target.column
        if config.target.positive is not None:
            yield "positive", config.target.positive
        if config.target.threshold is not None:
            yield "threshold", repr(config.target.threshold)
    yield "sensitive", config.sensitive
    yield "methods", ",".join(config.methods)
    yield "seeds", str(len(config.seeds))
    yield "epochs", str(config.epochs)
    yield "schedules", ",".join(config.schedules)
    for name, schedules in config.method_schedules.items():
        yield "schedule-of", f"{name}={','.join(schedules)}"
    if config.rule != "nash":
        yield "rule", config.rule
        for name, value in config.rule_options.items():
            yield "rule-option", f"{name}={value:g}"
    for option, number in (
        ("split-seed", config.split_seed or None),
        ("validation-rows", config.validation_per_cell),
        ("test-rows", config.test_per_cell),
    ):
        if number is not None:
            yield option, str(number)
    if config.splits is not None:
        yield "splits", str(config.splits)
    for column in config.drop:
        yield "drop", column
    if config.drop_duplicates:
        yield "drop-duplicates", None
    if not config.keep_sensitive:
        yield "hide-sensitive", None
    if config.protocol != "default":
        yield "protocol", config.protocol
    for option, value, usual in (
        ("lr", config.lr, None),
        ("dropout", config.dropout, None),
        ("batch-size", config.batch_size, None),
        ("momentum", config.momentum, 0.9),
        ("weight-decay", config.weight_decay, 5e-4),
    ):
        if value != usual:
            yield option, f"{value!r}"
    if config.device != "auto":
        yield "device", config.device


def _unsaid(config: TrainingConfig) -> Iterator[str]:
    usual = training_config(dataset=config.dataset, sensitive=config.sensitive)
    if config.seeds != tuple(range(len(config.seeds))) or config.hidden != usual.hidden:
        yield "The seeds or the hidden units are others: give the run's figures (JSON) to --config instead."
    if config.grouped_by and not _readable(config):
        yield "The sensitive columns cannot be told apart so: give the run's figures (JSON) to --config instead."


def _readable(config: TrainingConfig) -> bool:
    try:
        found = parse_sensitive(config.sensitive, [one.column for one in config.grouped_by])
    except InputError:
        return False
    return found == config.grouped_by


def _option(name: str, value: str | None) -> str:
    """``--name value``, quoted for a shell where that is needed."""
    if value is None:
        return f"--{name}"
    if value.startswith("-"):
        return shlex.quote(f"--{name}={value}")
    return f"--{name} {shlex.quote(value)}"
