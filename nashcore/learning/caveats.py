"""What to know when reading a run's numbers: one source of these sentences for pages, the terminal, JSON and LaTeX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from nashcore.metrics import KINDS, METRICS, Family

FLATTERS = (
    "The best epoch is chosen by the mean Overall AUC (hard labels) of the test rows, as the paper does. A number picked on the "
    "test set flatters, the more so the more epochs there are to pick from; do not compare it with last-epoch numbers."
)

CHANCE = (
    "Groups that are treated alike show a gap too, because the test rows are few: “by chance” is the mean gap of groups that share "
    "the method's own rates, drawn anew for these test rows, and beside it the value that 95% of such gaps stay within. A gap up "
    "to that value is not told from chance. Seeds on a split share its test rows, so that more seeds do not lower it."
)

OTHER_DATA = (
    "The splits that each run was given, often one, and test sets of a few rows a group are all that the numbers rest on. A method "
    "that does better here may not on another split, other data or other people."
)

REPEATS_UNKNOWN = (
    "Repeated test rows were not noted down when the run was stored: its gaps by chance take every draw for a row of its own, and "
    "are too small where rows repeat."
)


def spread_caveat(says: str, *units: str) -> str:
    """Which spread stands behind a mean, and over what (see `nashcore.learning.units`); units of several runs may differ."""
    over = f"the {units[0]}s" if len(units) == 1 else "each run's splits, or its seeds where it has one split"
    return f"Mean ± {says} over {over}."


def interval_caveat(unit: str = "seed") -> str:
    """What an interval is over, and when there is one."""
    return (
        f"Intervals are 95% t intervals over the {unit}s, each by itself; a difference whose interval contains zero cannot be told "
        "from zero by it. One stands only behind five distinct differences or more."
    )


def rows_caveat(rows: Mapping[str, int], distinct: Mapping[str, int] | None, splits: int = 1) -> str:
    """How many test rows every number and every difference rests on.

    Args:
        rows: test rows of every cell, repeats counted, on each split.
        distinct: likewise without repeats, on the split that has the fewest; None where that was not noted down.
        splits: how many the run has.
    """
    filled = [count for count in rows.values() if count]
    if not filled:
        return "There are no test rows."
    least, most = min(filled), max(filled)
    cells = f"{least}" if least == most else f"{least} to {most}"
    total = sum(filled)
    different = None if distinct is None else sum(distinct.values())
    others = (
        "" if different is None else f", {'at least ' if splits > 1 else ''}{different:,} of them distinct"
    )
    if different == total:
        others = ", all of them distinct"
    empty = len(rows) - len(filled)
    where = "each group and label" + (f" but {empty} without any" if empty else "")
    fewest, more = "", ""
    if distinct is not None and different != total:
        fewest = f" (at least {min(distinct[cell] for cell, count in rows.items() if count)} distinct)"
        more = ", a repeated one by more"
    each = f" on each of {splits} splits" if splits > 1 else ""
    return (
        f"Every number and every difference rests on {total:,} test rows{each}{others}: {cells} in {where}{fewest}. One test row "
        f"of the smallest cell moves its rate by {1 / least:.1%}{more}{' on its split' if splits > 1 else ''}."
    )


def caveats(
    summary: Mapping[str, Any], kinds: Sequence[str] = tuple(KINDS), epoch: str | None = None
) -> list[str]:
    """What to know when reading a summary (see `nashcore.learning.summarise`), in sentences.

    Args:
        summary: the summary.
        kinds: the kinds of metrics that are shown.
        epoch: "last" or "best"; None where both are there.
    """
    sentences = [FLATTERS] if epoch != "last" else []
    sentences.append(spread_caveat(summary["spread"], summary["unit"]))
    if summary["test_rows"]:
        sentences.append(rows_caveat(summary["test_rows"], summary["test_distinct"], len(summary["splits"])))
    if any(METRICS[name].is_gap for kind in kinds for name in KINDS[kind].metrics):
        sentences.append(CHANCE)
        if summary["test_distinct"] is None:
            sentences.append(REPEATS_UNKNOWN)
    if summary["differences"] and epoch != "best":
        sentences += [interval_caveat(summary["unit"]), *comparison_caveats(summary, kinds)]
    return [*sentences, summary["unit_says"]]


def comparison_caveats(summary: Mapping[str, Any], kinds: Sequence[str]) -> list[str]:
    """How many differences of each kind are held against zero at once, and what is left of them."""
    says = {kind: Family(**summary["comparisons"][kind]).says for kind in kinds}
    return [
        f"{KINDS[kind].title}: {sentence}" if len(kinds) > 1 else sentence for kind, sentence in says.items()
    ]
