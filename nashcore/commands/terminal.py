"""What the command line reads and prints: options of its own forms, JSON, tables, progress."""

from __future__ import annotations

import atexit
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from nashcore.commands.game import print_game
from nashcore.errors import InputError

ERRORS = Console(stderr=True)
"""Where refusals and progress go, so that the standard output holds results only."""


@contextmanager
def progress(label: str, *, quiet: bool) -> Iterator[Callable[[float], None]]:
    """A progress bar that is told the share done, from 0 to 1; nothing is drawn when ``quiet``, or where nobody looks."""
    columns = TextColumn(label), BarColumn(), TimeRemainingColumn()
    with Progress(*columns, console=ERRORS, transient=True, disable=quiet or not ERRORS.is_terminal) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share: bar.update(task, completed=share)


def print_json(value: object) -> None:
    """One JSON object on one line of the standard output; strict, so without NaN."""
    sys.stdout.write(json.dumps(value, allow_nan=False) + "\n")


def print_training(
    summary: dict[str, Any], metrics: Sequence[str] | None = None, epoch: str = "last"
) -> None:
    """What a training summary (see `nashcore.learning.summarise`) says, for people.

    Args:
        summary: the summary.
        metrics: of one kind (see `nashcore.metrics.KINDS`), hard labels when left out: kinds never share a table.
        epoch: "last", or "best": chosen on the test set.
    """
    from nashcore.learning import balanced_title  # here: it brings torch along
    from nashcore.metrics import KINDS

    metrics = metrics or KINDS["hard"].metrics
    console = Console()
    best = epoch == "best"
    when = "best epoch (chosen on the test set, as the paper does)" if best else "last epoch"
    title = f"{summary['dataset']} ({summary['sensitive']}), {when} of {summary['epochs']}, mean ± std over the {summary['unit']}s"
    if summary["unit"] == "split":
        title += f" ({len(summary['splits'])} splits × {len(summary['seeds'])} seeds)"
    if summary["natural_test"]:
        title += f", {balanced_title(summary['test_rows'])}"
    table = Table("method", *(["epoch"] if best else []), *(summary["metrics"][name] for name in metrics))
    table.title = escape(title)
    for figures in summary["methods"].values():
        at = [str(figures["best_epoch"] or "none")] if best else []
        table.add_row(figures["title"], *at, *(_mean_and_spread(figures[epoch][name]) for name in metrics))
    console.print(table)
    if summary["unit"] == "split":
        _print_over_splits(console, summary, metrics, epoch)
    if best:
        sentence = "A number picked on the test set flatters: do not compare it with last-epoch numbers."
        console.print(sentence, markup=False, highlight=False)
    elif summary["differences"]:
        _print_differences(console, summary, metrics)
    console.print(summary["unit_says"], markup=False, highlight=False)
    print_game(console, summary)
    rows = "; ".join(f"{cell}: {count}" for cell, count in summary["test_rows"].items())
    console.print(f"Test rows of every cell: {rows}.", markup=False, highlight=False)
    _print_natural_test(console, summary, metrics)
    for notice in summary["notices"]:
        console.print(notice, markup=False, highlight=False)
    for stopped in summary["stopped"]:
        arm = summary["methods"][stopped["arm"]]["title"]
        which = f"seed {stopped['seed']}" + (
            f", split {stopped['split']}" if summary["unit"] == "split" else ""
        )
        console.print(f"{arm}, {which}: {stopped['reason']}", markup=False)


def print_serious(serious: Sequence[str]) -> None:
    """What makes the figures that follow doubtful, above them; nothing where there is nothing."""
    from nashcore.data import headline

    if serious:
        Console().print(headline(serious), markup=False, highlight=False, soft_wrap=True, style="bold")


def _print_over_splits(console: Console, summary: dict[str, Any], metrics: Sequence[str], epoch: str) -> None:
    """Of a run on several splits: how sure the means are, and the spread within a split beside the one between them."""
    title = "95% interval of the mean over the splits; std between splits and within one"
    table = Table("method", *(summary["metrics"][name] for name in metrics), title=title)
    for figures in summary["methods"].values():
        table.add_row(figures["title"], *(_over_splits(figures[epoch][name]) for name in metrics))
    console.print(table)


