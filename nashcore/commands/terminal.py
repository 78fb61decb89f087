"""What the command line reads and prints: options of its own forms, JSON, tables, progress."""

from __future__ import annotations

import atexit
import json
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.text import Text

from nashcore.errors import InputError, quoted

if TYPE_CHECKING:
    from synthetic.cost import Cost

UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Signs that would steer the terminal, turn the direction of writing, or cannot be written at all."""


class PlainConsole(Console):
    """A terminal on which text is text: whatever a title or a table's value holds is shown letter for letter, in sentences, in
    tables and in their headings. No markup such as ``[/red]``, no ``:names:`` of pictures, no signs that steer the terminal."""

    def __init__(self, *, stderr: bool = False) -> None:
        super().__init__(stderr=stderr, markup=False, highlight=False, emoji=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """Every string passes here on its way to the terminal."""
        return super().render_str(UNSEEN.sub(_written, text), **options)


def plain_text(text: str) -> str:
    """Text that is printed as it is, without signs that steer the terminal."""
    return UNSEEN.sub(_written, text)


def _written(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


ERRORS = PlainConsole(stderr=True)
"""Where refusals and progress go, so that the standard output holds results only."""

LONG = 120.0
"""Seconds of computation from which on a command says so beforehand."""


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A progress bar that is told the share done, from 0 to 1; nothing is drawn when ``quiet``, or where nobody looks."""
    columns = TextColumn(label), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=ERRORS, transient=True, disable=quiet or not ERRORS.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)


def warn_of(cost: Cost) -> None:
    """Say beforehand, beside the output, that a computation will take long; it is begun all the same."""
    if cost.seconds > LONG:
        ERRORS.print(f"This will take about {cost.words}.")


def print_json(value: object) -> None:
    """One JSON object on one line of the standard output; strict, so without NaN."""
    print(json.dumps(value, allow_nan=False))


def one_table(
    dataset: str | None,
    sensitive: str | None,
    csv: Path | None,
    target: str | None,
    positive: str | None,
    threshold: float | None,
    base: Mapping[str, Any] = MappingProxyType({}),
) -> dict[str, Any]:
    """What options say of the table, as a config takes it; ``base`` holds what was said before.

    Raises:
        InputError: no table, or two, or a table without its groups or its target.
    """
    if "dataset" not in base and (dataset is None) == (csv is None):
        raise InputError(
            "Give either --dataset (see: python -m nashcore datasets) or --csv. Found both or neither."
        )
    if sensitive is None and "sensitive" not in base:
        raise InputError("Option --sensitive is missing: name what makes the groups.")
    if csv is not None and target is None and base.get("target") is None:
        raise InputError("Option --target is missing: name the column of the CSV file to predict.")
    rule = {"column": target, "positive": positive, "threshold": threshold}
    if csv is not None:
        csv, dataset = own_table(csv)
    return {
        "dataset": dataset,
        "sensitive": sensitive,
        "csv": csv,
        "target": None if target is None else rule,
    }


def own_table(csv: Path) -> tuple[Path, str]:
    """The file that ``--csv`` names, and what to call its table; "-" is the standard input, kept in a file while the program
    runs.

    Raises:
        InputError: it names no file, the standard input is closed, there is no room to keep it, or more comes from it than a
            table may hold.
    """
    from nashcore.data import kept, table_name  # here: it brings pandas along

    if not csv.name:  # "" is "." by now
        raise InputError(
            "A table should be the name of its file, or - for the standard input. Found no name of a file."
        )
    if str(csv) != "-":
        with suppress(RuntimeError):  # nobody of that name is at home here
            csv = csv.expanduser()
        return csv, table_name(csv)
    if sys.stdin is None:
        raise InputError(
            "Option --csv - reads the standard input. Found it closed: hand the file over with < FILE."
        )
    try:
        folder = Path(tempfile.mkdtemp(prefix="nash-"))
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        path = folder / "stdin.csv"
        with kept(sys.stdin.buffer, "The standard input") as content, path.open("wb") as file:
            shutil.copyfileobj(content, file)
    except OSError as failed:
        raise InputError(
            f"The standard input cannot be kept while it is read: {failed.strerror}. Set TMPDIR to a folder with room for it."
        ) from None
    return path, "stdin"


def point(text: str) -> tuple[float, ...]:
    """A point written as numbers separated by commas.

    Raises:
        InputError: a part is no number.
    """
    try:
        return tuple(float(part) for part in text.split(","))
    except ValueError:
        raise InputError(
            f"Option --start should be numbers separated by commas, as 0,0. Found {quoted(text)}."
        ) from None


def setting(text: str) -> tuple[str, float]:
    """An option written as NAME=NUMBER.

    Raises:
        InputError: what stands after the sign is no number.
    """
    key, _, value = text.partition("=")
    try:
        number = float(value)
    except ValueError:
        raise InputError(
            f"Option --rule-option should read NAME=NUMBER, as power=-1. Found {quoted(text)}."
        ) from None
    return key.strip(), int(number) if number.is_integer() else number


def method_schedule(text: str) -> tuple[str, tuple[str, ...]]:
    """One method's schedules written as METHOD=SCHEDULE, several separated by commas.

    Raises:
        InputError: a side is empty.
    """
    name, _, schedules = text.partition("=")
    if not name.strip() or not schedules.strip():
        raise InputError(
            f"Option --schedule-of should read METHOD=SCHEDULE, as nash_ltr=continuous. Found {quoted(text)}."
        )
    return name.strip(), tuple(schedules.split(","))


def group_number(text: str) -> tuple[str, float]:
    """A group's number written as GROUP=NUMBER; the group's name may hold the sign as well.

    Raises:
        InputError: a side is missing, or what stands after the last sign is no number.
    """
    name, _, number = text.rpartition("=")
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    if not name.strip() or value != value:
        raise InputError(
            f"Option --threshold-of should read GROUP=NUMBER, as female=0.4. Found {quoted(text)}."
        )
    return name.strip(), value


def read_text(path: Path) -> str:
    """What a file holds.

    Raises:
        InputError: the system refuses, or the file is no text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as failed:
        raise InputError(f"The file {path} cannot be read: {failed.strerror}.") from None
    except UnicodeDecodeError:
        raise InputError(f"The file {path} should hold text. Found something else.") from None
