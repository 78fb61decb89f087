"""A reader's own split: an uploaded .npz file of row numbers, kept while other pages are visited."""

from __future__ import annotations

import streamlit as st

from nashcore.data import MAX_SPLITS_BYTES, SPLIT_KEYS, GivenSplits

KEPT = "given_splits"
"""Session key: the upload's own key, and the file."""


def choose() -> GivenSplits | None:
    """The row numbers to train, steer and test on, or None to draw them."""
    given = st.file_uploader(
        "Given row numbers instead of a drawn split",
        "npz",
        key="splits",
        max_upload_size=MAX_SPLITS_BYTES // 1_000_000,
        on_change=_forget,
        help=f"An .npz file with the arrays {', '.join(SPLIT_KEYS)}: row numbers of the table, from 0. Test rows may "
        "repeat; no row may be in two parts. Without a file, the split is drawn with the seed above.",
    )
    kept: tuple[str, GivenSplits] | None = st.session_state.get(KEPT)
    if given is not None and (kept is None or kept[0] != given.file_id):
        kept = st.session_state[KEPT] = given.file_id, GivenSplits(given.name, given.getvalue())
    if kept is None:
        return None
    if given is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(f"Still here from before: {kept[1].name}")
            st.button("Draw the split instead", on_click=_forget, key="forget_splits")
    return kept[1]


def _forget() -> None:
    st.session_state.pop(KEPT, None)