def _over_splits(figure: dict[str, float | None]) -> str:
    def shown(name: str) -> str:
        value = figure.get(name)
        return "none" if value is None else f"{value:.4f}"

    between = "no interval" if figure.get("low") is None else f"[{shown('low')}, {shown('high')}]"
    return f"{between}\nbetween {shown('std')}\nwithin {shown('within')}"


def _print_natural_test(console: Console, summary: dict[str, Any], metrics: Sequence[str]) -> None:
    """What the natural test part showed, by itself, since it never shares a table with the balanced test set."""
    found = summary["natural_test"]
    if found is None:
        console.print("There is no natural test part.", markup=False, highlight=False)
        return
    table = Table("method", *(summary["metrics"][name] for name in metrics))
    table.title = escape(
        f"{found['title']}, after epoch {found['epoch']}, mean over the seeds and 95% interval over the rows"
    )
    for arm, figures in found["methods"].items():
        table.add_row(summary["methods"][arm]["title"], *(plain_interval(figures[name]) for name in metrics))
    console.print(table)
    rows = "; ".join(f"{cell}: {count}" for cell, count in found["rows_by_cell"].items())
    for sentence in (found["says"], f"Natural test rows of every cell: {rows}."):
        console.print(sentence, markup=False, highlight=False)


def plain_interval(row: Mapping[str, Any]) -> str:
    """A mean with its interval, as far as they exist."""
    if row["mean"] is None:
        return "none"
    return f"{row['mean']:.4f}" + ("" if row["low"] is None else f" [{row['low']:.4f}, {row['high']:.4f}]")


def _print_differences(console: Console, summary: dict[str, Any], metrics: Sequence[str]) -> None:
    title = "Two-stage minus one-stage, last epoch, seed by seed: mean and 95% interval"
    if summary["unit"] == "split":
        title = "Two-stage minus one-stage, last epoch, in pairs of split and seed: mean and 95% interval over the splits"
    table = Table("method", "minus", *(summary["metrics"][name] for name in metrics), title=title)
    titles = {arm: figures["title"] for arm, figures in summary["methods"].items()}
    for arm, found in summary["differences"].items():
        table.add_row(
            titles[arm], titles[found["twin"]], *(interval(found["last"][name]) for name in metrics)
        )
    console.print(table)


def interval(row: Mapping[str, Any]) -> str:
    """A mean difference with its interval, as far as they exist."""
    if row["mean"] is None:
        return "none"
    mean, low, high = (None if row[name] is None else _signed(row[name]) for name in ("mean", "low", "high"))
    return f"{mean}" if low is None else f"{mean} [{low}, {high}]"


def _signed(value: float) -> str:
    return f"{round(value, 4) + 0.0:+.4f}"  # + 0.0: no minus before a zero


def _mean_and_spread(figure: dict[str, float | None]) -> str:
    if figure["mean"] is None:
        return "none"
    return f"{figure['mean']:.4f}" + ("" if figure["std"] is None else f" ± {figure['std']:.4f}")


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
        InputError: more comes from the standard input than a table may hold.
    """
    from nashcore.data import kept, table_name  # here: it brings pandas along

    if str(csv) != "-":
        with suppress(RuntimeError):  # nobody of that name is at home here
            csv = csv.expanduser()
        return csv, table_name(csv)
    folder = Path(tempfile.mkdtemp(prefix="nash-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "stdin.csv"
    with kept(sys.stdin.buffer, "The standard input") as content, path.open("wb") as file:
        shutil.copyfileobj(content, file)
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
            f"Option --start should be numbers separated by commas, as 0,0. Found {text!r}."
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
            f"Option --rule-option should read NAME=NUMBER, as power=-1. Found {text!r}."
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
            f"Option --schedule-of should read METHOD=SCHEDULE, as nash_ltr=continuous. Found {text!r}."
        )
    return name.strip(), tuple(schedules.split(","))


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


def write(path: Path, text: str) -> None:
    """Write a file.

    Raises:
        InputError: the system refuses.
    """
    try:
        path.write_text(text)
    except OSError as failed:
        raise InputError(f"The file {path} cannot be written: {failed.strerror}.") from None
