"""Choose a table, train all methods side by side, watch, and read the result."""

from __future__ import annotations

import streamlit as st

from nashcore.data import Task
from nashcore.methods.method import METHODS
from nashcore.runs import SETTINGS, TITLE_LENGTH, TrainingConfig
from ui.shell import address
from ui.shell.frame import COMPARE, TRAIN, framed, told_plainly
from ui.shell.presets import Preset, entry_preset, preset_row, seen
from ui.shell.runs import store
from ui.train import audit_panel, catalogue, controls, results, source, upload, watch
from ui.train.submit import hand_on, hand_over

RUN = "run"
SHORT = {"default_credit": "Credit", "us_crime": "US crime", "student_por": "Student"}
FROM = {"catalogue": "From the catalogue", "own": "Your own CSV"}
LABELS = controls.LABELS | {"setting": catalogue.option_title, "from": FROM.__getitem__}
WORDS = [
    *LABELS,
    *("epochs", "seeds", "bargain", "sweep", "lr", "dropout", "batch"),
    *("split", "validation_rows", "test_rows", "keep_sensitive"),
]
"""What the address can hold: keys of widgets. Schedules of single methods and options of rules have keys of their own."""
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


def prepared() -> Ready | None:
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
        )
        table = upload.choose() if chosen_from == "own" else catalogue.choose()
        if table is None:
            return None
        made = controls.making()
        dropped = audit_panel.switches(source.findings_of(table, made), table.key)
        made = made.without(*dropped)
        task = source.task_of(table, made)
        audit_panel.rows(task)
        return table, made, task, controls.config(table, made, task)


def start(ready: Ready, title: str) -> None:
    """Hand a run to the worker; the page watches it from its next pass on."""
    table, made, _, config = ready
    with told_plainly():
        show(hand_over(config, table, made, title or table.title))


def ended(run: str) -> None:
    """What can be done with a run that is over."""
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Train the same again", icon=":material/replay:", key="again", on_click=again, args=(run,))
        st.page_link(
            COMPARE.path, label="Compare with other runs", icon=COMPARE.icon, query_params={"runs": run}
        )


def again(run: str) -> None:
    """The same run once more: the same numbers, unless it was cut short."""
    with told_plainly():
        found = store().get(run)
        show(hand_on(found.config, found.title))


def show(run: str | None) -> None:
    """The run that the page shows, and its address with it."""
    st.session_state[RUN] = run
    if run is None:
        st.query_params.pop(RUN, None)
    else:
        st.query_params[RUN] = run


def asked_for() -> str | None:
    """The run that the address names, else the last one of this visit. One that is not there is told in a sentence."""
    run = st.query_params.get(RUN, st.session_state.get(RUN))
    if run is None:
        return None
    with told_plainly():
        found = store().get(run).id
        show(found)
        return found
    show(None)
    return None


with framed(
    TRAIN,
    hides="One split of the rows, a small network and a balanced test set of a few rows a group. A small gap "
    "here is no promise about other data, other groups or use in the world.",
):
    entry_preset(TRAIN, PRESETS, LABELS)
    words = {} if seen(PRESETS) else address.asked(WORDS)
    shown = asked_for()
    faults = st.container()
    preset_row(PRESETS)
    with st.expander("Table and settings", icon=":material/tune:", expanded=shown is None):
        ready = prepared()
        title = st.text_input(
            "Name of the run",
            key="title",
            max_chars=TITLE_LENGTH,
            placeholder="Titanic passengers, by sex" if ready is None else ready[0].title,
        )
    with faults:
        address.tell(address.refused(words, LABELS))
    models = 0 if ready is None else len(ready[3].arms()) * len(ready[3].seeds)
    st.button(
        f"Train {models} models" if models else "Train",
        type="primary",
        icon=":material/play_arrow:",
        key="start",
        on_click=start,
        args=(ready, title),
        disabled=ready is None,
        width="stretch",
    )
    if ready is None:
        st.caption("Something above is still to be chosen or put right.")
    area = st.empty()
    if shown is not None:
        area.empty()
        with area.container():
            if store().get(shown).over:
                results.show(shown)
                ended(shown)
            else:
                watch.watch(shown)
