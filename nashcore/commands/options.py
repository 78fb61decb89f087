"""Options that several commands take: those of a table's origin, and all that are declared in `nashcore.options`."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from pydantic import BaseModel

from nashcore.options import Declared, declared

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write the full table of numbers to this file.")]

Dataset = Annotated[str | None, typer.Option(help="A dataset of the catalogue.")]
Sensitive = Annotated[str | None, typer.Option(help="What makes the groups.")]
OwnCsv = Annotated[
    Path | None,
    typer.Option(
        "--csv", help="A table of your own instead: CSV, .xlsx, Parquet, Feather or ARFF; - reads the input."
    ),
]
Target = Annotated[str | None, typer.Option(help="With --csv: the column to predict.")]
Positive = Annotated[str | None, typer.Option(help="With --csv: the value that is label 1.")]
Threshold = Annotated[float | None, typer.Option(help="With --csv: label 1 from this number on.")]
Splits = Annotated[Path | None, typer.Option(help="An .npz file of given row numbers.")]
Protocol = Annotated[
    str | None,
    typer.Option(help="paper: --data published and dropout in the validation pass, both as published."),
]

Command = TypeVar("Command", bound=Callable[..., None])


def takes(*models: type[BaseModel]) -> Callable[[Command], Command]:
    """The command also takes the options that these classes declare, as keywords by the names of their fields.

    They stand after the command's own positional parameters; what is not given is None or an empty list.
    """
    options = [one for model in models for one in declared(model) if one.option.flag is not None]

    def extend(command: Command) -> Command:
        own = inspect.signature(command, eval_str=True).parameters.values()
        first = [one for one in own if one.kind is one.POSITIONAL_OR_KEYWORD]
        last = [one for one in own if one.kind is one.KEYWORD_ONLY]
        command.__signature__ = inspect.Signature([*first, *map(_parameter, options), *last])  # type: ignore[attr-defined]
        return command

    return extend


def _parameter(one: Declared) -> inspect.Parameter:
    kind: Any = list[str] | None if one.kind is tuple else one.kind | None
    flag = f"--{one.option.flag}" + (f"/--{_opposite(str(one.option.flag))}" if one.kind is bool else "")
    annotation: Any = Annotated[kind, typer.Option(flag, help=one.option.help)]
    return inspect.Parameter(one.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _opposite(flag: str) -> str:
    return flag.removeprefix("no-") if flag.startswith("no-") else f"no-{flag}"


def given(models: Sequence[type[BaseModel]], chosen: Mapping[str, Any]) -> dict[str, Any]:
    """What the options of `takes` say, as a config takes it; what is not given is left out."""
    values: dict[str, Any] = {}
    for one in (one for model in models for one in declared(model)):
        value = chosen.get(one.name)
        if value is None or value == []:
            continue
        values[one.name] = (not one.default if value else one.default) if one.kind is bool else value
    return values
