"""The start page: what the lab is about, in one live picture."""

from __future__ import annotations

import streamlit as st

from ui.shell import tour
from ui.shell.frame import framed
from ui.shell.pages import PAGES, START

with framed(
    START,
    hides="Two groups and one step. Real training takes thousands of steps, with more groups, noisy gradients and losses "
    "that curve: the other pages add these one by one.",
) as theme:
    from ui.start import two_groups  # here, so that the page's text is there before the engine is loaded

    with st.container(border=True, key="example"):
        two_groups.show(theme)

    with st.container(key="ways"):
        st.header("A tour in eight stops", anchor=False)
        tour.overview()

        st.header("Where to go from here", anchor=False)
        for start in range(0, len(PAGES), 2):
            for column, entry in zip(st.columns(2), PAGES[start : start + 2], strict=False):
                with column, st.container(border=True, height="stretch"):
                    st.page_link(entry.path, label=f"**{entry.title}**", icon=entry.icon)
                    st.markdown(entry.question)
