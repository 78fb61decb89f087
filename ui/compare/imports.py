"""A run from another machine: its file is chosen, checked and taken in."""

from __future__ import annotations

import streamlit as st

from nashcore.runs import import_bundle
from ui.figures.groups import short
from ui.shell.runs import store
from ui.shell.said import act

FILE, NEW_ID = "import_file", "import_new_id"


def box() -> None:
    """Choose a run's file and take it in."""
    with st.expander("Import a run from another machine", icon=":material/upload_file:"):
        chosen = st.file_uploader("A run's file, as Train or `runs export` writes it", type="zip", key=FILE)
        st.checkbox("Give it an id of its own", key=NEW_ID, help="For a run whose id is kept here already.")
        st.button(
            "Import", icon=":material/upload:", on_click=_import, disabled=chosen is None, key="import_run"
        )
        st.caption("The file is checked before anything is kept, and nothing in it is executed.")


def _import() -> None:
    file = st.session_state.get(FILE)
    if file is None:
        return

    def take_in() -> str:
        run = import_bundle(store(), file, new_id=bool(st.session_state[NEW_ID]))
        return f"Run {run.id}, {short(run.title, 60)}, is imported."

    act(take_in)
