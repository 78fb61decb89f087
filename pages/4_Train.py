"""Choose a table, train all methods side by side, watch, and read the result."""

from __future__ import annotations

import time

import streamlit as st

from nashcore.bargaining import RULES
from nashcore.data import DATASETS
from nashcore.errors import InputError
from nashcore.learning.events import EpochDone, Progress
from nashcore.learning.methods import METHODS
from nashcore.runs.config import SETTINGS, TrainingConfig, training_config
from ui import results, training
from ui.figures.style import look
from ui.frame import TRAIN, framed, plain
from ui.knobs import Preset, entry_preset, preset_row
from ui.training import LiveRun

CLEAR_SECONDS = 0.1  # until the browser has taken the last result off the page
REDRAW_SECONDS = 1.5  # least time between two drawings of the live curves
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
    left, right = st.columns([1.1, 1], gap="medium")
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
        list(results.PROTOCOLS),
        default="default",
        required=True,
        format_func=results.PROTOCOLS.get,
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
    a, b, c = st.columns(3, gap="medium")
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
        d, e = st.columns(2, gap="medium")
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
            chart.plotly_chart(results.metric_curves(run, "overall_auc"), theme=None)
        for event in run.events():
            if isinstance(event, Progress):
                bar.progress(min(event.share, 1.0), told_progress(run))
            if isinstance(event, EpochDone) and time.monotonic() - drawn > REDRAW_SECONDS:
                drawn = time.monotonic()
                chart.plotly_chart(results.metric_curves(run, "overall_auc"), theme=None)
    st.rerun()


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
            results.show()
