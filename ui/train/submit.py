"""From what is chosen on the page to a run in the store, and a worker for it."""

from __future__ import annotations

import io

import streamlit as st

from nashcore.runs import TrainingConfig
from nashcore.runs.worker import ensure_worker
from ui.shell.runs import store
from ui.train.source import Making, Source
from ui.train.upload import FILE


def hand_over(config: TrainingConfig, source: Source, made: Making, title: str) -> str:
    """Put a run into the store; an uploaded table and uploaded splits go with it.

    Returns:
        The run's id.
    """
    files = store().files
    kept = {}
    if config.csv is not None:
        kept["csv"] = files.add_stream(st.session_state[FILE], config.csv.suffix)
    given = getattr(made, "splits", None)
    if given is not None:
        kept["splits"] = files.add_stream(io.BytesIO(given.content), ".npz")
    return hand_on(config.model_copy(update=kept), title)


def hand_on(config: TrainingConfig, title: str) -> str:
    """Put a run whose files are in the store, or that needs none, into it; returns its id."""
    run = store().add(config, title)
    ensure_worker(store())
    return run.id
