"""Scored rows, kept in mind so that a threshold that moves computes no model again."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from nashcore.runs.results import ByGroup, explain_row, file_rows, own_rows
from ui.shell.runs import store

Stamp = tuple[tuple[str, int], ...]
"""Names of a run's files of models with the times at which they were written."""


def own_report(run: str, split: int, part: str | None) -> ByGroup:
    """A run's own test rows, scored by its stored models; see `nashcore.runs.results.own_rows`."""
    return _own(str(store().home), run, split, part, _stamp(run))


def file_report(run: str, split: int, frame: pd.DataFrame, file: str) -> ByGroup:
    """The rows of an uploaded file that have a label and a group; ``file``, what tells the upload from others."""
    return _file(str(store().home), run, split, file, _stamp(run), frame)


def explained(run: str, frame: pd.DataFrame, row: int, arm: str, seed: int, split: int) -> dict[str, Any]:
    """See `nashcore.runs.results.explain_row`."""
    return explain_row(store(), run, frame, row, arm, seed, split)


def _stamp(run: str) -> Stamp:
    found = store().files.inside(run)
    return tuple((path.name, path.lstat().st_mtime_ns) for path in found if path.name.startswith("models"))


@st.cache_resource(max_entries=8, show_spinner="Scoring the test rows …")
def _own(home: str, run: str, split: int, part: str | None, stamp: Stamp) -> ByGroup:
    return ByGroup(own_rows(store(), run, split, part))


@st.cache_resource(max_entries=4, show_spinner="Scoring the rows …")
def _file(home: str, run: str, split: int, file: str, stamp: Stamp, _frame: pd.DataFrame) -> ByGroup:
    return ByGroup(file_rows(store(), run, _frame, split))
