"""What training measured, on a terminal: tables, group by group, gaps beside chance, differences, and what to know."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import Console
from rich.table import Table

from nashcore.commands.game import print_game
from nashcore.commands.terminal import PlainConsole


def print_serious(serious: Sequence[str]) -> None:
    """What makes the figures that follow doubtful, above them; nothing where there is nothing."""
    from nashcore.data import headline

    if serious:
        PlainConsole().print(headline(serious), soft_wrap=True, style="bold")


def print_training(
    summary: dict[str, Any], metrics: Sequence[str] | None = None, epoch: str = "last"
) -> None:
    """What a training summary (see `nashcore.learning.summarise`) says, for people.

    Args:
        summary: the summary.
        metrics: of one kind (see `nashcore.metrics.KINDS`), hard labels when left out: kinds never share a table.
        epoch: "last", or "best": chosen on the test set.
    """
    from nashcore.learning import balanced_title, caveats, kind_of_verdict  # here: it brings torch along
    from nashcore.metrics import KINDS, METRICS

    metrics = metrics or KINDS["hard"].metrics
    kind = METRICS[metrics[0]].kind
    console = PlainConsole()
    verdict = summary["verdict"][kind_of_verdict(kind)]
    print_verdict(console, verdict)
    best = epoch == "best"
    when = "best epoch (chosen on the test set, as the paper does)" if best else "last epoch"
    over_splits = summary["unit"] == "split"
    title = f"{summary['dataset']} ({summary['sensitive']}), {when} of {summary['epochs']}, mean ± std over the {summary['unit']}s"
    if over_splits:
        title += f" ({len(summary['splits'])} splits × {len(summary['seeds'])} seeds)"
    if summary["natural_test"]:
        title += f", {balanced_title(summary['test_rows'])}"
    table = Table("method", *(["epoch"] if best else []), *(summary["metrics"][name] for name in metrics))
    table.title = title
    for figures in summary["methods"].values():
        at = [str(figures["best_epoch"] or "none")] if best else []
        table.add_row(figures["title"], *at, *(mean_and_spread(figures[epoch][name]) for name in metrics))
    console.print(table)
    if over_splits:
        _print_over_splits(console, summary, metrics, epoch)
    gaps = [
        (figures["title"], name, figures[epoch][name]["mean"], chance)
        for figures in summary["methods"].values()
        for name, chance in figures["chance"][epoch].items()
        if name in metrics
    ]
    print_chance(console, gaps)
    print_groups(
        console,
        [
            (figures["title"], group)
            for figures in summary["methods"].values()
            for group in figures["groups"][epoch]
        ],
        kind,
        f"the {summary['unit']}s",
    )
    if summary["differences"] and not best:
        _print_differences(console, summary, metrics)
    print_game(console, summary)
    distinct = summary["test_distinct"]
    each, least = (" on each split", "at least ") if over_splits else ("", "")
    rows = "; ".join(
        f"{cell}: {count}" + ("" if distinct is None else f" ({least}{distinct[cell]} distinct)")
        for cell, count in summary["test_rows"].items()
    )
    print_sentences(console, [f"Test rows of every cell{each}: {rows}.", *caveats(summary, (kind,), epoch)])
    print_sentences(console, verdict["notes"])
    _print_natural_test(console, summary, metrics)
    print_sentences(console, summary["notices"])
    for stopped in summary["stopped"]:
        arm = summary["methods"][stopped["arm"]]["title"]
        split = f", split {stopped['split']}" if over_splits else ""
        print_sentences(console, [f"{arm}, seed {stopped['seed']}{split}: {stopped['reason']}"])


def print_verdict(console: PlainConsole, verdict: Mapping[str, Any]) -> None:
    """What runs come to, before their tables."""
    for sentence in verdict["says"]:
        console.print(sentence, style="bold")


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
        print_sentences(console, ["There is no natural test part."])
        return
    table = Table("method", *(summary["metrics"][name] for name in metrics))
    table.title = (
        f"{found['title']}, after epoch {found['epoch']}, mean over the {summary['unit']}s, "
        f"95% interval over the {found['over']}"
    )
    for arm, figures in found["methods"].items():
        table.add_row(summary["methods"][arm]["title"], *(plain_interval(figures[name]) for name in metrics))
    console.print(table)
    rows = "; ".join(f"{cell}: {count}" for cell, count in found["rows_by_cell"].items())
    print_sentences(console, [found["says"], f"Natural test rows of every cell: {rows}."])


def plain_interval(row: Mapping[str, Any]) -> str:
    """A mean with its interval, as far as they exist."""
    if row["mean"] is None:
        return "none"
    return f"{row['mean']:.4f}" + ("" if row["low"] is None else f" [{row['low']:.4f}, {row['high']:.4f}]")


def print_sentences(console: Console, sentences: Sequence[str]) -> None:
    """Sentences letter for letter, a line each."""
    for sentence in sentences:
        console.print(sentence)


def print_chance(console: Console, gaps: Sequence[tuple[str, str, float, Mapping[str, Any]]]) -> None:
    """Gaps beside what equal groups would show: name of the row, metric, the gap, and what the summary calls "chance"."""
    if not gaps:
        return
    from nashcore.metrics import METRICS, QUANTILE  # here: it brings torch along

    several = len({metric for _, metric, _, _ in gaps}) > 1
    heading = ["gap"] if several else []
    table = Table("method", *heading, "found", "by chance", f"{QUANTILE:.0%} within", "")
    one = "Gaps" if several else METRICS[gaps[0][1]].short
    table.title = f"{one} found, and what equal groups would show with these test rows"
    for name, metric, gap, chance in gaps:
        kind = [METRICS[metric].short] if several else []
        numbers = (f"{value:.4f}" for value in (gap, chance["mean"], chance["high"]))
        table.add_row(name, *kind, *numbers, "" if chance["told"] else NOT_TOLD)
    console.print(table)


NOT_TOLD = "not told from chance"
"""What stands beside a gap that equal groups would show as well."""

GROUPWISE = {"hard": ("auc", "tpr", "fpr", "f1"), "scores": ("roc_auc",), "gaps": ("tpr", "fpr", "f1")}
"""The metrics of groups that belong to a kind of metrics."""


def print_groups(
    console: Console, groups: Sequence[tuple[str, Mapping[str, Any]]], kind: str, over: str
) -> None:
    """Every group under every method: name of the row, and what the summary calls a group; ``over``, what spreads are over."""
    from nashcore.metrics import GROUP_METRICS  # here: it brings torch along

    metrics = [name for name in GROUPWISE[kind] if all(name in found for _, found in groups)]
    if not groups or not metrics:
        return
    table = Table("method, group", *(GROUP_METRICS[name].heading for name in metrics))
    table.title = f"Group by group, mean ± std over {over}"
    before = None
    for name, found in groups:
        if name != before:
            if before is not None:
                table.add_section()
            table.add_row(name)
        before = name
        cells = (mean_and_spread(found[metric], 3, " ±") for metric in metrics)
        table.add_row(f"  {found['group']}", *cells)
    console.print(table)


def _print_differences(console: Console, summary: dict[str, Any], metrics: Sequence[str]) -> None:
    titles = {arm: figures["title"] for arm, figures in summary["methods"].items()}
    rows = [
        (titles[arm], titles[found["twin"]], [found["last"][name] for name in metrics])
        for arm, found in summary["differences"].items()
    ]
    paired = "in pairs of split and seed, over the splits" if summary["unit"] == "split" else "seed by seed"
    print_differences(
        console, rows, summary["metrics"], metrics, f"Two-stage minus one-stage, last epoch, {paired}"
    )


def print_differences(
    console: Console,
    rows: Sequence[tuple[str, str, Sequence[Mapping[str, Any]]]],
    titles: Mapping[str, str],
    metrics: Sequence[str],
    title: str,
) -> None:
    """Paired differences, and under the table why some have no interval: method, minus, and a difference a metric."""
    table = Table("method", "minus", *(titles[name] for name in metrics))
    table.title = f"{title}: mean and 95% interval"
    reasons: dict[str, list[str]] = {}
    for label, minus, found in rows:
        table.add_row(label, minus, *map(interval, found))
        for name, row in zip(metrics, found, strict=True):
            if row["reason"] is not None:
                reasons.setdefault(row["reason"], []).append(f"{label} minus {minus}, {titles[name]}")
    console.print(table)
    if any(row["told"] for _, _, found in rows for row in found):
        print_sentences(console, [f"{TOLD} can be told from zero after Holm's correction."])
    everywhere = sum(len(found) for _, _, found in rows)
    for reason, places in reasons.items():
        where = "everywhere" if len(places) == everywhere else "; ".join(places)
        print_sentences(console, [f"{reason[0].upper()}{reason[1:]}: {where}."])


TOLD = "*"
"""The mark of a difference that can be told from zero together with all others that have it."""


def interval(row: Mapping[str, Any]) -> str:
    """A mean difference with its interval, as far as they exist."""
    if row["mean"] is None:
        return "none"
    mean = _signed(row["mean"])
    if row["low"] is None:
        return f"{mean}, no interval"
    mark = f" {TOLD}" if row["told"] else ""
    return f"{mean} [{_signed(row['low'])}, {_signed(row['high'])}]{mark}"


def _signed(value: float) -> str:
    return f"{round(value, 4) + 0.0:+.4f}"  # + 0.0: no minus before a zero


def mean_and_spread(figure: Mapping[str, float | None], digits: int = 4, between: str = " ± ") -> str:
    """A mean with its spread, as far as they exist."""
    if figure["mean"] is None:
        return "none"
    spread = "" if figure["std"] is None else f"{between}{figure['std']:.{digits}f}"
    return f"{figure['mean']:.{digits}f}{spread}"
