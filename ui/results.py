"""The results section of the training page: tables, curves, differences, groups and how the game went."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.data import DATASETS
from nashcore.learning.evaluate import GROUP_METRICS, METRICS
from nashcore.learning.methods import METHODS
from nashcore.learning.result import Result, summarise
from ui import below, training
from ui.figures import training as draw
from ui.figures.base import Figure
from ui.figures.style import look
from ui.frame import plain, theme, told_plainly
from ui.training import LiveRun

PROTOCOLS = {"default": "Careful", "paper": "As published"}


def metric_curves(run: LiveRun, metric: str) -> Figure:
    """A metric over the epochs done."""
    epoch = run.switch_epoch()
    switch = None if epoch is None else draw.Switch(epoch, "bargaining ends")
    return draw.curves(
        run.history.arms, run.values(metric), METRICS[metric], run.config.epochs, theme(), switch
    )


def difference_block(summary: dict[str, Any], kind: str, command: str) -> None:
    """Each two-stage method against its one-stage twin."""
    found = summary["differences"]
    if not found:
        return
    names = list(found)
    metric = st.segmented_control(
        "Difference in",
        training.KINDS[kind],
        default=training.KINDS[kind][0],
        required=True,
        format_func=lambda name: METRICS[name],
        key=f"difference_{kind}",
    )
    rows = [found[name]["last"][metric] for name in names]
    means, lows, highs = (
        np.array([np.nan if row[part] is None else row[part] for row in rows])
        for part in ("mean", "low", "high")
    )
    titles = [f"{look(name).title}<br>minus {look(found[name]['twin']).title}" for name in names]
    below.show(
        draw.differences(titles, names, means, lows, highs, METRICS[metric], theme()),
        key="difference",
        caption="Last epoch, the same seeds on both sides; bars are 95% intervals over the seeds. An "
        "interval that contains "
        "zero tells of no difference. The spread between different splits of the rows is not in it.",
        alt="Paired differences of each two-stage method to its one-stage twin with 95% intervals.",
        data=pd.DataFrame(
            {
                "method": names,
                "minus": [found[n]["twin"] for n in names],
                "mean": means,
                "low": lows,
                "high": highs,
            }
        ),
        command=command,
    )


def group_block(result: Result, command: str) -> None:
    """The metric of every group at the last epoch."""
    options = [name for name in GROUP_METRICS if name in result.group_metrics]
    metric = st.segmented_control(
        "Metric",
        options,
        default=options[0],
        required=True,
        format_func=GROUP_METRICS.get,
        key="group_metric",
    )
    last = result.group_metrics[metric][:, :, -1]
    means = np.nanmean(last, axis=1)
    spreads = np.nanstd(last, axis=1, ddof=1) if last.shape[1] > 1 else np.zeros_like(means)
    below.show(
        draw.by_group(result.arms, result.groups, means, spreads, GROUP_METRICS[metric], theme()),
        key="groups",
        caption="Last epoch. Dots close together across the groups mean equal treatment by this metric, "
        "high dots a good "
        "model. Lines are one standard deviation over the seeds. How many test rows a dot rests on is in "
        "the table above.",
        alt=f"{GROUP_METRICS[metric]} of every group under every method.",
        data=pd.DataFrame(means, columns=list(result.groups)).assign(method=list(result.arms)),
        command=command,
    )


MEANING = {
    "aligned": "Share of batches whose combined hypergradient has a positive inner product with every cell's.",
    "agreement": "Share of the bargaining batches in which the rule found weights.",
    "satisfied": "Mean share of cells that are fitted so well that they leave the game.",
    "fell": "Share of steps after which every cell's validation loss was lower.",
}


def game_block(result: Result, command: str) -> None:
    """How the game went: alignment and agreement."""
    players = [row for row, name in enumerate(result.methods) if METHODS[name].kind == "meta"]
    if not players:
        return
    arm = st.selectbox(
        "Method",
        players,
        index=next((i for i, row in enumerate(players) if METHODS[result.methods[row]].bargains), 0),
        format_func=lambda row: look(result.arms[row]).title,
        key="game_arm",
        width=320,
    )
    counts = np.nansum(result.histograms[arm], axis=(0, 1))
    below.show(
        draw.alignment(result.arms[arm], counts[0, 0], counts[1, 0], theme()),
        key="alignment",
        caption="Right of zero every cell gains from the batch's step; left of it some cell loses. "
        "Bargaining should move "
        "the bars to the right. All epochs and seeds are counted together.",
        alt="Histograms of the lowest alignment before and after bargaining.",
        data=pd.DataFrame({"goal": counts[0, 0], "used": counts[1, 0]}),
        command=command,
    )
    shares = {
        name: np.nanmean(values[arm])
        for name, values in result.game.items()
        if not np.isnan(values[arm]).all()
    }
    words = {
        "aligned": "Every cell gains",
        "agreement": "Agreement found",
        "satisfied": "Satisfied cells",
        "fell": "All losses fell",
    }
    for column, (name, text) in zip(st.columns(len(words)), words.items(), strict=True):
        column.metric(text, help=MEANING[name], value="–" if name not in shares else f"{shares[name]:.0%}")


@st.fragment
def show() -> None:
    """The run in tables and figures."""
    with told_plainly():
        run: LiveRun = st.session_state["run"]
        result = run.history.result()
        if not result.epochs:
            st.info("The run was stopped before its first epoch was over, so there is nothing to show.")
            return
        summary = summarise(result)
        command = training.command(run.config)
        st.subheader(f"Result: {DATASETS[result.dataset].title}, by {result.sensitive}", anchor=False)
        st.caption(
            f"{len(result.arms)} methods × {len(result.seeds)} seeds, {result.epochs} of "
            f"{run.config.epochs} epochs"
            f"{', stopped early' if run.cancelled and result.epochs < run.config.epochs else ''}, "
            f"{result.seconds:.0f} s. Protocol: {PROTOCOLS[result.protocol].lower()}."
        )
        for (arm, seed), reason in result.stopped.items():
            st.warning(plain(f"{look(arm).title}, seed {seed}: {reason} It is left out of the means."))
        left, right = st.columns(2)
        kind = left.segmented_control(
            "Metrics", list(training.KINDS), default=next(iter(training.KINDS)), required=True, key="kind"
        )
        epoch = right.segmented_control(
            "Epoch",
            ["last", "best"],
            default="last",
            required=True,
            format_func={"last": "Last epoch", "best": "Best epoch, chosen on the test set"}.get,
            key="epoch",
        )
        table = training.result_table(summary, kind, epoch)
        st.dataframe(table, hide_index=True)
        if epoch == "best":
            st.warning(
                "The best epoch is chosen by the mean test AUC, as the paper does. A number picked on the "
                "test set flatters; "
                "do not compare it with last-epoch numbers.",
                icon=":material/warning:",
            )
        rows = ", ".join(f"{name}: {count}" for name, count in result.test_rows.items())
        st.caption(f"Mean ± standard deviation over the seeds. Test rows a cell: {plain(rows)}.")
        with st.container(horizontal=True):
            st.download_button(
                "All numbers (CSV)",
                lambda: training.long_table(result).to_csv(index=False),
                "training.csv",
                "text/csv",
                icon=":material/download:",
                on_click="ignore",
            )
            st.download_button(
                "Summary (JSON)",
                lambda: json.dumps(summary, indent=1),
                "training.json",
                "application/json",
                icon=":material/download:",
                on_click="ignore",
            )
        over_time, apart, grouped, game = st.tabs(
            ["Over the epochs", "Bargaining against its twin", "Group by group", "The game"]
        )
        with over_time:
            metric = st.selectbox(
                "Metric", training.KINDS[kind], format_func=METRICS.get, key=f"curve_{kind}", width=320
            )
            below.show(
                metric_curves(run, metric),
                key="curves",
                caption="Lines are means over the seeds, bands one standard deviation. Look for what "
                "happens where bargaining "
                "ends. A band does not show how much the few test rows alone would move a line.",
                alt=f"{METRICS[metric]} over the epochs for every method.",
                data=training.long_table(result),
                command=command,
            )
        with apart:
            difference_block(summary, kind, command)
        with grouped:
            group_block(result, command)
        with game:
            game_block(result, command)
