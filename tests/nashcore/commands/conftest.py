"""What the tests of the commands share."""

from __future__ import annotations

import pytest


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal so wide that no cell of a table is broken."""
    monkeypatch.setenv("COLUMNS", "300")
