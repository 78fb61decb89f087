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


def spread_caveat(says: str, unit: str = "seed") -> str:
    """Which spread stands behind a mean, and over what (see `nashcore.learning.units`)."""
    return f"Mean ± {says} over the {unit}s."


def interval_caveat(unit: str = "seed") -> str:
    """What an interval is over, and when there is one."""
    return (
        f"Intervals are 95% t intervals over the {unit}s, each by itself; a difference whose interval contains zero cannot be told "
        "from zero by it. One stands only behind five distinct differences or more."
    )


def rows_caveat(rows: Mapping[str, int], distinct: Mapping[str, int] | None) -> str:
    """How many test rows every number and every difference rests on."""
    least, most = min(rows.values(), default=0), max(rows.values(), default=0)
    cells = f"{least}" if least == most else f"{least} to {most}"
    different = None if distinct is None else sum(distinct.values())
    others = "" if different is None else f", {different:,} of them distinct"
    if different == sum(rows.values()):
        others = ", all of them distinct"
    fewest = ""
    if distinct is not None and min(distinct.values()) < least:
        fewest = f" (at least {min(distinct.values())} distinct)"
    return (
        f"Every number and every difference rests on {sum(rows.values()):,} test rows{others}: {cells} in each group and label"
        f"{fewest}. One test row of the smallest cell moves its rate by {1 / max(least, 1):.1%}."
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
        sentences.append(rows_caveat(summary["test_rows"], summary["test_distinct"]))
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
