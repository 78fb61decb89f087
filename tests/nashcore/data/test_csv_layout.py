"""Which line names the columns, and what separates them: read right, or named with its line and the way to read it."""

from __future__ import annotations

import io
from typing import Any

import pytest

from nashcore.data import read_csv
from nashcore.data.csv_file import CsvTable
from nashcore.errors import InputError
from nashcore.options import ReadingOptions
from tests.nashcore.data.odd_tables import NAMES, ROWS, table, text


def _read(content: str | bytes, **options: Any) -> CsvTable:
    raw = content if isinstance(content, bytes) else content.encode()
    return read_csv(io.BytesIO(raw), ReadingOptions(**options), name="file.csv")


def _refusal(content: str | bytes, **options: Any) -> str:
    with pytest.raises(InputError) as refused:
        _read(content, **options)
    message = str(refused.value)
    assert message.startswith("file.csv")
    assert "\n" not in message
    assert len(message) < 300
    return message


def _is_whole(found: CsvTable) -> None:
    assert list(found.frame.columns) == list(NAMES)
    assert found.frame["age"].tolist() == [int(row[0]) for row in ROWS]
    assert found.frame["hired"].tolist() == [row[3] for row in ROWS]


FORMS = [(",", "\n", "utf-8"), (";", "\r\n", "utf-8-sig"), ("\t", "\n", "utf-16"), ("|", "\r", "latin-1")]


@pytest.mark.parametrize(("delimiter", "end", "encoding"), FORMS)
class TestInEveryForm:
    def test_a_missing_header_is_named(self, delimiter: str, end: str, encoding: str) -> None:
        content = text(ROWS, delimiter, end).encode(encoding)
        message = _refusal(content)
        assert "line 1" in message
        assert "looks like data" in message
        assert "--no-header" in message
        found = _read(content, no_header=True).frame
        assert list(found.columns) == ["column 1", "column 2", "column 3", "column 4"]
        assert len(found) == len(ROWS)
        assert found["column 4"].tolist() == [row[3] for row in ROWS]
        assert len(_read(content, header_line=1).frame) == len(ROWS) - 1

    @pytest.mark.parametrize(
        "title", ["HR report 2024", "HR report 2024{d}{d}{d}", "Report{e}made by HR{e}{d}{d}{d}"]
    )
    def test_a_title_is_named(self, delimiter: str, end: str, encoding: str, title: str) -> None:
        above = title.format(d=delimiter, e=end) + end
        content = (above + table(delimiter, end)).encode(encoding)
        line = above.count(end) + 1
        assert f"line {line} looks like the header, so read it with --header-line {line}" in _refusal(content)
        _is_whole(_read(content, header_line=line))

    @pytest.mark.parametrize("sign", ["#", "//", "%"])
    def test_comments_are_named(self, delimiter: str, end: str, encoding: str, sign: str) -> None:
        content = (f"{sign} exported 2024{end}{sign} by HR{end}" + table(delimiter, end)).encode(encoding)
        message = _refusal(content)
        assert f"--comment '{sign}'" in message
        assert "--header-line 3" in message
        _is_whole(_read(content, comment=sign))
        _is_whole(_read(content, header_line=3))

    @pytest.mark.parametrize(
        "second",
        [("AGE", "INCOME", "SEX", "HIRED"), ("years", "USD", "", ""), ("(a)", "(USD)", "word", "label")],
    )
    def test_a_second_header_is_named(
        self, delimiter: str, end: str, encoding: str, second: tuple[str, ...]
    ) -> None:
        content = text((NAMES, second, *ROWS), delimiter, end).encode(encoding)
        message = _refusal(content)
        assert "from line 2 on" in message
        assert "--skip-lines 2" in message
        _is_whole(_read(content, skip_lines="2"))
        if all(second):
            assert tuple(_read(content, header_line=2).frame.columns) == second

    def test_more_delimiters_at_the_end_of_rows_are_told(
        self, delimiter: str, end: str, encoding: str
    ) -> None:
        rows = [(*row, "") for row in ROWS]
        found = _read(text((NAMES, *rows), delimiter, end).encode(encoding))
        _is_whole(found)
        assert any(
            "more delimiters than the header (60 lines, the first of them line 2)" in one
            for one in found.notices
        )
        header = _read(text(((*NAMES, ""), *rows[:9], *ROWS[9:]), delimiter, end).encode(encoding))
        _is_whole(header)
        assert any(
            "One column at the end without a name or a value left out" in one for one in header.notices
        )
        assert not any("fewer" in one for one in header.notices)

    def test_names_of_rows_that_the_header_leaves_out(self, delimiter: str, end: str, encoding: str) -> None:
        rows = [(str(place), *row) for place, row in enumerate(ROWS, start=1)]
        found = _read(text((NAMES, *rows), delimiter, end).encode(encoding))
        assert list(found.frame.columns) == ["column 1", *NAMES]
        assert found.frame["hired"].tolist() == [row[3] for row in ROWS]
        assert any("taken for the row's name" in one for one in found.notices)
        blank = _read(text((("", *NAMES), *rows), delimiter, end).encode(encoding))
        assert any("numbers the rows" in one for one in blank.notices)

    def test_the_sign_that_ends_old_files_is_no_value(self, delimiter: str, end: str, encoding: str) -> None:
        for tail in ("\x1a", "\x1a" + end, end + "\x1a"):
            _is_whole(_read((table(delimiter, end) + tail).encode(encoding)))
        _is_whole(_read((table(delimiter, end)[: -len(end)] + "\x1a").encode(encoding)))


