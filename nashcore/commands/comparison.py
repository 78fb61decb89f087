"""A comparison of runs on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from nashcore.commands.terminal import interval, plain_interval, print_training


def print_comparison(report: dict[str, Any]) -> None:
    """What `nashcore.runs.results.compare.as_json` tells, as tables."""
    console = Console()
    for sentence in report["warnings"]:
        console.print(f"Warning: {sentence}", style="yellow", markup=False, highlight=False)
    metrics = report["metrics"]
    titles = {run["id"]: run["title"] for run in report["runs"]}
    table = Table(
        "run",
        "method",
        *metrics.values(),
        title=f"{report['epoch_says']}, mean ± std over {_over(report)}",
    )
    for place, row in enumerate(report["table"]):
        first = place == 0 or report["table"][place - 1]["run"] != row["run"]
        if first and place:
            table.add_section()
        name = f"{row['run']} {escape(row['title'])}" if first else ""
        table.add_row(name, row["label"], *(_spread(row, metric) for metric in metrics))
    console.print(table)
    _print_natural_tests(console, report["natural_test"], metrics)
    _print_settings(console, report, titles)
    for sentence in dict.fromkeys(run["unit_says"] for run in report["runs"]):
        console.print(sentence, markup=False, highlight=False)
    for whole in report["pooled"]:
        console.print(
            f"Runs {', '.join(whole['runs'])} differ in their splits alone. Put together:",
            markup=False,
            highlight=False,
        )
        print_training(whole["summary"], list(metrics), report["epoch"])
    for pair in report["paired_differences"]:
        _print_pair(console, pair, metrics)


def _print_natural_tests(console: Console, found: dict[str, Any], metrics: dict[str, str]) -> None:
    """The natural test parts, in a table of their own."""
    if found["table"]:
        table = Table("run", "method", "rows", *metrics.values())
        table.title = (
            "Natural test parts (each table's own shares), mean over the seeds and 95% interval over the rows"
        )
        for row in found["table"]:
            figures = (
                {part: row[f"{metric}_{part}"] for part in ("mean", "low", "high")} for metric in metrics
            )
            table.add_row(row["run"], row["label"], str(row["rows"]), *map(plain_interval, figures))
        console.print(table)
        console.print(found["says"], markup=False, highlight=False)
    if found["lacking"]:
        console.print(found["lacking"], markup=False, highlight=False)


def _print_settings(console: Console, report: dict[str, Any], titles: dict[str, str]) -> None:
    settings = report["differing_settings"]
    if not settings:
        if len(titles) > 1:
            console.print("The runs have the same settings.")
        return
    from nashcore.runs.results import WORDS  # here: it brings torch along

    table = Table("setting", *titles, title="Settings that differ")
    for name, values in settings.items():
        table.add_row(WORDS[name], *(escape(values[run]) for run in titles))
    console.print(table)


def _print_pair(console: Console, pair: dict[str, Any], metrics: dict[str, str]) -> None:
    if pair["refused"] is not None:
        console.print(pair["refused"], markup=False, highlight=False)
        return
    unit = pair["differences"][0]["unit"]
    title = f"{pair['run']} minus {pair['minus']}, last epoch: mean difference and 95% interval over shared {unit}s"
    table = Table("method", "minus", *metrics.values(), title=title)
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for row in pair["differences"]:
        rows.setdefault((row["label"], row["minus"]), {})[row["metric"]] = interval(row)
    for (label, minus), cells in rows.items():
        table.add_row(label, minus, *(cells[metric] for metric in metrics))
    console.print(table)
    console.print(pair["unit_says"], markup=False, highlight=False)


def _over(report: dict[str, Any]) -> str:
    """What the spreads of a table of runs are over."""
    several = [len(run["splits"]) > 1 for run in report["runs"]]
    if all(several):
        return "each run's splits"
    return "each run's splits, or its seeds where it has one split" if any(several) else "the seeds"


def _spread(row: dict[str, Any], metric: str) -> str:
    mean, std = row[f"{metric}_mean"], row[f"{metric}_std"]
    if mean is None:
        return "none"
    return f"{mean:.4f}" + ("" if std is None else f" ± {std:.4f}")
