"""The words of the command line that say a config."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from typing import Any

from nashcore.data import parse_sensitive, table_ending
from nashcore.errors import InputError
from nashcore.options import Declared, TableOptions, TrainingOptions, declared
from nashcore.runs.config import TrainingConfig


def command_line(config: TrainingConfig) -> str:
    """The command that trains the same, for a shell.

    One's own table is called by its name, as it lies beside the reader. What the command line has no word for follows as lines
    that start with "#".
    """
    words = ["python -m nashcore train", *(_option(name, value) for name, value in _options(config))]
    notes = [f"# {sentence}" for sentence in _notes(config)]
    return "\n".join([" ".join(words), *notes])


def _options(config: TrainingConfig) -> Iterator[tuple[str, str | None]]:
    """Options in the order of reading; None for one that takes no value."""
    if config.csv is None:
        yield "dataset", config.dataset
    else:
        yield "csv", f"{config.dataset}{table_ending(config.csv)}"
    if config.target is not None:
        yield "target", config.target.column
        if config.target.positive is not None:
            yield "positive", config.target.positive
        if config.target.threshold is not None:
            yield "threshold", str(config.target.threshold)
    yield "sensitive", config.sensitive
    yield "methods", ",".join(config.methods)
    yield "seeds", str(len(config.seeds))
    yield "schedules", ",".join(config.schedules)
    for name, schedules in config.method_schedules.items():
        yield "schedule-of", f"{name}={','.join(schedules)}"
    if config.rule != "nash":
        yield "rule", config.rule
        for name, value in config.rule_options.items():
            yield "rule-option", f"{name}={value:g}"
    values = config.values()
    for one in declared(TrainingConfig):
        if one.option.flag is not None and (one.required or values[one.name] != one.default):
            yield from _declared(one, values[one.name])


def _declared(one: Declared, value: Any) -> Iterator[tuple[str, str | None]]:
    """A declared option as `nashcore.commands.options` reads it."""
    flag = str(one.option.flag)
    if one.kind is bool:
        yield flag, None
    elif one.kind is tuple:
        yield from ((flag, each) for each in value)
    else:
        yield flag, str(value)


def _notes(config: TrainingConfig) -> Iterator[str]:
    values = config.values()
    unsaid = ["seeds"] if config.seeds != tuple(range(len(config.seeds))) else []
    for one in (*declared(TableOptions), *declared(TrainingOptions)):
        if one.option.flag is None and values[one.name] != one.default:
            unsaid.append(one.option.words.lower())
    if unsaid:
        yield f"The {' and the '.join(unsaid)} are others: give the run's figures (JSON) to --config instead."
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
