"""Options that several commands take."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Csv = Annotated[Path | None, typer.Option("--csv", help="Write the full table of numbers to this file.")]
