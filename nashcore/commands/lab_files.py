"""Where the app and the timings lie, which are no part of the engine."""

from __future__ import annotations

from pathlib import Path

_ENGINE = Path(__file__).resolve().parents[1]


def lab_folder() -> Path:
    """The folder of ``app.py``, its pages and settings, and of ``benchmarks``: within the engine's in an installed package, the one
    around it in the repository.
    """
    installed = _ENGINE / "_lab"
    return installed if installed.is_dir() else _ENGINE.parent
