from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from nashcore.data.giveaways import column_auc


def test_the_auc_of_a_number_is_its_ranking() -> None:
    random = np.random.default_rng(0)
    labels = random.integers(0, 2, 500)
    numbers = random.normal(size=500) - labels
    expected = 1 - roc_auc_score(labels, numbers)
    assert column_auc(pd.Series(numbers), labels) >= expected
    assert column_auc(pd.Series(numbers), labels) < expected + 0.03


def test_a_number_that_tells_by_its_middle_is_found() -> None:
    numbers = np.linspace(-1, 1, 1000)
    assert column_auc(pd.Series(numbers), (np.abs(numbers) < 0.5).astype(np.int64)) > 0.97


@pytest.mark.parametrize("distinct", [2, 40, 2000])
def test_a_category_that_says_nothing_is_at_chance(distinct: int) -> None:
    """Scored on the rows it was learned from, a name for each row would look perfect."""
    random = np.random.default_rng(1)
    column = pd.Series([f"v{i}" for i in random.permutation(2000) % distinct])
    assert abs(column_auc(column, random.integers(0, 2, 2000)) - 0.5) < 0.05


def test_missing_values_can_tell() -> None:
    labels = np.array([0, 1] * 200)
    assert column_auc(pd.Series(np.where(labels == 1, "x", None)), labels) == 1.0
    assert column_auc(pd.Series(np.where(labels == 1, 3.5, np.nan)), labels) == 1.0
