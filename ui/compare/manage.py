"""What can be done with the runs that are kept on this machine: titles, tags and notes, the same again, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from nashcore.runs import KEEP_DAYS, NOTE_LENGTH, TAG_LENGTH, TITLE_LENGTH, Listed, Listing, size_words
from ui.compare import selection
from ui.figures.groups import short
from ui.shell.pages import TRAIN
from ui.shell.runs import store
from ui.shell.said import act
from ui.shell.sharing import here, sharing
from ui.shell.text import plain, veiled


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


def show_going(kept: Sequence[Listed]) -> None:
    """How many runs are not over, and a way to look again."""
    going = sum(not run.over for run in kept)
    if going:
        with st.container(horizontal=True, vertical_alignment="center"):
            which, far = ("1 run is", "it was") if going == 1 else (f"{going} runs are", "they were")
            st.caption(
                f"{which} waiting or under way; this page shows how far {far} when it was loaded.",
                width="content",
            )
            st.button("Look again", icon=":material/refresh:", key="again")


def show_kept_runs(found: Listing, view: Sequence[Listed]) -> None:
    """What can be done with the ticked runs, or with another of those in view."""
    by_id = {run.id: run for run in found.runs}
    ticked = [by_id[run] for run in selection.ticked() if run in by_id]
    offered = {run.id: run for run in (*ticked, *view)}
    if not offered:
        return
    with st.expander("Rename, tag, note, run again, delete", icon=":material/inventory_2:"):
        _choose_one(offered)
        if len(ticked) > 1:
            _all_ticked(ticked)
        st.caption(f"Files of all runs, those in the trash among them: {size_words(found.bytes)}.")


def _choose_one(offered: Mapping[str, Listed]) -> None:
    """Choose a run, then change its words, open it on the training page, or delete it or its models."""
    chosen = st.selectbox(
        "Run",
        list(offered),
        format_func=lambda run: f"{short(offered[run].title, 60)} · {run} · {offered[run].state}",
        key="kept_run",
    )
    run = offered[chosen]
    if run.reason:
        st.text(veiled(run.reason))
    a, b = st.columns([3, 1], vertical_alignment="bottom")
    a.text_input("Title", run.title, max_chars=TITLE_LENGTH, key=_box(run))
    b.button("Rename", icon=":material/edit:", on_click=_rename, args=(run.id, _box(run)), width="stretch")
    tags, note = (f"{name}_{run.id}_{hash((run.tags, run.note)):x}" for name in ("tags", "note"))
    a, b = st.columns([3, 1], vertical_alignment="bottom")
    a.text_input("Tags, parted by commas", ", ".join(run.tags), key=tags)
    a.text_area("Note", run.note, max_chars=NOTE_LENGTH, height=80, key=note)
    b.button(
        "Save tags and note",
        icon=":material/label:",
        on_click=_write,
        args=(run.id, run.tags, tags, note),
        width="stretch",
    )
    _open_or_delete(run)


def _open_or_delete(run: Listed) -> None:
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
        with st.popover("Delete models …", icon=":material/layers_clear:", disabled=not run.over):
            st.markdown(
                "Its models and checkpoints are deleted for good, its figures are kept. It can be compared as before, and no "
                f"longer score rows or go on. Its files take {size_words(run.bytes or 0)}."
            )
            st.button(
                "Delete models, keep figures",
                key=f"models_{run.id}",
                on_click=_delete_models,
                args=([run.id],),
            )
    if not run.over:
        st.caption(
            f"This run is {run.state}: it can be deleted when it is over. The training page can stop it."
        )


def _all_ticked(ticked: Sequence[Listed]) -> None:
    """What is done with all ticked runs at once."""
    over = [run.id for run in ticked if run.over]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input("A tag for all that are ticked", key="tag_all", max_chars=TAG_LENGTH, width=240)
        st.button(
            f"Tag {len(ticked)} runs",
            icon=":material/label:",
            on_click=_tag_all,
            args=([run.id for run in ticked],),
        )
        with st.popover(
            f"Delete models of {len(over)} runs …", icon=":material/layers_clear:", disabled=not over
        ):
            size = size_words(sum(run.bytes or 0 for run in ticked if run.over))
            st.markdown(
                f"Their models are deleted for good, their figures are kept. Their files take {size}."
            )
            st.button("Delete models, keep figures", key="models_all", on_click=_delete_models, args=(over,))


def _box(run: Listed) -> str:
    """A title's box of its own for each run and title, so that a renamed run shows its new one."""
    return f"title_{run.id}_{run.title}"


def _rename(run: str, box: str) -> None:
    title = str(st.session_state[box])

    def rename() -> str:
        store().rename(run, title)
        return f"Run {run} has its new title."

    act(rename)


def _write(run: str, had: Sequence[str], tags: str, note: str) -> None:
    wanted = [tag for tag in map(str.strip, str(st.session_state[tags]).split(",")) if tag]
    text = str(st.session_state[note])

    def write() -> str:
        gone = [tag for tag in had if tag not in wanted]
        store().tag(run, [tag for tag in wanted if tag not in had], gone)
        store().note(run, text)
        return f"Run {run} has its tags and note."

    act(write)


def _tag_all(runs: Sequence[str]) -> None:
    tag = str(st.session_state["tag_all"])

    def write() -> str:
        for run in runs:
            store().tag(run, [tag])
        return f"{len(runs)} runs have the tag {tag.strip()}."

    act(write)


def _delete_models(runs: Sequence[str]) -> None:
    def delete() -> str:
        freed = sum(store().delete_models(run) for run in runs)
        which = f"Run {runs[0]} keeps its" if len(runs) == 1 else f"{len(runs)} runs keep their"
        return f"{which} figures; {f'{size_words(freed)} are free again' if freed else 'there were no models any more'}."

    act(delete)


def _delete(run: str, title: str, for_good: bool) -> None:
    def delete() -> str:
        store().delete(run, for_good=for_good)
        back = "" if for_good else f" It can be brought back from the trash for {KEEP_DAYS} days."
        return f"Run {run}, {short(title, 60)}, is deleted.{back}"

    act(delete)
