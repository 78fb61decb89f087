"""The comparison itself: warnings, the table with its figure and files, curves, differences, settings."""

from __future__ import annotations

import json

import pandas as pd
import streamlit as st

from nashcore.data import to_safe_csv
from nashcore.learning import (
    CHANCE,
    REPEATS_UNKNOWN,
    interval_caveat,
    name_of,
    rows_caveat,
    spread_caveat,
)
from nashcore.metrics import KINDS, METRICS, metric_title
from nashcore.options import ShownOptions
from nashcore.runs import results
from nashcore.runs.results import (
    EPOCHS,
    MARKS,
    Pooled,
    as_json,
    differing,
    get_epoch,
    latex_table,
    natural_says,
    natural_table,
    paper_table,
    runs_by_data,
    verdicts,
    warnings,
    with_pools,
    without_natural,
)
from ui.compare import figures
from ui.compare.selection import Comparison
from ui.shell import figure_box, handin
from ui.shell.runs import left_out
from ui.shell.table_height import table_height
from ui.shell.text import plain, show_input_errors, theme, warn
from ui.shell.verdict import published_styles, show_figure, show_sentences


def show_warnings(comparison: Comparison) -> None:
    """What speaks against comparing these runs, and which models were left out."""
    sentences = warnings(comparison.runs)
    for run in comparison.runs:
        letter = comparison.letters[run.id]
        gone = [
            (run.arms[arm].title, name_of(one, run.result), why)
            for (arm, one), why in run.result.stopped.items()
        ]
        sentences += [f"Run {letter}, {sentence}" for sentence in left_out(gone)]
        if run.run.reason:
            sentences.append(f"Run {comparison.letters[run.id]}, {run.run.state}: {run.run.reason}")
    warn(sentences)


def verdict(comparison: Comparison, kind: str) -> None:
    """What the runs come to, apart for runs that do not rest on the same data."""
    pooled = comparison.pooled()
    found = verdicts(comparison.runs, kind, pooled.letters)
    for number, one in enumerate(found, 1):
        part = f"-{number}" * (len(found) > 1)
        if len(found) > 1:
            letters = ", ".join(pooled.letters[run.id] for run in one.runs)
            st.markdown(f"**{plain(f'{one.runs[0].table} ({letters})')}**")
        show_sentences(one, f"verdict{part}")
        show_figure(
            one,
            published_styles(one.points),
            key=f"trade-off{part}",
            command=f"{pooled.part(one.runs).command} --kind {kind}",
        )


def tables(comparison: Comparison, kind: str, epoch: str, shown: ShownOptions) -> None:
    """The paper's table and its figure, apart for runs that do not rest on the same data.

    Runs that differ in their splits alone follow once more, put together.
    """
    pooled = comparison.pooled()
    whole = Comparison(tuple(with_pools(comparison.runs)), comparison.letters | pooled.letters)
    table = paper_table(whole.runs, kind, epoch, shown)
    parts = runs_by_data(whole.runs)
    for number, runs in enumerate(parts, 1):
        part = table[table["block"] == number].reset_index(drop=True)
        if len(parts) > 1:
            letters = ", ".join(whole.letters[run.id] for run in runs)
            st.header(plain(f"{runs[0].table} ({letters})"), anchor=False)
        st.dataframe(
            figures.shown_table(part, kind, epoch, whole.letters),
            hide_index=True,
            height=table_height(len(part)),
            column_config={"Method": st.column_config.TextColumn(width="medium")},
        )
        first = runs[0].result
        rests = rows_caveat(first.test_rows, first.test_distinct, len(first.splits))
        chance = f"{CHANCE} {MARKS}" if any(METRICS[metric].is_gap for metric in KINDS[kind].metrics) else ""
        old = "" if all(run.result.test_distinct is not None for run in runs) else REPEATS_UNKNOWN
        st.caption(
            plain(
                f"{EPOCHS[get_epoch(epoch)]}. {spread_caveat(shown.spread_says, runs[0].summary['unit'])} ↑ more is better, ↓ less "
                f"is better. {rests} {chance} {old} {runs[0].summary['unit_says']}"
            )
        )
        figure_box.show(
            figures.dot_figure(part, kind, whole, theme()),
            key=f"side-by-side-{number}" if len(parts) > 1 else "side-by-side",
            caption=f"Dots are means, bars one {shown.spread_says}. Look for rows of one method whose "
            "bars lie apart. Bars that overlap settle nothing: the paired differences, below, are sharper. Grey marks "
            "beside gaps reach from the mean gap of equal groups to what 95% of these stay within.",
            alt=f"{KINDS[kind].title} of every method in every run, with one standard deviation.",
            data=part,
            command=f"{whole.part(runs).command} --kind {kind} --epoch {epoch}{_spread_word(shown)}",
        )
    _natural_tests(comparison, kind)
    _files(comparison, kind, epoch, shown)


def _natural_tests(comparison: Comparison, kind: str) -> None:
    """The natural test parts, in tables of their own, apart for runs that do not rest on the same data."""
    table = natural_table(comparison.runs, kind)
    if len(table):
        st.markdown(
            "**Natural test part** (the table's own shares; above: the balanced test set, drawn with replacement)"
        )
    for _, part in table.groupby("block", sort=True):
        st.dataframe(figures.shown_natural(part, kind, comparison.letters), hide_index=True)
    if len(table):
        st.caption(natural_says(comparison.runs))
    if (lacking := without_natural(comparison.runs)) is not None:
        st.caption(plain(lacking))


