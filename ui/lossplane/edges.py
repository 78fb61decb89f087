"""Knife-edge starts: checked behind the page, after all that somebody waits for, and told beside the figure once it is known."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nashcore.errors import InputError
from synthetic.config import PlaneConfig
from synthetic.cost import copies_cost
from synthetic.verdict import nudges_say
from ui.components import component
from ui.shell import compute, plane_work
from ui.shell.computing import ComputationError
from ui.shell.plane_work import PlaneRuns
from ui.shell.styles import written_style
from ui.shell.text import plain

_SLOT = "edges"
_ask_again = component("ask_again")


def leave() -> None:
    """A knob has turned: the visitor's earlier check must not hold up the new runs."""
    compute.leave(_SLOT)


@st.fragment
def show(runs: PlaneRuns, config: PlaneConfig) -> None:
    """One line that says which starts are on a knife's edge; nothing else on the page waits for it or moves."""
    st.html("<style>.st-key-edges { min-height: 3.2rem; }</style>")
    with st.container(key=_SLOT):
        cost = copies_cost(config)
        job = compute.glance(_SLOT, cost, plane_work.knife_edges, config.to_json())
        if not job.is_done or job.broken_off:
            st.caption(f"Checking each start's {config.nudges} nudged copies …")
            every = int(
                np.clip(1000 * cost.seconds, 500, 3000)
            )  # milliseconds: a few looks, however long it takes
            _ask_again(data={"every": every}, key="ask_again", on_ask_change=_nothing)
            return
        try:
            found = job.result()
        except (InputError, ComputationError) as error:
            st.caption(f"Whether a start is on a knife's edge could not be checked. {plain(error)}")
        else:
            titles = [written_style(name).title for name in runs.names]
            st.caption(nudges_say(titles, runs.failed + found, 1 + config.nudges))


def _nothing() -> None:
    """Another look is all that is asked for."""
