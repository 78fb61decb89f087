"""The list of runs: filters that the address keeps, a sortable table, and ticks that say what stands side by side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd
import streamlit as st

from nashcore.errors import InputError
from nashcore.metrics import METRICS, metric_title
from nashcore.runs import STATES, WORDS, Filter, Listed, Listing, telling_apart
from ui.compare import selection
from ui.shell.named import Named
from ui.shell.table_height import table_height
from ui.shell.text import plain, veiled

FILTERS = ("where", "state", "dataset", "tag", "sort", "by")
"""Keys of the widgets, which the address can hold."""

_OWN = {"title": "Title", "state": "State", "seconds": "Duration", "models": "Models", "bytes": "Size"}
"""What a list has beside settings and metrics."""


def order_in_words(order: str) -> str:
    """What the command line calls ``-lr`` as people say it: "Learning rate, highest first"."""
    name = order.removeprefix("-")
    if name == "created":
        return "Newest first" if order != name else "Oldest first"
    words = metric_title(name) if name in METRICS else (_OWN | WORDS).get(name, name)
    return f"{words}, highest first" if order != name else words


def _orders(settings: Iterable[str]) -> list[str]:
    """By what runs are sorted, each both ways."""
    return [
        sign + name for name in dict.fromkeys(("created", *_OWN, *METRICS, *settings)) for sign in ("-", "")
    ]


LABELS: Mapping[str, Callable[[Any], str]] = {
    "by": metric_title,
    "sort": Named(_orders(WORDS), order_in_words),
}

PAGE = 100
"""Rows on a page: all of ten thousand would take seconds to send."""

MOST_SETTINGS, MOST_ARMS = 6, 8
"""Most columns of settings that differ, and of methods."""

FOLDED = 5
"""Fewer runs need no filters."""


def metric() -> str:
    """The metric that the list shows."""
    found = str(st.session_state.get("by") or "overall_auc")
    return found if found in METRICS else "overall_auc"


def asked() -> Filter:
    """What is asked of the list, as the widgets say; what cannot be read is told in a sentence."""
    keep = st.session_state

    def several(key: str) -> tuple[str, ...]:
        return tuple(keep.get(key) or ())

    try:
        return Filter(
            several("state"),
            several("dataset"),
            several("tag"),
            str(keep.get("where") or ""),
            str(keep.get("sort") or "-created"),
        )
    except InputError as refused:
        st.error(plain(refused), icon=":material/error:")
        return Filter()


def filters(found: Listing) -> None:
    """What to look for, by what to sort, and which metric to show; a few runs need no filters."""
    if len(found.runs) < FOLDED:
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.text_input(
            "Filter",
            key="where",
            bind="query-params",
            placeholder="words, or lr<0.01 rule=mean",
            help="Words of the title, tags, note and id, and conditions on settings, metrics and provenance, such as "
            "`lr<=0.001`, `rule=mean`, `overall_auc>0.9`, `overall_auc.nash_ltr>0.9`, `device=cpu`. All have to hold.",
            width=260,
        )
        for key, label, options in (
            ("state", "State", [state for state in STATES if any(run.state == state for run in found.runs)]),
            ("dataset", "Table", sorted({run.settings.get("dataset", "") for run in found.runs} - {""})),
            ("tag", "Tag", sorted({tag for run in found.runs for tag in run.tags})),
        ):
            if options:
                st.multiselect(label, options, key=key, bind="query-params", width=170, placeholder="any")
        st.selectbox(
            "Sort by",
            _orders(name for run in found.runs[:PAGE] for name in run.settings),
            key="sort",
            format_func=order_in_words,
            bind="query-params",
            width=210,
            help="A click on a heading sorts the rows of this page alone.",
        )
        st.selectbox(
            "Metric", list(METRICS), key="by", format_func=metric_title, bind="query-params", width=210
        )


def show(found: Listing, wanted: Filter) -> list[Listed]:
    """The list, a page at a time; the runs on that page."""
    try:
        runs = wanted.chosen(found.runs)
    except InputError as refused:
        st.error(plain(refused), icon=":material/error:")
        runs = list(found.runs)
    if not runs:
        st.info("No run is as the filters ask.", icon=":material/filter_alt:")
        return []
    pages = -(-len(runs) // PAGE)
    number = min(int(st.session_state.get("list_page") or 1), pages)
    if "list_page" in st.session_state:  # filters may have left fewer pages
        st.session_state["list_page"] = number
    view = runs[(number - 1) * PAGE : number * PAGE]
    _ticks(view, frame(view, runs, metric()))
    if pages > 1:
        st.pagination(pages, key="list_page")
    told = (
        f"{len(runs):,} of {len(found.runs):,} runs" if len(runs) < len(found.runs) else f"{len(runs):,} runs"
    )
    left = (
        f" {len(found.lacking):,} are still to be read: look again, or let `python -m nashcore runs list` read all."
        if found.lacking
        else ""
    )
    st.caption(
        f"{told if len(found.runs) > 1 else '1 run'}. Tick those to hold side by side. Means are those of the last epoch on the "
        f"test set; the best of several says nothing about chance.{left}"
    )
    return view


def _ticks(view: Sequence[Listed], table: pd.DataFrame) -> None:
    ids = [run.id for run in view]
    state = st.session_state
    key = f"ticks_{hash((*ids, state.get(selection.MOVED, 0))):x}"
    ticked = selection.ticked()
    st.dataframe(
        table,
        hide_index=True,
        height=table_height(len(table), 8),
        column_config=CONFIG,
        key=key,
        on_select=lambda: selection.tick(view, list(state[key]["selection"]["rows"])),
        selection_mode="multi-row",
        selection_default={"selection": {"rows": [place for place, run in enumerate(ids) if run in ticked]}},
        alt="The kept runs",
    )


CONFIG = {
    "Title": st.column_config.TextColumn(width="medium"),
    "Reason": st.column_config.TextColumn(width="medium"),
    "Note": st.column_config.TextColumn(width="medium"),
    "Size (MB)": st.column_config.NumberColumn(format="%.1f"),
    "Trained (s)": st.column_config.NumberColumn(format="%.0f"),
}


def frame(view: Sequence[Listed], among: Sequence[Listed], chosen: str) -> pd.DataFrame:
    """Runs as a table: state, results of a metric, the settings in which runs differ, and provenance.

    Args:
        view: the runs to show.
        among: the runs among which settings differ.
        chosen: the metric.
    """
    heading = METRICS[chosen].heading
    figures = [run.figures.get(chosen) for run in view]
    columns: dict[str, list[object]] = {
        "Title": [run.title for run in view],
        "State": [run.state for run in view],
        "Reason": [veiled(run.reason) for run in view],
        "Table": [run.table for run in view],
    }
    for name in telling_apart([run.settings for run in among])[:MOST_SETTINGS]:
        if name not in ("dataset", "sensitive"):
            columns[WORDS.get(name, name)] = [run.settings.get(name, "") for run in view]
    columns |= {
        heading: [
            None if one is None or one.best_mean is None else round(one.best_mean, 4) for one in figures
        ],
        "Best mean of": ["" if one is None else one.best_words for one in figures],
    }
    titles = Counter(one.titles.get(arm, arm) for one in figures if one is not None for arm in one.arms)
    for title, _ in titles.most_common(MOST_ARMS):
        columns[f"{title}, {heading}"] = [
            None
            if one is None
            else next(
                (round(m, 4) for arm, (m, _) in one.arms.items() if one.titles.get(arm, arm) == title), None
            )
            for one in figures
        ]
    columns |= {
        "Seeds": [run.settings.get("seeds", "") for run in view],
        "Tags": [", ".join(run.tags) for run in view],
        "Note": [run.note for run in view],
        "Begun": [datetime.fromtimestamp(run.created).isoformat(" ", "minutes") for run in view],
        "Trained (s)": [run.seconds for run in view],
        "Epochs": [run.done for run in view],
        "Models": [run.models for run in view],
        "Size (MB)": [None if run.bytes is None else run.bytes / 1e6 for run in view],
        "Id": [run.id for run in view],
        "Started": [_moment(run.origin.get("started")) for run in view],
        "Program": [_two(run, "program", "source") for run in view],
        "Libraries": [str(run.origin.get("libraries", "")) for run in view],
        "Device": [str(run.origin.get("device", "")) for run in view],
        "Processor": [str(run.origin.get("processor", "")) for run in view],
        "Data": [str(run.origin.get("data", "")) for run in view],
        "Config": [str(run.origin.get("config", "")) for run in view],
    }
    always = ("Title", "State", "Table", "Begun", "Epochs", "Models", "Id")
    kept = {name: cells for name, cells in columns.items() if name in always or any(map(_there, cells))}
    return pd.DataFrame(kept)


def _there(cell: object) -> bool:
    return cell is not None and cell != ""


def _two(run: Listed, one: str, other: str) -> str:
    return (
        f"{run.origin[one]} {str(run.origin[other])[:8]}" if one in run.origin and other in run.origin else ""
    )


def _moment(seconds: object) -> str:
    if not isinstance(seconds, int | float):
        return ""
    return datetime.fromtimestamp(seconds).isoformat(" ", "minutes")
