"""The table of several runs as LaTeX, for a paper: packages booktabs and nothing else."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Mapping, Sequence

import pandas as pd

from nashcore.learning import STANDARD
from nashcore.metrics import KINDS, METRICS
from nashcore.options import ShownOptions
from nashcore.runs.results.compare import EPOCHS, best_rows, get_epoch, paper_table
from nashcore.runs.results.stored_result import StoredResult, names

_SIGNS = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "$": r"\$",
    "&": r"\&",
    "#": r"\#",
    "%": r"\%",
    "_": r"\_",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    "<": "$<$",
    ">": "$>$",
    "|": "$|$",
    '"': "{''}",
    "`": "{`}",
    "−": "$-$",
    "↑": r"$\uparrow$",
    "↓": r"$\downarrow$",
    "±": r"$\pm$",
    "≥": r"$\geq$",
    "≤": r"$\leq$",
    "ᶜ": "$^{c}$",
}


def escape(text: str) -> str:
    r"""Text that LaTeX prints letter for letter.

    >>> escape("50% of {a_b} & $x$")
    '50\\% of \\{a\\_b\\} \\& \\$x\\$'
    """
    seen = "".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in text)
    escaped = "".join(_SIGNS.get(sign, sign) for sign in seen)
    return re.sub(r"([-',])(?=\1)", r"\1{}", escaped)  # two of these in a row would be set as another sign


def latex_table(
    runs: Sequence[StoredResult], kind: str = "hard", epoch: str = "last", shown: ShownOptions = STANDARD
) -> str:
    """The table of `nashcore.runs.results.compare.paper_table` as a LaTeX table.

    Rows of runs with the same data stand in one part; the best mean of a column, as printed, is bold within its part only (see
    `nashcore.runs.results.compare.best_rows`), and the caption says so. Beside a gap stands what equal groups would show, and a
    mark where it is not told from that.

    Raises:
        InputError: kind or epoch is not known.
    """
    table = paper_table(runs, kind, epoch, shown)
    metrics = KINDS[kind].metrics
    for metric in metrics:
        table[f"{metric}_bold"] = best_rows(table, metric)
    bold = bool(table[[f"{metric}_bold" for metric in metrics]].to_numpy().any())
    chance = [
        metric
        for metric in metrics
        if table.get(f"{metric}_chance_high", pd.Series(dtype=float)).notna().any()
    ]
    titles = names(runs)
    parts = []
    for _, block in table.groupby("block", sort=True):
        lines = []
        for run, rows in block.groupby("run", sort=False):
            lines.append(_over_all(titles[str(run)], rows.iloc[0], len(metrics) + len(chance) + 1))
            lines += [_line(row, metrics, chance) for _, row in rows.iterrows()]
        parts.append("\n".join(lines))
    headings = [
        heading
        for metric in metrics
        for heading in (escape(METRICS[metric].heading), *(["by chance"] if metric in chance else []))
    ]
    columns = " & ".join(["Method", *headings])
    body = "\n\\midrule\n".join(parts)
    return (
        "% Needs \\usepackage{booktabs}; titles in other than Latin letters need LuaLaTeX or XeLaTeX.\n"
        "\\begin{table}\n\\centering\n"
        f"\\caption{{{_caption(table, kind, epoch, bold, len(parts), shown, chance)}{_no_natural(runs, titles)}}}\n"
        f"\\begin{{tabular}}{{l{'c' * len(headings)}}}\n\\toprule\n{columns} \\\\\n\\midrule\n"
        f"{body}\n\\bottomrule\n\\end{{tabular}}\n\\end{{table}}\n"
    )


def _no_natural(runs: Sequence[StoredResult], titles: Mapping[str, str]) -> str:
    """That the table holds nothing of the natural test parts, where runs have one."""
    having = [titles[run.id] for run in runs if run.summary["natural_test"] is not None]
    if not having:
        return ""
    return escape(
        " All figures are of the balanced test set, whose rows are drawn with replacement. The natural test part of "
        f"{', '.join(having)} is not in this table: its rows have the table's own shares, and it has intervals of its own."
    )


def _over_all(name: str, row: pd.Series, columns: int) -> str:
    """A line over a run's rows with its name, its table, and how far it got where it is not finished."""
    unfinished = (
        "" if row["state"] == "finished" else f", {row['state']}: not all of {row['epochs']} epochs are done"
    )
    data = "" if row["data"] == "careful" else f", data as {row['data']}"
    dropout = "" if row["validation_dropout"] else ", no dropout in the validation pass"
    each, least = (" on each split", "at least ") if row["of_splits"] > 1 else ("", "")
    distinct = (
        "" if math.isnan(row["test_distinct"]) else f", {least}{row['test_distinct']:.0f} of them distinct"
    )
    about = f" ({row['table']}{data}{dropout}; {row['test_rows']} test rows{each}{distinct}{unfinished})"
    return f"\\multicolumn{{{columns}}}{{l}}{{\\emph{{{escape(name)}}}{escape(about)}}} \\\\"


