"""Choose a table, train all methods side by side, watch, and read the result."""

from __future__ import annotations

import json
import time

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.bargaining import RULES
from nashcore.data import DATASETS
from nashcore.errors import InputError
from nashcore.learning.evaluate import GROUP_METRICS, METRICS
from nashcore.learning.events import EpochDone, Progress
from nashcore.learning.methods import METHODS
from nashcore.learning.result import Result, summarise
from nashcore.runs.config import SETTINGS, TrainingConfig, training_config
from ui import below, training
from ui.figures import training as draw
from ui.figures.style import look
from ui.frame import TRAIN, framed, plain, theme, told_plainly
from ui.knobs import Preset, entry_preset, preset_row
from ui.training import LiveRun

CLEAR_SECONDS = 0.1  # until the browser has taken the last result off the page
REDRAW_SECONDS = 1.5  # least time between two drawings of the live curves
PROTOCOLS = {
    "default": "Careful",
    "paper": "As published",
}
SHORT = {"default_credit": "Credit", "us_crime": "US crime", "student_por": "Student"}
HERE = training.settings_here()
QUICK = {"setting": "adult/sex", "epochs": 5, "seeds": 2, "bargain": 2, "methods": list(METHODS)}
PRESETS = {"quick": Preset("Quick look", QUICK, "A few epochs, to see how it goes.")} | {
    f"{dataset}-{sensitive}".replace("_", "-"): Preset(
        f"{SHORT.get(dataset, dataset.capitalize())}, {sensitive}",
        {
            "setting": f"{dataset}/{sensitive}",
            "epochs": SETTINGS[dataset, sensitive].epochs,
            "bargain": SETTINGS[dataset, sensitive].bargaining_epochs,
            "seeds": 5,
            "methods": list(METHODS),
        },
        "All methods, with the epochs and seeds of the paper.",
    )
    for dataset, sensitive in HERE
}


LABELS = {"methods": lambda name: look(name).title, "setting": lambda key: HERE[tuple(key.split("/"))]}


def knobs(off: bool) -> TrainingConfig:
    """The page's controls, as the description of an experiment; off while a run is under way."""
    left, right = st.columns([1.1, 1], gap="large")
    options = [f"{dataset}/{sensitive}" for dataset, sensitive in HERE]
    setting = left.selectbox(
        "Table and groups",
        options,
        format_func=LABELS["setting"],
        key="setting",
        bind="query-params",
        disabled=off,
    )
    protocol = right.segmented_control(
        "Protocol",
        list(PROTOCOLS),
        default="default",
        required=True,
        format_func=PROTOCOLS.get,
        key="protocol",
        bind="query-params",
        disabled=off,
        help="Careful: scaling and encoding are fitted on training rows, and columns that give the outcome "
        "away are left "
        "out. As published: fitted on all rows, such columns stay, and dropout is drawn anew for every pass.",
    )
    methods = st.multiselect(
        "Methods",
        list(METHODS),
        list(METHODS),
        format_func=lambda name: look(name).title,
        key="methods",
        bind="query-params",
        disabled=off,
        wrap=True,
        help="  \n".join(f"**{look(method.name).title}**: {method.says}" for method in METHODS.values()),
    )
    a, b, c = st.columns(3, gap="large")
    epochs = a.slider(
        "Epochs",
        1,
        100,
        5,
        key="epochs",
        bind="query-params",
        disabled=off,
        help="Passes over the training rows.",
    )
    bargain = b.slider(
        "Bargaining epochs",
        0,
        100,
        2,
        key="bargain",
        bind="query-params",
        disabled=off,
        help="The methods with “+ Nash” bargain for so many epochs, then follow their goal.",
    )
    seeds = c.slider(
        "Seeds",
        1,
        10,
        2,
        key="seeds",
        bind="query-params",
        disabled=off,
        help="Models a method; they differ in their first weights.",
    )
    with st.expander("More: rule of the bargaining stage, split", icon=":material/tune:"):
        d, e = st.columns(2, gap="large")
        rule = d.selectbox(
            "Rule of the bargaining stage",
            list(RULES),
            format_func=lambda name: look(name).title,
            key="rule",
            bind="query-params",
            disabled=off,
        )
        split_seed = e.slider("Seed of the split", 0, 99, 0, key="split", bind="query-params", disabled=off)
    if not methods:
        raise InputError("Nothing to train: choose at least one method.")
    dataset, sensitive = setting.split("/")
    return training_config(
        dataset=dataset,
        sensitive=sensitive,
        methods=tuple(methods),
        seeds=seeds,
        epochs=epochs,
        schedules=(f"two_stage:{bargain}",),
        protocol=protocol,
        rule=rule,
        split_seed=split_seed,
    )


