"""A comparison of runs on a terminal."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

from nashcore.commands.results import (
    mean_and_spread,
    plain_interval,
    print_chance,
    print_differences,
    print_groups,
    print_sentences,
    print_training,
    print_verdict,
)
from nashcore.commands.terminal import PlainConsole


def print_comparison(report: dict[str, Any]) -> None:
    """What `nashcore.runs.results.report.as_json` tells, as tables."""
    console = PlainConsole()
    for sentence in report["warnings"]:
        console.print(f"Warning: {sentence}", style="yellow")
    for verdict in report["verdicts"]:
        print_verdict(console, verdict)
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
        name = f"{row['run']} {row['title']}" if first else ""
        cells = ({part: row[f"{metric}_{part}"] for part in ("mean", "std")} for metric in metrics)
        table.add_row(name, row["label"], *map(mean_and_spread, cells))
    console.print(table)
    gaps = [
        (
            f"{row['label']} ({row['run']})",
            metric,
            row[f"{metric}_mean"],
            {part: row[f"{metric}_chance_{part}"] for part in ("mean", "high", "told")},
        )
        for row in report["table"]
        for metric in metrics
        if row.get(f"{metric}_chance_high") is not None
    ]
    print_chance(console, gaps)
    groups = [(f"{row['label']} ({row['run']})", row) for row in report["groups"]]
    print_groups(console, groups, report["kind"], _over(report))
    _print_natural_tests(console, report["natural_test"], metrics)
    _print_settings(console, report, titles)
    for whole in report["pooled"]:
        console.print(
            f"Runs {', '.join(whole['runs'])} differ in their splits alone. Put together:",
        )
        print_training(whole["summary"], list(metrics), report["epoch"])
    for pair in report["paired_differences"]:
        _print_pair(console, pair, metrics)
    print_sentences(console, report["caveats"])
    for verdict in report["verdicts"]:
        print_sentences(console, verdict["notes"])


def _print_natural_tests(console: Console, found: dict[str, Any], metrics: dict[str, str]) -> None:
    """The natural test parts, in a table of their own."""
    if found["table"]:
        over = " or ".join(sorted({row["over"] for row in found["table"]}))
        table = Table("run", "method", "rows", *metrics.values())
        table.title = f"Natural test parts (each table's own shares), mean and 95% interval over the {over}"
        for row in found["table"]:
            figures = (
                {part: row[f"{metric}_{part}"] for part in ("mean", "low", "high")} for metric in metrics
            )
            table.add_row(row["run"], row["label"], str(row["rows"]), *map(plain_interval, figures))
        console.print(table)
        console.print(found["says"])
    if found["lacking"]:
        console.print(found["lacking"])


def _print_settings(console: Console, report: dict[str, Any], titles: dict[str, str]) -> None:
    settings = report["differing_settings"]
    if not settings:
        if len(titles) > 1:
            console.print("The runs have the same settings.")
        return
    from nashcore.runs.results import WORDS  # here: it brings torch along

    table = Table("setting", *titles, title="Settings that differ")
    for name, values in settings.items():
        table.add_row(WORDS[name], *(values[run] for run in titles))
    console.print(table)


def _print_pair(console: Console, pair: dict[str, Any], metrics: dict[str, str]) -> None:
    if pair["refused"] is not None:
        console.print(pair["refused"])
        return
    rows: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for row in pair["differences"]:
        rows.setdefault((row["label"], row["minus"]), []).append(row)
    over = "seeds on a split of both" if pair["differences"][0]["unit"] == "seed" else "splits of both"
    print_differences(
        console,
        [(label, minus, found) for (label, minus), found in rows.items()],
        metrics,
        list(metrics),
        f"{pair['run']} minus {pair['minus']}, last epoch, over the {over}",
    )
    print_sentences(console, [pair["unit_says"]])


def _over(report: dict[str, Any]) -> str:
    """What the spreads of a table of runs are over."""
    several = [len(run["splits"]) > 1 for run in report["runs"]]
    if all(several):
        return "each run's splits"
    return "each run's splits, or its seeds where it has one split" if any(several) else "the seeds"
