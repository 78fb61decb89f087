"""Choose a table, train all methods side by side, watch, and read the result."""

from __future__ import annotations

import time

import streamlit as st

from nashcore.data import Task
from nashcore.learning.methods import METHODS
from nashcore.runs.config import SETTINGS, TrainingConfig
from ui.frame import TRAIN, framed, told_plainly
from ui.knobs import Preset, entry_preset, preset_row
from ui.train import catalogue, checks, knobs, own, results, source, watch
from ui.train.command import command
from ui.train.live import LiveRun

CLEAR_SECONDS = 0.1  # until the browser has taken the last result off the page
RUN = "run"
SHORT = {"default_credit": "Credit", "us_crime": "US crime", "student_por": "Student"}
FROM = {"catalogue": "From the catalogue", "own": "Your own CSV"}
LABELS = knobs.LABELS | {"setting": catalogue.option_title, "from": FROM.__getitem__}
ALL = {"from": "catalogue", "when": "two_stage", "methods": list(METHODS)}
QUICK = ALL | {"setting": "adult/sex", "epochs": 5, "seeds": 2, "bargain": 2}
PRESETS = {"quick": Preset("Quick look", QUICK, "A few epochs, to see how it goes.")} | {
    f"{dataset}-{sensitive}".replace("_", "-"): Preset(
        f"{SHORT.get(dataset, dataset.capitalize())}, {sensitive}",
        ALL
        | {
            "setting": f"{dataset}/{sensitive}",
            "epochs": SETTINGS[dataset, sensitive].epochs,
            "bargain": SETTINGS[dataset, sensitive].bargaining_epochs,
            "seeds": 5,
        },
        "All methods, with the epochs and seeds of the paper.",
    )
    for dataset, sensitive in catalogue.settings_here()
}

Ready = tuple[source.Source, source.Making, Task, TrainingConfig]


def prepared(off: bool) -> Ready | None:
    """Everything chosen and made ready, or None while something is missing. A refusal is told where it happens."""
    with told_plainly():
        chosen_from = st.segmented_control(
            "Table",
            list(FROM),
            default="catalogue",
            required=True,
            format_func=FROM.__getitem__,
            key="from",
            bind="query-params",
            disabled=off,
        )
        table = own.choose(off) if chosen_from == "own" else catalogue.choose(off)
        if table is None:
            return None
        made = knobs.making(off)
        dropped = checks.switches(source.findings_of(table, made), table.key, off)
        made = made.without(*dropped)
        task = source.task_of(table, made)
        checks.rows(task)
        return table, made, task, knobs.config(table, made, task, off)


def start(ready: Ready) -> None:
    """Begin a run; the page watches it from its next pass on."""
    table, made, task, config = ready
    st.session_state[RUN] = LiveRun(config, task, table.title, command(table, made, config))


with framed(
    TRAIN,
    hides="One split of the rows, a small network and a balanced test set of a few rows a group. A small gap "
    "here is no promise about other data, other groups or use in the world.",
):
    entry_preset(TRAIN, PRESETS, LABELS)
    current: LiveRun | None = st.session_state.get(RUN)
    busy = current is not None and not current.done
    preset_row(PRESETS, disabled=busy)
    with st.expander("Table and settings", icon=":material/tune:", expanded=current is None):
        ready = prepared(busy)
    models = 0 if ready is None else len(ready[3].arms()) * len(ready[3].seeds)
    st.button(
        f"Train {models} models" if models else "Train",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        on_click=start,
        args=(ready,),
        disabled=busy or ready is None,
        width="stretch",
    )
    if ready is None:
        st.caption("Something above is still to be chosen or put right.")
    area = st.empty()
    if current is not None and busy:
        area.empty()
        time.sleep(CLEAR_SECONDS)
        with area.container():
            watch.watch(current)
    elif current is not None:
        with area.container():
            results.show(RUN)
