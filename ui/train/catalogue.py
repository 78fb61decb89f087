"""Choosing a setting of the catalogue: what it is, where its copy comes from, and how to get it where it is not."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from nashcore.data import (
    DATASETS,
    PUBLISHED_SPLITS,
    availability,
    by_hand,
    data_home,
    describe_datasets,
    fetch,
)
from nashcore.errors import InputError
from ui.shell.sharing import sharing
from ui.shell.text import plain, veiled
from ui.train.source import Source

HERE = ("data home", "carried")
OPTIONS = [f"{dataset}/{sensitive}" for dataset, sensitive in PUBLISHED_SPLITS]


def split_title(option: str) -> str:
    """A setting's name for people, which is also how an address names it."""
    dataset, _, sensitive = option.partition("/")
    return f"{DATASETS[dataset].title}, by {sensitive}"


def splits_on_this_machine() -> list[tuple[str, str]]:
    """The settings whose table is on this machine."""
    return [key for key in PUBLISHED_SPLITS if availability(key[0]).place in HERE]


def choose() -> Source | None:
    """The chosen setting, or None where its table is not on this machine: then the page says how to get it."""
    option = st.selectbox(
        "Table and groups",
        OPTIONS,
        format_func=split_title,
        key="setting",
        bind="query-params",
    )
    dataset, _, sensitive = option.partition("/")
    found = availability(dataset)
    here = found.place in HERE
    dataset_facts(dataset)
    if here:
        return Source(dataset, sensitive)
    st.warning("This table is not on this machine.", icon=":material/cloud_off:")
    download_panel(dataset)
    return None


def dataset_facts(name: str) -> None:
    """A dataset's size, target, source, licence, citation, and what is decided about it here."""
    dataset, found = DATASETS[name], availability(name)
    says = f" {plain(found.says)}" if found.place in HERE and sharing() is None else ""
    st.caption(
        f"{dataset.rows:,} rows, {dataset.columns} columns; predicts {plain(dataset.target.column)}. "
        f"Licence: {plain(dataset.licence)}.{says}"
    )
    with st.expander("Source and citation, and the whole catalogue", icon=":material/menu_book:"):
        st.text(f"Source: {dataset.source}")
        st.text(f"Citation: {dataset.citation}")
        for choice in dataset.choices:
            st.text(choice)
        if found.place == "carried" and not dataset.bundled_whole:
            download_panel(name)
        st.dataframe(_catalogue(), hide_index=True)
        if sharing() is None:
            st.text(f"Your own copies go into {data_home()}.")


def download_panel(name: str) -> None:
    """Which file to get and where to put it, and a button that downloads it."""
    dataset, home = DATASETS[name], data_home()
    if sharing() is not None:
        st.text(f"Who serves the lab can add the whole table: nash-lab datasets --download {name}")
        return
    st.text(by_hand(dataset, home, "Download the whole table here, or put"))
    if dataset.download is None or not st.button("Download", icon=":material/download:", key="download"):
        return
    bar = st.progress(0.0, "Asking for the file …")

    def show(done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 0.0
        of = f" of {total / 1e6:.1f}" if total else ""
        bar.progress(share, f"{done / 1e6:.1f}{of} MB")

    try:
        fetch(name, progress=show)
    except InputError:
        bar.empty()
        raise
    st.rerun()


def _catalogue() -> pd.DataFrame:
    return pd.DataFrame(
        [
            {
                "Dataset": record["title"],
                "Rows": record["rows"],
                "Columns": record["columns"],
                "Target": record["target"],
                "Groups by": ", ".join(record["sensitive"]),
                "Right now": _place(record),
                "Licence": record["licence"],
                "Where it is": veiled(record["says"]),
                "Source": record["source"],
                "Citation": record["citation"],
            }
            for record in describe_datasets()
        ]
    )


def _place(record: dict[str, Any]) -> str:
    if record["place"] == "carried" and not record["whole"]:
        return "carried, a part"
    return str(record["place"])