def test_the_delimiter_is_the_one_that_gives_the_header_more_columns() -> None:
    rows = [
        f"May {1 + place % 28}, 2023;{';'.join(row)}" + ";" * (place % 3 > 0)
        for place, row in enumerate(ROWS)
    ]
    found = _read("\n".join(["Date, local;age;income;sex;hired;", *rows]) + "\n")
    assert found.delimiter == ";"
    assert list(found.frame.columns) == ["Date, local", *NAMES]
    assert found.frame["hired"].tolist() == [row[3] for row in ROWS]
    assert not any("fewer" in one or "last line" in one for one in found.notices)


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_quotes_behind_backslashes(delimiter: str) -> None:
    rows = [(row[0], f'"said \\"hi\\"{delimiter} left \\\\ right"', *row[2:]) for row in ROWS]
    found = _read(text((NAMES, *rows), delimiter))
    assert set(found.frame["income"]) == {f'said "hi"{delimiter} left \\ right'}
    assert found.frame["hired"].tolist() == [row[3] for row in ROWS]
    assert any("with a backslash (first in line 2)" in one for one in found.notices)
    paths = [(row[0], '"C:\\temp"', *row[2:]) for row in ROWS]
    assert set(_read(text((NAMES, *paths), delimiter)).frame["income"]) == {"C:\\temp"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_lines_in_quotation_marks_as_a_whole_are_named(delimiter: str) -> None:
    lines = [f'"{line}"' for line in table(delimiter).splitlines()]
    assert "Found each line in quotation marks as a whole" in _refusal("\n".join(lines))


@pytest.mark.parametrize("sign", [":", "~", "^", " "])
def test_another_delimiter_can_be_named(sign: str) -> None:
    word = "space" if sign == " " else sign
    _is_whole(_read(table(sign), delimiter=word))
    assert _refusal(table(sign)).endswith("name another --delimiter if there is one.")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"delimiter": "ab"}, "Option --delimiter should be one character"),
        ({"delimiter": '"'}, "Option --delimiter should be one character"),
        ({"header_line": 99}, "Option --header-line should be a line of file.csv, which has 61. Found 99"),
        ({"skip_lines": "two"}, "Option --skip-lines should be numbers of lines"),
        ({"skip_lines": "7-5"}, "Option --skip-lines should be numbers of lines"),
        ({"skip_lines": "0"}, "Option --skip-lines should be numbers of lines"),
        ({"skip_lines": "-99"}, "Option --skip-lines should be numbers of lines"),
        ({"encoding": "klingon"}, "Option --encoding should name an encoding of text"),
        ({"encoding": "base64"}, "Option --encoding should name an encoding of text"),
        ({"no_header": True, "header_line": 2}, "Give either --header-line or --no-header. Found both."),
    ],
)
def test_options_that_cannot_be_used_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError) as refused:
        _read(table(), **options)
    assert message in str(refused.value)