def rows_of(config: TrainingConfig) -> None:
    """The rows of every cell, before anything is trained."""
    task = training.task_of(config.dataset, config.sensitive, config.protocol, config.split_seed)
    thin = task.counts[task.counts["train"] < 10] if "train" in task.counts else task.counts.iloc[:0]
    label = "Rows of every group and label"
    if len(thin):
        label += f" ({len(thin)} nearly empty)"
    with st.expander(label, icon=":material/table_rows:"):
        st.dataframe(task.counts, hide_index=True)
        for notice in task.notices:
            st.markdown(f"- {plain(notice)}")
        dataset = DATASETS[config.dataset]
        st.caption(plain(f"{dataset.citation} Licence: {dataset.licence}."))


def metric_curves(run: LiveRun, metric: str) -> dict:
    """A metric over the epochs done."""
    epoch = run.switch_epoch()
    switch = None if epoch is None else draw.Switch(epoch, "bargaining ends")
    return draw.curves(
        run.history.arms, run.values(metric), METRICS[metric], run.config.epochs, theme(), switch
    )


def told_progress(run: LiveRun) -> str:
    """How far the run is."""
    if run.progress is None:
        return "Starting …"
    return (
        f"Epoch {min(run.progress.epoch + 1, run.config.epochs)} of {run.config.epochs}, "
        f"{training.time_left(run.progress.seconds_left)}"
    )


def start(config: TrainingConfig) -> None:
    """Begin a run; the page watches it from its next pass on."""
    task = training.task_of(config.dataset, config.sensitive, config.protocol, config.split_seed)
    st.session_state["run"] = LiveRun(config, task)


def watch(run: LiveRun) -> None:
    """Listen to the run until it ends. Any click elsewhere interrupts; the next pass goes on where this
    one stopped."""
    models = len(run.history.arms) * len(run.history.seeds)
    st.subheader(f"Training {models} models side by side", anchor=False)
    share = 0.0 if run.progress is None else run.progress.share
    bar = st.progress(share, told_progress(run))
    st.button("Stop and keep what is done", icon=":material/stop_circle:", on_click=run.cancel, key="stop")
    with st.container(height=540, border=False):
        chart = st.empty()
        drawn = 0.0
        if run.history.epochs:
            chart.plotly_chart(metric_curves(run, "overall_auc"), theme=None)
        for event in run.events():
            if isinstance(event, Progress):
                bar.progress(min(event.share, 1.0), told_progress(run))
            if isinstance(event, EpochDone) and time.monotonic() - drawn > REDRAW_SECONDS:
                drawn = time.monotonic()
                chart.plotly_chart(metric_curves(run, "overall_auc"), theme=None)
    st.rerun()


def difference_block(summary: dict, kind: str) -> None:
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
    )


def group_block(run: LiveRun, result: Result, kind: str) -> None:
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
    )


MEANING = {
    "aligned": "Share of batches whose combined hypergradient has a positive inner product with every cell's.",
    "agreement": "Share of the bargaining batches in which the rule found weights.",
    "satisfied": "Mean share of cells that are fitted so well that they leave the game.",
    "fell": "Share of steps after which every cell's validation loss was lower.",
}


def game_block(result: Result) -> None:
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
def results() -> None:
    """The run in tables and figures."""
    with told_plainly():
        run: LiveRun = st.session_state["run"]
        result = run.history.result()
        if not result.epochs:
            st.info("The run was stopped before its first epoch was over, so there is nothing to show.")
            return
        summary = summarise(result)
        st.subheader(
            f"Result: {training.DATASETS[result.dataset].title}, by {result.sensitive}", anchor=False
        )
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
                command=training.command(run.config),
            )
        with apart:
            difference_block(summary, kind)
        with grouped:
            group_block(run, result, kind)
        with game:
            game_block(result)


with framed(
    TRAIN,
    hides="One split of the rows, a small network and a balanced test set of a few rows a group. A small "
    "gap here is no "
    "promise about other data, other groups or use in the world.",
):
    entry_preset(TRAIN, PRESETS, LABELS)
    current: LiveRun | None = st.session_state.get("run")
    busy = current is not None and not current.done
    preset_row(PRESETS, disabled=busy)
    with st.container(border=True):
        config = knobs(busy)
        rows_of(config)
        models = len(config.arms()) * len(config.seeds)
        st.button(
            f"Train {models} models",
            type="primary",
            icon=":material/play_arrow:",
            key="start",
            on_click=start,
            args=(config,),
            disabled=busy,
            width="stretch",
        )
    area = st.empty()
    if busy:
        area.empty()
        time.sleep(CLEAR_SECONDS)
        with area.container():
            watch(current)
    elif current is not None:
        with area.container():
            results()
