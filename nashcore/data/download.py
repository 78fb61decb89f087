"""Fetch a public archive into the data home and keep its table there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from nashcore.data.catalog import Dataset
from nashcore.errors import InputError


def download_table(dataset: Dataset, home: Path, progress: Callable[[int, int], None] | None = None) -> Path:
    """To come."""
    raise InputError(f"Dataset {dataset.name} cannot be downloaded into {home} yet.")
