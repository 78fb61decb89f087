"""Sweeps: many runs that differ in what a file says, how far they are, and which settings do best."""

from __future__ import annotations

import streamlit as st

from nashcore.runs.sweep import origin_sentences
from ui.shell.frame import framed
from ui.shell.pages import COMPARE, SWEEPS
from ui.shell.runs import store
from ui.shell.sharing import here
from ui.shell.text import warn
from ui.sweeps import begin, choice, progress, views

with framed(
    SWEEPS,
    words=list(choice.LABELS),
    labels=choice.LABELS,
    hides="Settings are chosen here by the test rows, as the paper's protocol chooses epochs: what wins a search looks better than "
    "it is. A sweep says nothing about settings that it did not try, nor about other tables.",
):
    warn(store().warnings)
    sweep = choice.choose()
    if sweep is None:
        st.info(f"No sweep is kept {here()} yet.", icon=":material/inbox:")
        begin.box(unfolded=True)
    else:
        with st.container(key="paper_only"):  # the list to choose from is not printed
            st.text(f"{sweep.title} · {sweep.id}")
        progress.show(sweep)
        figures = choice.get_figures(sweep.id)
        warn([*figures.damaged, *origin_sentences(store(), figures)])
        metric, arm = choice.metric_and_method(figures)
        best = views.show_best(figures, metric, arm)
        views.show_figures(figures, metric, arm, best)
        progress.show_runs(figures)
        begin.box(unfolded=False)
        st.page_link(COMPARE.path, label="Hold single runs side by side", icon=COMPARE.icon)
