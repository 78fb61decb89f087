"""Where the system's Chromium is, and what to say when there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
"""The first draws pages only, without a browser's own windows, and is the quickest."""

ADVICE = (
    "Chromium was not found, so the browser tests are left out: install it (apt-get install chromium-headless-shell) "
    "or name it (NASH_CHROMIUM=/path/to/chrome)."
)


def find() -> Path | None:
    """The browser to drive: the one that NASH_CHROMIUM names, else the first that the system has."""
    named = os.environ.get("NASH_CHROMIUM")
    if named:
        return Path(named) if os.access(named, os.X_OK) else None
    return next((Path(found) for name in NAMES if (found := shutil.which(name))), None)


def required() -> bool:
    """Whether a missing browser is a failure (NASH_BROWSER=required)."""
    return os.environ.get("NASH_BROWSER") == "required"


def main() -> int:
    """Silent when there is a browser; otherwise one line, and 1 when it is required."""
    if find() is not None:
        return 0
    print(ADVICE)
    return 1 if required() else 0


if __name__ == "__main__":
    sys.exit(main())
