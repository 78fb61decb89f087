from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashcore.data.splits import cell_notices, count_cells, draw_natural, draw_split
from nashcore.errors import InputError

cell_lists = st.lists(st.integers(0, 5), min_size=1, max_size=60).map(lambda v: np.array(v, dtype=np.int64))


@settings(max_examples=150)
@given(cell_lists, st.integers(1, 5), st.integers(1, 20), st.integers(0, 2**32))
def test_a_split_keeps_its_promises(cells: np.ndarray, validation: int, tested: int, seed: int) -> None:
    split = draw_split(cells, validation_per_cell=validation, test_per_cell=tested, seed=seed)
    parts = [set(split.train.tolist()), set(split.validation.tolist()), set(split.test.tolist())]
    assert parts[0] | parts[1] | parts[2] == set(range(len(cells)))
    assert sum(map(len, parts)) == len(cells), "a row is in two parts"
    assert len(parts[1]) == len(split.validation), "validation rows repeat"
    assert split.train.tolist() == sorted(split.train.tolist())
    for cell in np.unique(cells):
        size = int((cells == cell).sum())
        assert (cells[split.validation] == cell).sum() == min(validation, size // 2)
        assert (cells[split.test] == cell).sum() == tested


def test_the_seed_decides() -> None:
    cells = np.arange(4).repeat(50)

    def draw(seed: int) -> list[int]:
        return draw_split(cells, validation_per_cell=3, test_per_cell=9, seed=seed).test.tolist()

    assert draw(1) == draw(1)
    assert draw(1) != draw(2)


def test_every_row_of_a_cell_is_as_likely_to_be_tested() -> None:
    cells = np.zeros(10, dtype=np.int64)
    drawn = np.zeros(10)
    for seed in range(400):
        drawn += np.bincount(
            draw_split(cells, validation_per_cell=2, test_per_cell=5, seed=seed).test, minlength=10
        )
    assert np.abs(drawn / drawn.sum() - 0.1).max() < 0.03  # five standard errors of 2000 draws


def test_small_cells_repeat_and_are_reported() -> None:
    cells = np.array([0] * 30 + [1] * 4 + [2], dtype=np.int64)  # cell 3 is empty
    split = draw_split(cells, validation_per_cell=3, test_per_cell=20, seed=0)
    counts = count_cells(cells, split, ("women", "men"), ("no", "yes"))
    assert counts["rows"].tolist() == [30, 4, 1, 0]
    assert counts["validation"].tolist() == [3, 2, 0, 0]
    assert counts["test"].tolist() == [20, 20, 20, 0]
    assert counts["test_distinct"].tolist()[1:] == [2, 1, 0]
    assert (counts["train"] + counts["validation"] + counts["test_distinct"]).tolist() == [30, 4, 1, 0]
    assert counts["mark"].tolist()[1:] == ["empty", "empty", "empty"]
    assert list(zip(counts["group"], counts["label"], strict=True))[1:3] == [("women", "yes"), ("men", "no")]
    assert cell_notices(counts.iloc[1:], 3) == (
        "The cell (women, yes) has 2 validation rows of 3 wanted.",
        "No training row is left in the cell (women, yes).",
        "The cell (men, no) has 0 validation rows of 3 wanted.",
        "No training row is left in the cell (men, no).",
        "No row is in the cell (men, yes): it cannot steer, train or be tested.",
    )


@pytest.mark.parametrize(("train", "mark"), [(0, "empty"), (1, "near-empty"), (9, "near-empty"), (10, "")])
def test_few_training_rows_are_marked(train: int, mark: str) -> None:
    cells = np.zeros(train + 2, dtype=np.int64)
    rows = np.arange(train + 2)
    split = draw_split(cells, validation_per_cell=1, test_per_cell=1, seed=0)
    assert len(split.train) == train
    counts = count_cells(cells, split, ("all",), ("no",))
    assert counts["mark"].tolist() == [mark]
    assert rows.size == counts["rows"].item()


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"validation_per_cell": 0}, "Validation rows a cell should be at least 1. Found 0."),
        ({"test_per_cell": -1}, "Test rows a cell should be at least 1. Found -1."),
        ({"seed": -1}, "Split seed should be a whole number of at least 0. Found -1."),
    ],
)
def test_numbers_out_of_range_are_refused(changed: dict[str, int], message: str) -> None:
    with pytest.raises(InputError) as refused:
        draw_split(
            np.zeros(9, dtype=np.int64),
            **{"validation_per_cell": 1, "test_per_cell": 1, "seed": 0, **changed},
        )
    assert str(refused.value) == message


def test_counts_are_a_plain_frame() -> None:
    cells = np.array([0, 1, 2, 3] * 5, dtype=np.int64)
    counts = count_cells(
        cells, draw_split(cells, validation_per_cell=1, test_per_cell=1, seed=3), ("a", "b"), ("n", "y")
    )
    assert isinstance(counts, pd.DataFrame)
    assert list(counts.columns) == [
        "cell",
        "group",
        "label",
        "rows",
        "train",
        "validation",
        "test",
        "test_distinct",
        "natural",
        "mark",
    ]


@settings(max_examples=100)
@given(cell_lists, st.floats(0, 0.9), st.integers(0, 2**32))
def test_a_natural_part_is_a_share_of_every_cell_without_repeats(
    cells: np.ndarray, share: float, seed: int
) -> None:
    rows = draw_natural(cells, share=share, seed=seed)
    assert len(set(rows.tolist())) == len(rows)
    for cell in np.unique(cells):
        size, drawn = int((cells == cell).sum()), int((cells[rows] == cell).sum())
        assert share * size - 1 < drawn <= share * size + 1e-6
    assert draw_natural(cells, share=share, seed=seed).tolist() == rows.tolist()


def test_every_row_of_a_cell_is_as_likely_to_be_natural() -> None:
    cells = np.repeat([0, 3], [8, 12])
    counts = sum(
        np.bincount(draw_natural(cells, share=0.25, seed=seed), minlength=20) for seed in range(2000)
    )
    np.testing.assert_allclose(counts / 2000, 0.25, atol=0.05)
