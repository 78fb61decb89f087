"""``bench``: the engine timed beside its peers."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated, Any

import typer
from rich.table import Table

from nashcore.commands.lab_files import lab_folder
from nashcore.commands.options import Json
from nashcore.commands.terminal import PlainConsole, print_json
from nashcore.errors import InputError, missing_package


class Bench(StrEnum):
    """What can be timed."""

    bargaining = "bargaining"
    synthetic = "synthetic"
    training = "training"
    runs = "runs"
    ui = "ui"


def bench(
    what: Annotated[Bench, typer.Argument(help="What to time.")],
    as_json: Json = False,
) -> None:
    """Time the engine beside its peers, as ratios within one run, or the app as visitors feel it (ui)."""
    from importlib import import_module

    sys.path.insert(0, str(lab_folder()))  # before the current folder, which may hold benchmarks of its own
    try:
        figures = import_module(f"benchmarks.{what.value}").run()
    except ModuleNotFoundError as missing:
        raise InputError(missing_package(missing, "This timing", "dev")) from None
    if as_json:
        print_json(figures)
        return
    table = Table("figure", "value", title=f"Benchmark: {what.value}")
    for name, value in _flat(figures):
        table.add_row(name, f"{value:.4g}" if isinstance(value, float) else str(value))
    PlainConsole().print(table)


def _flat(figures: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Figures by name; those that stand under a name of their own as "milliseconds, plain"."""
    for name, value in figures.items():
        if isinstance(value, Mapping):
            yield from ((f"{name}, {inner}", figure) for inner, figure in _flat(value))
        else:
            yield name, value