@pytest.mark.parametrize(
    "header",
    [
        "Country,2019,2020,2021",
        "id,sex,age,y",
        ",X1,X2,Y",
        "#id,age,sex,y",
    ],
)
def test_headers_that_are_ones_are_believed(header: str) -> None:
    rows = "".join(f"r{place},{place},{place * 2},{place % 2}\n" for place in range(40))
    assert len(_read(f"{header}\n{rows}").frame) == 40


def test_a_first_row_with_a_word_for_no_value_is_no_second_header() -> None:
    rows = "".join(f"name {place},{20 + place},{place % 2}\n" for place in range(40))
    assert len(_read(f"who,age,y\nsmith,unknown,1\n{rows}").frame) == 41
    assert len(_read(f"who,age,y\nsmith,?,1\n{rows}").frame) == 41


def test_names_under_which_there_are_too_few_values() -> None:
    message = _refusal("Date, local,age,y\n" + "".join(f"{place},{place},1\n" for place in range(9)))
    assert "Found 4 names and at most 3 values" in message
    assert "--header-line 1" in message


@pytest.mark.parametrize(
    ("content", "what"),
    [
        ('{"age": 30, "sex": "m"}\n{"age": 31, "sex": "f"}\n', "JSON lines"),
        ('\ufeff{ "age": 30,\n "sex": "m"}\n', "JSON lines or a JSON object"),
        ('[{"age": 30, "sex": "m"},\n{"age": 31, "sex": "f"}]', "a JSON array"),
        ("[[1, 2], [3, 4]]\n", "a JSON array"),
        ("<!DOCTYPE html>\n<html><table><tr><td>1, 2</td></tr></table></html>\n", "a web page"),
        ("<?xml version='1.0'?>\n<rows><row a='1' b='2'/></rows>\n", "an XML file"),
    ],
)
def test_text_that_is_no_table_is_refused_in_a_sentence(content: str, what: str) -> None:
    assert what in _refusal(content)


@pytest.mark.parametrize(
    ("encoding", "words"),
    [
        (
            "cp1251",
            "возраст,пол,доход,принят\n"
            + "".join(f"{place},мужчина,тысяча рублей,да\n" for place in range(40)),
        ),
        (
            "shift_jis",
            "年齢,性別,収入,採用\n" + "".join(f"{place},男性です,高い収入,はい\n" for place in range(40)),
        ),
        (
            "gb18030",
            "年龄,性别,收入,录用\n" + "".join(f"{place},男性员工,收入很高,是的\n" for place in range(40)),
        ),
    ],
)
def test_other_encodings_are_guessed_told_and_can_be_named(encoding: str, words: str) -> None:
    named = _read(words.encode(encoding), encoding=encoding)
    assert list(named.frame.columns) == words.split("\n")[0].split(",")
    assert not any("UTF-8" in one for one in named.notices)
    guessed = _read(words.encode(encoding))
    assert any("is read as" in one and "--encoding" in one for one in guessed.notices)
    assert list(guessed.frame.columns) == list(named.frame.columns)


def test_utf_32_and_an_encoding_that_does_not_fit() -> None:
    assert _read(table().encode("utf-32")).encoding == "utf-32"
    assert "is no ascii text: it holds the byte 0xe4" in _refusal(
        "alter,geschätzt\n1,2\n".encode("latin-1"), encoding="ascii"
    )
