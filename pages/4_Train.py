"""Choose a table, train all methods side by side, watch, and read the result."""

from __future__ import annotations

import streamlit as st

from nashcore.runs import TITLE_LENGTH
from ui.shell.frame import framed
from ui.shell.pages import TRAIN
from ui.train import setup, shown_run, theorem
from ui.train.presets import EARLIER, LABELS, UNREADABLE, WORDS, presets
from ui.train.questions import QUESTIONS

with framed(
    TRAIN,
    presets=presets(),
    words=WORDS,
    labels=LABELS,
    questions=QUESTIONS,
    earlier=EARLIER,
    shapes=UNREADABLE,
    hides="One split of the rows unless you choose more, a small network and a balanced test set of a few rows a group. A small "
    "gap here is no promise about other data, other groups or use in the world.",
):
    run = shown_run.get_shown_run()
    with st.expander("Table and settings", icon=":material/tune:", expanded=run is None):
        ready = setup.choose()
        title = st.text_input(
            "Name of the run",
            key="title",
            max_chars=TITLE_LENGTH,
            placeholder="Titanic passengers, by sex" if ready is None else ready.source.title,
        )
    setup.button(ready, title)
    if ready is None and run is None:
        st.caption("Something above is still to be chosen or put right.")
    area = st.empty()
    if run is not None:
        area.empty()
        with area.container():
            shown_run.show(run)
    theorem.lesson()
