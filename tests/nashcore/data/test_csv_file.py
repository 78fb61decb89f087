from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nashcore.data import Sensitive, Target, prepare_table, read_csv
from nashcore.data.csv_file import CsvTable

ROWS = [("age", "town", "hired"), ("31", "north", "yes"), ("45", "", "no"), ("28", "süd", "yes")]


def _read(text: str | bytes, encoding: str = "utf-8", name: str = "people.csv") -> CsvTable:
    content = text if isinstance(text, bytes) else text.encode(encoding)
    return read_csv(io.BytesIO(content), name=name)


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize(
    ("delimiter", "words"), [(",", "comma"), (";", "semicolon"), ("\t", "tab"), ("|", "vertical bar")]
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "windows-1252"])
def test_every_common_form_is_read_alike(delimiter: str, words: str, encoding: str, end: str) -> None:
    table = _read(end.join(delimiter.join(row) for row in ROWS) + end, encoding)
    assert table.name == "people"
    assert table.delimiter_name == words
    assert table.encoding == encoding
    assert list(table.frame.columns) == ["age", "town", "hired"]
    assert table.frame["age"].tolist() == [31, 45, 28]
    assert table.frame["town"].isna().tolist() == [False, True, False]
    assert table.frame["town"].iloc[2] == "süd"
    assert bool(table.notices) == (encoding == "windows-1252")


def test_utf_16_without_a_mark() -> None:
    for encoding in ("utf-16-le", "utf-16-be"):
        assert _read("a,b\n1,x\n", encoding).encoding == encoding


def test_text_that_is_not_utf_8_is_windows_1252_where_it_can_be() -> None:
    table = _read("€,name\n1,“Zoë”\n", "windows-1252")
    assert table.frame.to_dict("list") == {"€": [1], "name": ["“Zoë”"]}
    assert "is read as Windows-1252, so check that accents look right" in table.notices[0]
    other = _read("é,name\n1,\x81\n", "latin-1")
    assert other.encoding == "latin-1"
    assert "is read as Latin-1" in other.notices[0]


@pytest.mark.parametrize("first", ["sep=;\n", "SEP=,\r\n", "\ufeffsep=;\n"])
def test_a_line_that_tells_a_spreadsheet_the_delimiter_is_no_header(first: str) -> None:
    mark = first.strip("\ufeff")[4]
    table = _read(first + f"a{mark}b\n1{mark}x\n2{mark}y\n", "utf-8")
    assert table.frame.to_dict("list") == {"a": [1, 2], "b": ["x", "y"]}
    assert table.notices == ()


def test_a_long_value_is_a_value() -> None:
    text = "x" * 200_000
    assert _read(f"a,b\n{text},1\ny,2\n", "utf-8").frame["a"].tolist() == [text, "y"]


def test_a_path_and_an_upload_give_the_same(tmp_path: Path) -> None:
    path = tmp_path / "people.CSV"
    path.write_text("a,b\n1,x\n2,y\n")
    with path.open("rb") as upload:
        assert read_csv(path).frame.equals(read_csv(upload).frame)
        assert not upload.closed
    assert read_csv(path).name == read_csv(str(path)).name == "people"


def test_quotes_hold_delimiters_and_line_ends() -> None:
    frame = _read('name,note\n"Doe, Jane","two\nlines"\n"say ""hi""",x\n').frame
    assert frame["name"].tolist() == ["Doe, Jane", 'say "hi"']
    assert frame["note"].iloc[0] == "two\nlines"


def test_the_delimiter_is_the_one_that_gives_even_rows() -> None:
    assert _read("a;b\n1,5;2,5\n3,5;4,5\n").delimiter == ";"
    assert _read("when,what\n2020-01-01,a;b;c\n2020-01-02,a;b\n").delimiter == ","


def test_decimal_commas() -> None:
    table = _read("pay;age\n1,5;20\n-2,25;30\n")
    assert table.frame["pay"].tolist() == [1.5, -2.25]
    assert table.notices == ("pay is read as numbers with a decimal comma: 1,5 is read as 1.5.",)
    assert _read("pay;age\n1.5;20\n").frame["pay"].tolist() == [1.5]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ('pay,kind\n"1,500",x\n"12,000.5",y\n?,z\n', [1500, 12000.5, None]),
        ('pay,kind\n"1,5",x\n"12,25",y\n', [1.5, 12.25]),
        ('pay,kind\n"0,125",x\n"1,250",y\n', [0.125, 1.25]),
        ("pay;kind\n1.234,5;x\n-2.000,25;y\n", [1234.5, -2000.25]),
        ("pay;kind\n" + "1;x\n" * 99 + "2,5;y\n", [1] * 99 + [2.5]),
    ],
)
def test_numbers_with_commas_that_a_plain_reading_leaves_as_text(
    text: str, values: list[float | None]
) -> None:
    table = _read(text)
    assert table.frame["pay"].replace({np.nan: None}).tolist() == values
    assert any(notice.startswith("pay is read as numbers with") for notice in table.notices)


