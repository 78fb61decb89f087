"""The results of a run: the table with its test rows, and tabs for curves, differences, groups and the game."""

from __future__ import annotations

import json
from functools import partial

import numpy as np
import streamlit as st

from nashcore.data import headline, to_safe_csv
from nashcore.learning import (
    CHANCE,
    FLATTERS,
    REPEATS_UNKNOWN,
    Result,
    balanced_title,
    means_by_unit,
    name_of,
    rows_caveat,
    size_of,
    spread_caveat,
    unit_of,
    unit_sentence,
)
from nashcore.methods import rule_title
from nashcore.metrics import KINDS, METRICS, metric_title
from nashcore.options import ShownOptions
from nashcore.runs.results import EPOCHS, MARKS, TABLES, StoredResult, models_table, verdicts
from ui.figures.base import Figure
from ui.figures.chance import mark_chance
from ui.figures.curves import curves, over_switches
from ui.shell import figure_box, handin, verdict
from ui.shell.runs import get_result, left_out
from ui.shell.spread import spread_control
from ui.shell.table_height import table_height
from ui.shell.text import plain, show_input_errors, theme, warn
from ui.train import tables, views
from ui.train.arms import styles, switches
from ui.train.controls import LABELS
from ui.train.game import game_view
from ui.train.splits import splits_view
from ui.train.threshold import threshold_view

FILES = {
    "training": "All numbers (CSV)",
    "groups": "Groups (CSV)",
    "players": "Players' weights (CSV)",
    "alignment": "Directions (CSV)",
    "loss_changes": "Loss changes (CSV)",
    "stages": "Shares by stage (CSV)",
    "natural_test": "Natural test (CSV)",
    "chance": "Gaps by chance (CSV)",
    "differences": "Differences (CSV)",
}
"""What can be taken away, by the names of `nashcore.runs.results.export.TABLES`."""


@st.fragment
def show(run_id: str) -> None:
    """A stored run that is over, in tables and figures."""
    with show_input_errors():
        run = get_result(run_id)
        st.header(plain(f"Result: {run.run.title}"), anchor=False)
        if run.run.state in ("failed", "interrupted"):
            st.error(plain(run.run.reason), icon=":material/error:")
        if not run.epochs:
            st.info("The run ended before its first epoch was over, so there is nothing to show.")
            return
        result = run.result
        early = ", ended early" if result.epochs < run.config.epochs else ""
        what = "methods" if len(result.arms) == len(set(result.methods)) else "methods and schedules"
        st.caption(
            f"{len(result.arms)} {what} × {size_of(result)}, {result.epochs} of {run.config.epochs} "
            f"epochs{early}, {result.seconds:.0f} s. Data {LABELS['data'](result.data).lower()}, dropout in the "
            f"validation pass {'on' if result.validation_dropout else 'off'}. Rule of the bargaining stage: "
            f"{rule_title(run.config.rule, run.config.rule_options)}."
        )
        gone = (
            (run.arms[arm].title, name_of(one, result), why) for (arm, one), why in result.stopped.items()
        )
        if run.serious:
            st.warning(plain(f"Trained with {headline(run.serious)}"), icon=":material/report:")
        warn(left_out(gone))
        _verdict(run)
        kind, shown = _table(run, result)
        _downloads(run, shown)
        swept = bool(tables.swept_arms(run.config))
        names = [
            *(["Over T"] if swept else []),  # first: twenty lines over the epochs say less of a sweep
            "Over the epochs",
            *(["Split by split"] if unit_of(result) == "split" else []),
            "Against its twin",
            "Group by group",
            "At a threshold",
            "The game",
        ]
        tabs = dict(zip(names, st.tabs(names, key="tab", on_change="rerun"), strict=True))
        with figure_box.in_tab(tabs["Over the epochs"]):
            _over_epochs(run, result, kind, shown)
        if "Split by split" in tabs:
            with figure_box.in_tab(tabs["Split by split"]):
                splits_view(run, kind)
        if swept:
            with figure_box.in_tab(tabs["Over T"]):
                _over_t(run, result, kind, shown)
        with figure_box.in_tab(tabs["Against its twin"]):
            views.differences_view(run, kind)
        with figure_box.in_tab(tabs["Group by group"]):
            views.groups_view(run, result, shown)
        with figure_box.in_tab(tabs["At a threshold"]):
            threshold_view(run)
        with figure_box.in_tab(tabs["The game"]):
            game_view(run, result)
        if result.notices:
            with st.expander("Notices about the data and the game", icon=":material/info:"):
                for notice in result.notices:
                    st.text(notice)


def _verdict(run: StoredResult) -> None:
    """What the run comes to, before its tables."""
    (found,) = verdicts([run], str(st.session_state.get("kind", "hard")))
    verdict.show_sentences(found, "verdict")
    drawn = styles(run)
    verdict.show_figure(
        found, [drawn[arm] for arm in found.points["arm"]], key="trade-off", command=run.command
    )


