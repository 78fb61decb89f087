"""``bench``: the engine timed beside its peers."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from nashcore.commands.options import Json
from nashcore.commands.terminal import print_json


class Bench(StrEnum):
    """What can be timed."""

    bargaining = "bargaining"
    synthetic = "synthetic"
    training = "training"


def bench(
    what: Annotated[Bench, typer.Argument(help="What to time.")],
    as_json: Json = False,
) -> None:
    """Time the engine beside its peers, as ratios within one run."""
    from importlib import import_module

    figures = import_module(f"benchmarks.{what.value}").run()
    if as_json:
        print_json(figures)
        return
    table = Table("figure", "value", title=f"Benchmark: {what.value}")
    for key, value in figures.items():
        table.add_row(key, f"{value:.4g}" if isinstance(value, float) else str(value))
    Console().print(table)
