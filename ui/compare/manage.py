"""The runs that are kept on this machine, and what can be done with one: another title, the same again, delete."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st

from nashcore.errors import InputError
from nashcore.runs import KEEP_DAYS, TITLE_LENGTH, Run
from ui.compare import selection
from ui.figures.groups import short
from ui.shell.pages import TRAIN
from ui.shell.runs import store
from ui.shell.sharing import here, sharing
from ui.shell.text import plain, veiled

FLASH = "compare_flash"
"""Session key: what the last click did, or why it could not be done."""


def show_empty_store() -> None:
    """How to get a run."""
    st.info(f"No run is kept {here()} yet.", icon=":material/inbox:")
    st.page_link(TRAIN.path, label="Train one on the training page", icon=TRAIN.icon)
    if sharing() is not None:
        return
    st.markdown(
        "It is kept by itself, and can be held against others here. On the command line, `--save` keeps it:"
    )
    st.code("python -m nashcore train --dataset titanic --sensitive sex --save", language="bash")


def show_kept_runs(kept: Sequence[Run]) -> None:
    """All runs, and what can be done with one."""
    going = sum(not run.over for run in kept)
    if going:
        with st.container(horizontal=True, vertical_alignment="center"):
            which, far = ("1 run is", "it was") if going == 1 else (f"{going} runs are", "they were")
            st.caption(
                f"{which} waiting or under way; this page shows how far {far} when it was loaded.",
                width="content",
            )
            st.button("Look again", icon=":material/refresh:", key="again")
    label = f"All {len(kept)} runs kept {here()}" if len(kept) > 1 else f"The run kept {here()}"
    with st.expander(f"{label}: rename, run again, delete", icon=":material/inventory_2:"):
        st.dataframe(
            selection.listing(kept),
            hide_index=True,
            height=38 + 35 * min(len(kept), 10),
            column_config=selection.WIDTHS,
        )
        _choose_one(kept)


def _choose_one(kept: Sequence[Run]) -> None:
    """Choose a run, then rename it, open it on the training page, or delete it."""
    by_id = {run.id: run for run in kept}
    chosen = st.selectbox(
        "Run",
        list(by_id),
        format_func=lambda run: f"{short(by_id[run].title, 60)} · {run} · {by_id[run].state}",
        key="kept_run",
    )
    run = by_id[chosen]
    if run.reason:
        st.text(veiled(run.reason))
    a, b = st.columns([3, 1], vertical_alignment="bottom")
    a.text_input("Title", run.title, max_chars=TITLE_LENGTH, key=_box(run))
    b.button("Rename", icon=":material/edit:", on_click=_rename, args=(run.id, _box(run)), width="stretch")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link(
            TRAIN.path,
            label="Open in Train, or run it again",
            icon=":material/replay:",
            query_params={"run": run.id},
        )
        with st.popover("Delete …", icon=":material/delete:", disabled=not run.over):
            st.markdown(
                f"Delete **{plain(short(run.title, 60))}** with its figures and models? It stays in the trash for {KEEP_DAYS} "
                "days, where it takes space on the disk. Deleted for good, there is no way back."
            )
            for label, for_good in (("Put into the trash", False), ("Delete for good", True)):
                st.button(
                    label,
                    type="secondary" if for_good else "primary",
                    key=f"delete_{'for_good_' * for_good}{run.id}",
                    on_click=_delete,
                    args=(run.id, run.title, for_good),
                )
    if not run.over:
        st.caption(
            f"This run is {run.state}: it can be deleted when it is over. The training page can stop it."
        )


def flash() -> None:
    """What the last click did; said once."""
    flashed = st.session_state.pop(FLASH, None)
    if flashed is None:
        return
    done, sentence = flashed
    (st.success if done else st.error)(plain(sentence))


def _box(run: Run) -> str:
    """A title's box of its own for each run and title, so that a renamed run shows its new one."""
    return f"title_{run.id}_{run.title}"


def _rename(run: str, box: str) -> None:
    title = str(st.session_state[box])

    def rename() -> str:
        store().rename(run, title)
        return f"Run {run} has its new title."

    act(rename)


def _delete(run: str, title: str, for_good: bool) -> None:
    def delete() -> str:
        store().delete(run, for_good=for_good)
        back = "" if for_good else f" It can be brought back from the trash for {KEEP_DAYS} days."
        return f"Run {run}, {short(title, 60)}, is deleted.{back}"

    act(delete)


def act(do: Callable[[], str]) -> None:
    """Do what a click asks for; the page then says what was done, or why it could not be."""
    try:
        st.session_state[FLASH] = (True, do())
    except InputError as refused:
        st.session_state[FLASH] = (False, str(refused))