def test_text_with_commas_stays_text() -> None:
    frame = _read('a,b,c\n"1,5","1,2,3",x\n"2,5 kg","4,5,6",y\n').frame
    assert frame["a"].tolist() == ["1,5", "2,5 kg"]
    assert frame["b"].tolist() == ["1,2,3", "4,5,6"]


def test_words_for_no_value() -> None:
    frame = _read("a,b\n?,1\nNA,2\nnull,\nyes,nan\nno,N/A\n").frame
    assert frame["a"].isna().tolist() == [True, True, True, False, False]
    assert frame["b"].isna().tolist() == [False, False, True, True, True]


def test_names_are_made_distinct() -> None:
    table = _read("a,a,,a, b \n1,2,3,4,5\n")
    assert list(table.frame.columns) == ["a (1)", "a (2)", "column 3", "a (3)", "b"]
    assert table.repeated == {"a": ("a (1)", "a (2)", "a (3)")}
    assert table.notices == (
        "Columns without a name: 1, called by their place, such as 'column 3'.",
        "3 columns are called 'a'; they are told apart as 'a (1)', 'a (2)', 'a (3)'.",
    )


def test_short_rows_are_reported() -> None:
    table = _read("a,b,c\n1,2,3\n4,5\n6,7,8\n")
    assert table.frame["c"].isna().tolist() == [False, True, False]
    assert table.notices == (
        "Some rows have fewer values than the header (line 3); the others count as missing.",
    )


def test_names_are_plain_and_short() -> None:
    names = list(_read(f"a\u202eb\x07,{'n' * 500},c\n1,2,3\n").frame.columns)
    assert names[0] == "a b"
    assert len(names[1]) == 120


def test_infinite_numbers_count_as_missing() -> None:
    table = _read("x,y\n1.5,a\ninf,b\n-inf,c\n1e999,d\n")
    assert table.frame["x"].isna().tolist() == [False, True, True, True]
    assert table.notices == ("3 infinite numbers in x count as missing.",)


def test_mixed_columns_are_named() -> None:
    table = _read("x,y\n1,a\n2,b\n3,c\nabout 4,d\n")
    assert table.notices == ("x mixes numbers and text (such as 'about 4') and is read as text.",)


def test_mixed_columns_are_the_same_however_long_the_file() -> None:
    """A parser that guesses types block by block would give 7 and '7' in one column."""
    frame = _read("x,y\n" + "7,a\n" * 300_000 + "seven,b\n").frame
    assert frame["x"].nunique() == 2


def test_the_columns_are_described() -> None:
    facts = _read("age,town,member\n31,north,true\n,south,false\n31,north,true\n").columns()
    assert facts.to_dict("list") == {
        "column": ["age", "town", "member"],
        "kind": ["number", "category", "yes/no"],
        "reading": ["numbers", "text", "yes/no"],
        "values": [1, 2, 2],
        "missing": [1, 0, 0],
        "words": ["blank (1)", "", ""],
        "example": ["31.0", "north", "True"],
    }


def test_from_a_file_to_a_task(people: pd.DataFrame, tmp_path: Path) -> None:
    people.to_csv(tmp_path / "people.csv", index=False)
    table = read_csv(tmp_path / "people.csv")
    task = prepare_table(table.frame, Target("hired"), [Sensitive("age"), Sensitive("sex")], name=table.name)
    assert task.name == "people"
    assert (
        task.train.rows + task.natural.rows + task.validation.rows + len(set(task.split.test.tolist())) == 400
    )
    assert "income is missing" in task.feature_names


@pytest.mark.parametrize(("numbers", "noticed"), [(3000, False), (5500, True), (9000, True), (0, False)])
def test_a_mixture_is_told_in_long_columns_too(numbers: int, noticed: bool) -> None:
    rows = "\n".join(f"{i if i % 10_000 < numbers else f'name {i}'},1" for i in range(10_000))
    notices = read_csv(io.BytesIO(f"a,b\n{rows}\n".encode())).notices
    assert any("a mixes numbers and text" in notice for notice in notices) == noticed
