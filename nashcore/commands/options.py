"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write the full table of numbers to this file.")]

Dataset = Annotated[str | None, typer.Option(help="A dataset of the catalogue.")]
Sensitive = Annotated[str | None, typer.Option(help="What makes the groups.")]
OwnCsv = Annotated[Path | None, typer.Option("--csv", help="A CSV file of your own instead.")]
Target = Annotated[str | None, typer.Option(help="With --csv: the column to predict.")]
Positive = Annotated[str | None, typer.Option(help="With --csv: the value that is label 1.")]
Threshold = Annotated[float | None, typer.Option(help="With --csv: label 1 from this number on.")]
Protocol = Annotated[str | None, typer.Option(help="default, or paper.")]
SplitSeed = Annotated[int | None, typer.Option(help="Seed of the split.")]
Splits = Annotated[Path | None, typer.Option(help="An .npz file of given row numbers.")]
ValidationRows = Annotated[int | None, typer.Option(help="Validation rows of every cell.")]
TestRows = Annotated[int | None, typer.Option(help="Test rows of every cell.")]
Drop = Annotated[list[str] | None, typer.Option(help="A column to leave out; may be repeated.")]
DropDuplicates = Annotated[bool, typer.Option(help="Leave repeated rows out.")]
HideSensitive = Annotated[bool, typer.Option(help="Sensitive columns are no features.")]
