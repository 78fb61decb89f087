"""Choosing a setting of the catalogue: what it is, where its copy comes from, and how to get it where it is not."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from nashcore.data import DATASETS, SETTINGS, availability, data_home, describe_datasets
from nashcore.data.sources import load
from nashcore.errors import InputError
from ui.frame import plain
from ui.train.source import Source

HERE = ("data home", "carried")
OPTIONS = [f"{dataset}/{sensitive}" for dataset, sensitive in SETTINGS]


def option_title(option: str) -> str:
    """A setting's name for people, which is also how an address names it."""
    dataset, _, sensitive = option.partition("/")
    return f"{DATASETS[dataset].title}, by {sensitive}"


def settings_here() -> list[tuple[str, str]]:
    """The settings whose table is on this machine."""
    return [key for key in SETTINGS if availability(key[0]).place in HERE]


def choose(off: bool) -> Source | None:
    """The chosen setting, or None where its table is not on this machine: then the page says how to get it."""
    option = st.selectbox(
        "Table and groups",
        OPTIONS,
        format_func=option_title,
        key="setting",
        bind="query-params",
        disabled=off,
    )
    dataset, _, sensitive = option.partition("/")
    here = availability(dataset).place in HERE
    about(dataset, here)
    if here:
        return Source(dataset, sensitive)
    get_it(dataset, off)
    return None


def about(name: str, here: bool) -> None:
    """A dataset's size, target, source, licence and citation."""
    dataset = DATASETS[name]
    st.caption(
        f"{dataset.rows:,} rows, {dataset.columns} columns; predicts {plain(dataset.target.column)}. "
        f"Licence: {plain(dataset.licence)}." + (f" {plain(availability(name).says)}" if here else "")
    )
    with st.expander("Source and citation, and the whole catalogue", icon=":material/menu_book:"):
        st.text(f"Source: {dataset.source}")
        st.text(f"Citation: {dataset.citation}")
        st.dataframe(_catalogue(), hide_index=True)
        st.text(f"Your own copies go into {data_home()}.")


def get_it(name: str, off: bool) -> None:
    """Which file to get and where to put it, and a button that downloads it."""
    dataset, home = DATASETS[name], data_home()
    table = f"{name}.csv ({dataset.rows:,} rows, {dataset.columns} columns)"
    st.warning("This table is not on this machine.", icon=":material/cloud_off:")
    if dataset.download is None:
        st.text(f"Put {table} from {dataset.source} into {home} and open this page again.")
        return
    st.text(
        f"Get {dataset.download.url} and put {dataset.download.name}, or {table}, into {home}; or download it here."
    )
    if not st.button("Download", icon=":material/download:", key="download", disabled=off):
        return
    bar = st.progress(0.0, "Asking for the file …")

    def show(done: int, total: int) -> None:
        share = min(done / total, 1.0) if total else 0.0
        of = f" of {total / 1e6:.1f}" if total else ""
        bar.progress(share, f"{done / 1e6:.1f}{of} MB")

    try:
        load(name, download=True, progress=show)
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
                "Right now": record["says"],
                "Licence": record["licence"],
                "Citation": record["citation"],
            }
            for record in describe_datasets()
        ]
    )
