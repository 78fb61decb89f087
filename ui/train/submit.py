"""From what is chosen on the page to a run in the store, and a worker for it."""

from __future__ import annotations

import io

from nashcore.data import GivenSplits
from nashcore.runs import TrainingConfig, ensure_worker
from ui.shell.runs import store
from ui.train.source import Source


def submit(config: TrainingConfig, source: Source, splits: GivenSplits | None, title: str) -> str:
    """Put a run into the store, and first the uploads that its config names; returns its id."""
    kept = store()
    kept.check_room()  # before anything is copied
    files = kept.files
    if source.upload is not None:
        files.add_stream(source.upload.file, source.upload.path.suffix)
    if splits is not None:
        files.add_stream(io.BytesIO(splits.content), ".npz")
    return enqueue(config, title)


def enqueue(config: TrainingConfig, title: str) -> str:
    """Put a run whose files are in the store, or that needs none, into it; returns its id."""
    run = store().add(config, title)
    ensure_worker(store())
    return run.id