def _table(run: StoredResult, result: Result) -> tuple[str, ShownOptions]:
    """The main table and the test rows it rests on; returns the kind of metrics shown, and with which spread."""
    kind = st.segmented_control(
        "Metrics",
        list(KINDS),
        default="hard",
        required=True,
        format_func=lambda name: KINDS[name].title,
        key="kind",
        wrap=True,
    )
    epoch = st.segmented_control(
        "Epoch",
        list(EPOCHS),
        default="last",
        required=True,
        format_func=EPOCHS.__getitem__,
        key="epoch",
        wrap=True,
    )
    shown = spread_control(st.container())
    summary = run.summarised(shown)
    if epoch == "best":
        st.warning(FLATTERS, icon=":material/warning:")
    main, beside = st.columns([2.6, 1])
    main.dataframe(
        tables.result_table(summary, kind, epoch), hide_index=True, height=table_height(len(result.arms))
    )
    beside.dataframe(tables.tested_rows(result), hide_index=True, height=table_height(len(result.test_rows)))
    chance = [CHANCE, MARKS] if any(METRICS[metric].is_gap for metric in KINDS[kind].metrics) else []
    old = [REPEATS_UNKNOWN] if chance and result.test_distinct is None else []
    sentences = [
        f"{EPOCHS[epoch]}.",
        spread_caveat(summary["spread"], summary["unit"]),
        "↑ more is better, ↓ less is better.",
        rows_caveat(result.test_rows, result.test_distinct, len(result.splits)),
        *chance,
        *old,
        unit_sentence(result),
    ]
    st.caption(plain(" ".join(sentences)))
    _natural_test(run, str(kind))
    return str(kind), shown


def _natural_test(run: StoredResult, kind: str) -> None:
    """The natural test part, in a table of its own: it never shares one with the balanced test set above."""
    found = run.summary["natural_test"]
    if found is None:
        st.caption("There is no natural test part; the table rests on the balanced test set alone.")
        return
    st.caption(
        f"Above: {balanced_title(run.result.test_rows)}. Below: {found['title']}, after epoch {found['epoch']}."
    )
    main, beside = st.columns([2.4, 1])
    height = table_height(len(run.result.arms))
    main.dataframe(tables.natural_table(run.summary, kind), hide_index=True, height=height)
    beside.dataframe(
        tables.rows_of_cells(found["rows_by_cell"], "Natural test rows"),
        hide_index=True,
        height=table_height(len(found["rows_by_cell"])),
    )
    st.caption(found["says"])


def _downloads(run: StoredResult, shown: ShownOptions) -> None:
    def summary() -> str:
        return json.dumps(run.summarised(shown) | {"config": run.config.model_dump(mode="json")}, indent=1)

    def csv(name: str) -> str:
        return to_safe_csv(TABLES[name](run))

    with st.container(horizontal=True):
        handin.report_button([run], str(st.session_state["epoch"]), shown)
        handin.bundle_button(run)
        empty = {"natural_test"} if run.summary["natural_test"] is None else set()
        empty |= set() if run.summary["differences"] else {"differences"}
        for name, title in FILES.items():
            if name in empty:
                continue
            st.download_button(
                title,
                partial(csv, name),
                f"{name}.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
        st.download_button(
            "Summary (JSON)",
            summary,
            "training.json",
            "application/json",
            icon=":material/download:",
            on_click="ignore",
        )
    with st.expander("Command line", icon=":material/terminal:"):
        st.code(run.command, language="bash", wrap_lines=True)


def _over_epochs(run: StoredResult, result: Result, kind: str, shown: ShownOptions) -> None:
    metric = st.selectbox(
        "Metric", KINDS[kind].metrics, format_func=metric_title, key=f"curve_{kind}", width=320
    )
    figure = curves(
        styles(run),
        means_by_unit(result.metrics[metric], result),
        metric_title(metric),
        run.config.epochs,
        theme(),
        switches=switches(run),
        over=f"{unit_of(result)}s",
        ddof=shown.ddof,
    )
    caption = (
        f"Lines are means over the {unit_of(result)}s, bands one {shown.spread_says}. Look for what happens where a stage ends. A "
        "band does not show how much the few test rows alone would move a line."
    )
    caption += _mark_chance(figure, run, metric)
    figure_box.show(
        figure,
        key="curves",
        caption=caption,
        alt=f"{metric_title(metric)} over the epochs for every method.",
        data=lambda: models_table(run),
        command=run.command,
    )


def _mark_chance(figure: Figure, run: StoredResult, metric: str) -> str:
    """Mark in a figure of a gap what equal groups would show, and say so; nothing where there is no such value."""
    highs = tables.chance_highs(run.summary, metric)
    if np.isnan(highs).all():
        return ""
    mark_chance(figure, highs, theme())
    return (
        " The grey level: at the last epoch 95% of the gaps that equal groups would show with these test rows stay below it "
        "(from the least to the most of the methods). A gap below it is not told from chance."
    )


def _over_t(run: StoredResult, result: Result, kind: str, shown: ShownOptions) -> None:
    metric = st.selectbox(
        "Metric", KINDS[kind].metrics, format_func=metric_title, key=f"sweep_{kind}", width=320
    )
    lines, twins = tables.sweep_lines(result, run.config, metric, shown.ddof)
    drawn = tables.sweep_styles(run.config)
    figure = over_switches(lines, twins, drawn, metric_title(metric), run.config.epochs, theme())
    by_chance = _mark_chance(figure, run, metric)
    figure_box.show(
        figure,
        key="over-t",
        caption=f"Each dot is the mean over the {unit_of(result)}s of a method that bargains for T epochs and then follows its "
        f"goal; the level line is its one-stage twin (T = 0), T = {run.config.epochs} bargains throughout. "
        f"Vertical lines are one {shown.spread_says} over the {unit_of(result)}s. T is not chosen "
        f"here: picking the best dot would choose on the test set.{by_chance}",
        alt=f"{metric_title(metric)} at the last epoch over the number of bargaining epochs.",
        data=tables.sweep_table(lines, drawn),
        command=run.command,
    )