def _line(row: pd.Series, metrics: Sequence[str], chance: Sequence[str]) -> str:
    cells = []
    for metric in metrics:
        lost = metric in chance and row[f"{metric}_chance_told"] in (False,)
        mean, std = row[f"{metric}_mean"], row[f"{metric}_std"]
        cells.append(_cell(mean, std, bool(row[f"{metric}_bold"]), "^{c}" if lost else ""))
        if metric in chance:
            by_chance, high = row[f"{metric}_chance_mean"], row[f"{metric}_chance_high"]
            cells.append("--" if math.isnan(high) else f"${by_chance:.3f}$ (${high:.3f}$)")
    return " & ".join([f"\\quad {escape(row['label'])}", *cells]) + " \\\\"


def _cell(mean: float, std: float, bold: bool, mark: str) -> str:
    if math.isnan(mean):
        return "--"
    number = f"\\mathbf{{{mean:.3f}}}" if bold else f"{mean:.3f}"
    return f"${number}{mark}$" if math.isnan(std) else f"${number} \\pm {std:.3f}{mark}$"


def _over(table: pd.DataFrame) -> str:
    """What means and spreads are over, in words."""

    def span(rows: pd.DataFrame, column: str) -> str:
        found = sorted(set(rows[column]))
        return f"{found[0]}" if len(found) == 1 else f"{found[0]} to {found[-1]}"

    several = table["of_splits"] > 1
    one, more = table[~several], table[several]
    words = (
        []
        if more.empty
        else [f"over {span(more, 'splits')} splits with the mean over {span(more, 'seeds')} seeds each"]
    )
    words += (
        []
        if one.empty
        else [f"over {span(one, 'seeds')} seeds{'' if more.empty else ' where a run has one split'}"]
    )
    return ", ".join(words)


def _caption(
    table: pd.DataFrame,
    kind: str,
    epoch: str,
    bold: bool,
    parts: int,
    shown: ShownOptions,
    chance: Sequence[str],
) -> str:
    less = any(METRICS[metric].smaller_is_better for metric in KINDS[kind].metrics)
    more = any(not METRICS[metric].smaller_is_better for metric in KINDS[kind].metrics)
    arrows = [" ↑: more is better."] * more + [" ↓: less is better."] * less
    caption = f"{KINDS[kind].title}. {EPOCHS[get_epoch(epoch)]}. Mean ± {shown.spread_says} {_over(table)}."
    caption += "".join(arrows)
    if chance:
        caption += (
            " By chance: the mean gap that equal groups would show with these test rows (95% stay within)."
        )
    made = escape(caption)
    if any(table[f"{metric}_chance_told"].eq(False).any() for metric in chance):
        made += " $^{c}$: not told from chance."
    caption = ""
    if bold:
        caption += " Bold: the best mean as printed"
        caption += (
            " among the finished runs with the same rows and treatment of the data (between two rules)."
            if parts > 1
            else " among finished runs."
        )
        caption += " It does not say that the difference is more than chance."
    if parts > 1:
        caption += " Parts between rules do not rest on the same data: do not compare across them."
    return made + escape(caption)
