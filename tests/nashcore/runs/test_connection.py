"""Whether a database has changed, told while others open and close it."""

from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

from nashcore.runs.connection import stamps


def test_a_log_that_comes_and_goes_is_no_fault(tmp_path: Path) -> None:
    path, over = tmp_path / "runs.sqlite", threading.Event()
    log = Path(f"{path}-wal")
    sqlite3.connect(path).close()

    def come_and_go() -> None:
        while not over.is_set():
            log.touch()
            log.unlink()

    other = threading.Thread(target=come_and_go)
    other.start()
    try:
        found = [stamps(path) for _ in range(5000)]
    finally:
        over.set()
        other.join()
    assert all(len(each) == 2 for each in found)
