"""What the tests of the data room share: an empty data home, and small tables."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty data home, so that only the carried copies are there."""
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("NASH_DATA_HOME", str(folder))
    return folder


@pytest.fixture
def people() -> pd.DataFrame:
    """400 rows with numbers, text, missing values, two sensitive columns and a target."""
    random = np.random.default_rng(7)
    n = 400
    return pd.DataFrame(
        {
            "age": random.integers(18, 80, n),
            "income": np.where(random.random(n) < 0.1, np.nan, random.normal(50, 10, n)),
            "town": random.choice(["north", "south", "west"], n),
            "sex": random.choice(["F", "M"], n),
            "race": random.choice(["a", "b", "c"], n),
            "hired": random.choice(["no", "yes"], n, p=[0.6, 0.4]),
        }
    )
