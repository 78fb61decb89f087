"""Every row is checked, wherever it stands in the file."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from nashcore.data import read_csv
from nashcore.data.csv_file import CsvTable
from nashcore.errors import InputError
from nashcore.options import ReadingOptions
from tests.nashcore.data.odd_tables import NAMES, ROWS, table, text


def _read(content: str, **options: Any) -> CsvTable:
    return read_csv(io.BytesIO(content.encode()), ReadingOptions(**options), name="file.csv")


@pytest.mark.parametrize("delimiter", [",", ";", "|"])
@pytest.mark.parametrize("short", [40, 59])
def test_short_rows_are_told_wherever_they_are(delimiter: str, short: int) -> None:
    rows = [row[:3] if place == short else row for place, row in enumerate(ROWS)]
    found = _read(text((NAMES, *rows), delimiter))
    told = [one for one in found.notices if one.startswith("Some rows have fewer values")]
    assert told == [
        f"Some rows have fewer values than the header (line {short + 2}); the others count as missing."
    ]
    assert found.frame["hired"].isna().sum() == 1
    last = [one for one in found.notices if one.startswith(f"The last line ({short + 2}, ")]
    assert len(last) == (short == 59)


def test_short_and_long_rows_late_in_a_long_file() -> None:
    rows = ["1,2,x"] * 300_000
    rows[250_000] = "1,2"
    found = _read("a,b,c\n" + "\n".join(rows) + "\n")
    assert any("(line 250,002)" in one for one in found.notices)
    rows[280_000] = "1,2,x,y"
    with pytest.raises(
        InputError, match=r"Line 280,002 should have 3 values\. Found 4: quote values that hold"
    ):
        _read("a,b,c\n" + "\n".join(rows) + "\n")


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("31,1,000,Female,no", "quote values that hold the delimiter, or leave it out with --skip-lines 59"),
        ("# a, note, with, four, commas", "it looks like a comment, so read it with --comment '#'"),
    ],
)
def test_a_long_row_is_refused_with_its_likely_cause(line: str, cause: str) -> None:
    content = table().splitlines()
    content.insert(58, line)
    with pytest.raises(InputError, match=rf"Line 59 should have 4 values\. Found 5: {cause}"):
        _read("\n".join(content) + "\n")
    assert len(_read("\n".join(content) + "\n", skip_lines="59").frame) == 60


def test_backslashes_that_begin_late_are_named() -> None:
    content = "a,b,c\n" + "1,2,3\n" * 100_000 + '1,"said \\"hi\\", left",3\n'
    found = _read(content + "1,2,3\n" * 100_000, backslash=True)
    assert (found.frame["b"] == 'said "hi", left').sum() == 1
    with pytest.raises(InputError, match=r"Line 100,002 should have 3 values\. .* read it with --backslash"):
        _read(content + "1,2,3\n" * 100_000)


def test_comments_among_the_rows_are_told_and_can_be_left_out() -> None:
    content = table().splitlines()
    content.insert(30, "# here the second department begins")
    found = _read("\n".join(content) + "\n")
    assert any(
        "begin with '#'" in one and "line 31" in one and "--comment '#'" in one for one in found.notices
    )
    assert len(_read("\n".join(content) + "\n", comment="#").frame) == 60


def test_a_header_that_is_repeated_is_no_row() -> None:
    found = _read(table() + table())
    assert len(found.frame) == 120
    assert found.frame["age"].dtype == int
    assert any("repeated among the rows (line 62)" in one for one in found.notices)


@pytest.mark.parametrize("last", ["Total,999999,,", "Summe;;;60", "60,9999999,,", "Average,31000,,,"])
def test_a_total_at_the_end_is_told(last: str) -> None:
    delimiter = ";" if ";" in last else ","
    found = _read(table(delimiter) + last + "\n")
    assert any(one.startswith("The last line (62, ") and "may be a total" in one for one in found.notices)
    left = _read(table(delimiter) + last + "\n", skip_lines="-1")
    assert len(left.frame) == 60
    assert not any("last line" in one for one in left.notices)


@pytest.mark.parametrize("last", ["31,3000", "(60 rows)", '31,3000,"Fem'])
def test_a_last_line_that_is_cut_off_is_named(last: str) -> None:
    content = table() + last
    try:
        told = " ".join(_read(content).notices)
    except InputError as refused:
        told = str(refused)
    assert "62" in told
    assert "--skip-lines -1" in told
    assert len(_read(content, skip_lines="-1").frame) == 60


def test_repeated_names_are_told_apart_even_where_the_number_is_taken() -> None:
    found = _read("s,s,s (1),y\n1,2,3,4\n5,6,7,8\n")
    assert list(found.frame.columns) == ["s (2)", "s (3)", "s (1)", "y"]
    assert found.repeated == {"s": ("s (2)", "s (3)")}


def test_a_long_value_is_read_as_it_is_and_the_limit_of_the_process_stays() -> None:
    before = csv.field_size_limit()
    value = "word, 'quoted' " * 20_000
    found = _read(f'a,b\n"{value}",1\nx,2\n')
    assert found.frame["a"].iloc[0] == value.strip()
    assert csv.field_size_limit() == before == 131_072