def _spread_word(shown: ShownOptions) -> str:
    """The spread on the command line, where it is not the usual one."""
    return "" if shown == ShownOptions() else f" --spread {shown.spread}"


def _files(comparison: Comparison, kind: str, epoch: str, shown: ShownOptions) -> None:
    runs = comparison.runs
    with st.container(horizontal=True):
        handin.report_button(runs, epoch, shown)
        for label, make, name, mime in (
            (
                "Table (CSV)",
                lambda: to_safe_csv(paper_table(with_pools(runs), kind, epoch, shown)),
                "comparison.csv",
                "text/csv",
            ),
            (
                "Table (LaTeX)",
                lambda: latex_table(with_pools(runs), kind, epoch, shown),
                "comparison.tex",
                "text/x-tex",
            ),
            (
                "Everything (JSON)",
                lambda: json.dumps(as_json(runs, kind, epoch, shown), indent=1, allow_nan=False),
                "comparison.json",
                "application/json",
            ),
        ):
            st.download_button(label, make, name, mime, icon=":material/download:", on_click="ignore")


@st.fragment
def curves(comparison: Comparison, kind: str) -> None:
    """A metric over the epochs, a run a panel."""
    with show_input_errors():
        _curves(comparison, kind)


def _curves(comparison: Comparison, kind: str) -> None:
    metric = st.selectbox(
        "Metric", KINDS[kind].metrics, format_func=metric_title, key=f"compare_curve_{kind}", width=320
    )
    figure_box.show(
        figures.curve_figure(comparison, metric, theme()),
        key="run-by-run",
        caption="Lines are means over a run's splits, or its seeds where it has one split. All panels share both axes, so "
        "that heights can be compared; for runs on other rows or tables they still should not be.",
        alt=f"{metric_title(metric)} over the epochs, one panel for each run.",
        data=lambda: figures.curve_numbers(comparison, KINDS[kind].metrics),
        command=f"{comparison.command} --kind {kind}",
    )


@st.fragment
def differences(comparison: Comparison, kind: str) -> None:
    """Every other run minus one that is chosen, in pairs of split and seed."""
    with show_input_errors():
        _differences(comparison.pooled(), kind)


def _differences(comparison: Comparison, kind: str) -> None:
    if len(comparison.runs) < 2:
        st.info(
            "These runs differ in their splits alone: they count as one run on all these splits."
            if isinstance(comparison.runs[0], Pooled)
            else "Choose a second run to see differences."
        )
        return
    by_id = {run.id: run for run in comparison.runs}
    ids = list(by_id)
    first = st.selectbox(
        "Differences to",
        ids,
        format_func=lambda run: comparison.name(by_id[run]),
        key="compare_to",
        width=520,
    )
    one = by_id[str(first)]
    pairs, family = results.differences(one, [run for run in comparison.runs if run is not one], kind)
    for pair in pairs:
        if pair.refused is not None:
            st.info(plain(pair.refused), icon=":material/block:")
    kept = [pair for pair in pairs if not pair.refused]
    parts = [with_rows(comparison, one.id, pair.other.id, pair.table) for pair in kept]
    if not parts:
        return
    table = pd.concat(parts, ignore_index=True)
    over = [interval_caveat(unit) for unit in table["unit"].unique()]
    says = " ".join([*over, family.says, *dict.fromkeys(pair.says for pair in kept)])
    shown = comparison.part([one, *(run for run in comparison.runs if run is not one)])
    figure_box.show(
        figures.difference_figure(table, kind, theme()),
        key="seed-by-seed",
        caption=f"Last epochs, each run minus the chosen one, each split and seed with itself. {says}",
        alt="Differences between runs with 95% intervals, a row for each method and run.",
        data=table.drop(columns="row"),
        command=f"{shown.command} --kind {kind}",
    )
    st.dataframe(
        figures.shown_differences(table),
        hide_index=True,
        height=table_height(len(table)),
        column_config={"Difference in": st.column_config.TextColumn(width="medium")},
    )


def with_rows(comparison: Comparison, one: str, other: str, table: pd.DataFrame) -> pd.DataFrame:
    """The differences with what a figure's row is called."""
    versus = f"{comparison.letters[other]}\u00a0−\u00a0{comparison.letters[one]}"
    rows = [
        f"{label}{figures.TIED}{versus}" if label == minus else f"{label} − {minus}{figures.TIED}{versus}"
        for label, minus in zip(table["label"], table["minus"], strict=True)
    ]
    return table.assign(run=other, minus_run=one, row=rows)


def settings(comparison: Comparison) -> None:
    """The settings that are not the same in all runs."""
    found = differing(comparison.runs)
    if len(comparison.runs) < 2:
        st.info("Choose a second run to see which settings differ.")
        return
    if not found:
        st.info("These runs have the same settings: their numbers should be the same.")
        return
    st.dataframe(
        pd.DataFrame(
            [
                {
                    "Setting": setting.words,
                    **{comparison.letters[run]: value for run, value in setting.values.items()},
                }
                for setting in found
            ]
        ),
        hide_index=True,
        height=table_height(len(found)),
    )
    st.caption(
        f"{len(found)} settings differ; all others are the same in {', '.join(comparison.letters.values())}. When several "
        "differ at once, a difference in the results cannot be laid at the door of one of them."
        if len(found) > 1
        else "One setting differs; all others are the same, so that a difference in the results comes from it or "
        "from chance."
    )
