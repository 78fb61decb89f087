"""What fits a table of its size."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nashcore.options.fit import fitting_batch, fitting_test, fitting_validation


@given(st.integers(1, 10**7))
def test_a_batch_fits_and_leaves_several_batches_where_there_are_rows(rows: int) -> None:
    batch = fitting_batch(rows)
    assert 1 <= batch <= min(128, rows)
    assert rows < 4 or rows // batch >= 4


@given(st.lists(st.integers(0, 10**6), min_size=1))
def test_rows_a_cell_are_few_beside_the_middle_cell(cells: list[int]) -> None:
    middle = sorted(size for size in cells if size)[sum(size > 0 for size in cells) // 2 :][:1] or [0]
    assert 1 <= fitting_validation(cells) <= max(1, middle[0] // 10)
    assert 1 <= fitting_test(cells) <= max(10, 0.2 * min([size for size in cells if size], default=0) + 1)


def test_large_cells_get_what_they_always_got() -> None:
    assert (fitting_validation([200, 30, 90]), fitting_test([200, 30, 90])) == (3, 10)
    assert fitting_test([1000, 2000]) == 200
    assert fitting_test([10**6, 10**6]) == 500
    assert (fitting_validation([9, 8, 8, 2]), fitting_test([9, 8, 8, 2])) == (1, 2)
