from __future__ import annotations

import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from nashcore.commands.fitting_table import print_fitting

COLUMNS = ["group", "label", "rows", "train", "validation", "test", "distinct", "natural", "mark"]
ROWS = [
    ["Female", "yes", 74, 44, 3, 10, 9, 18, ""],
    ["女性と男性のどちらでもない人たち", "DaysInHospital >= 1", 123_456, 5, 3, 10, 9, 18, "near-empty"],
    ["x" * 120, "[bold]no[/bold]", 1, 0, 0, 0, 0, 0, "empty"],
]


def _printed(width: int, rows: list[list[object]]) -> str:
    out = io.StringIO()
    print_fitting(Console(file=out, width=width), "Rows of every group and label", COLUMNS, rows, heads=2)
    return out.getvalue()


@pytest.mark.parametrize("width", [40, 60, 80, 120, 200])
def test_no_line_is_longer_than_the_terminal_and_no_value_is_lost(width: int) -> None:
    printed = _printed(width, ROWS)
    assert max(map(cell_len, printed.splitlines())) <= width
    assert "…" not in printed
    joined = "".join("".join(printed.split()).split("│"))
    for row in ROWS:
        for value in row[2:]:
            assert str(value) in joined
    assert printed.count("x") >= 120
    assert "bold" in printed


def test_a_table_stays_one_where_it_fits_and_columns_without_a_value_go() -> None:
    (first, *_) = ROWS
    for width in (80, 200):
        printed = _printed(width, [first])
        assert "│ Female" in printed
        assert "mark" not in printed
    assert "Female, yes" in _printed(40, [first])


def test_a_table_without_rows_is_printed() -> None:
    assert "group" in _printed(80, [])


def test_a_cell_of_several_lines_is_as_wide_as_the_widest() -> None:
    out = io.StringIO()
    console = Console(file=out, width=40)
    print_fitting(console, "Rates", ["group", "rate"], [["Female", "0.512\n0.401 to 0.622"]], heads=1)
    assert "│ 0.401 to 0.622 │" in out.getvalue()
    print_fitting(console, "Rates", ["group", "rate"], [["Female", "0.512\n" + 40 * "9"]], heads=1)
    assert "rate 0.512 " in out.getvalue()
