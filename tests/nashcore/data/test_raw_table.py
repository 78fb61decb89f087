"""Other kinds of file than CSV: read alike, or refused in one sentence."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from nashcore.data import arrow_file, file_source, first_lines, read_csv, table_ending, table_name, workbook
from nashcore.data.csv_file import CsvTable
from nashcore.errors import InputError
from nashcore.options import ReadingOptions
from tests.nashcore.data.odd_tables import NAMES, ROWS, archive, table

CSV = table().encode()
FRAME = pd.DataFrame(ROWS, columns=list(NAMES)).astype({"age": int, "income": float})


def _read(content: bytes, name: str, **options: Any) -> CsvTable:
    return read_csv(io.BytesIO(content), ReadingOptions(**options), name=name)


def _refusal(content: bytes, name: str, **options: Any) -> str:
    with pytest.raises(InputError) as refused:
        _read(content, name, **options)
    message = str(refused.value)
    assert message.startswith(name)
    assert message.endswith(".")
    assert "\n" not in message
    return message


def _excel(frames: dict[str, pd.DataFrame], **how: Any) -> bytes:
    whole = io.BytesIO()
    with pd.ExcelWriter(whole, engine="openpyxl") as writer:
        for name, frame in frames.items():
            frame.to_excel(writer, sheet_name=name, index=False, **how)
    return whole.getvalue()


def _written(write: Callable[[io.BytesIO], object]) -> bytes:
    whole = io.BytesIO()
    write(whole)
    return whole.getvalue()


ARFF = (
    "% made by hand\n@RELATION people\n@ATTRIBUTE age NUMERIC\n@ATTRIBUTE income real\n@ATTRIBUTE sex {Female,Male}\n"
    "@ATTRIBUTE hired string\n@DATA\n" + "".join(",".join(row) + "\n" for row in ROWS)
).encode()
KINDS = {
    "people.csv.gz": gzip.compress(CSV),
    "people.tsv.gz": gzip.compress(table("\t").encode("utf-16")),
    "people.csv.bz2": bz2.compress(CSV),
    "people.csv.xz": lzma.compress(CSV),
    "people.zip": archive(
        {"folder/": b"", "folder/people.csv": CSV, "__MACOSX/._people.csv": b"\0", "README.md": b"!"}
    ),
    "people.xlsx": _excel({"people": FRAME}),
    "people.parquet": _written(FRAME.to_parquet),
    "people.feather": _written(FRAME.to_feather),
    "people.arff": ARFF,
    "people.arff.gz": gzip.compress(ARFF),
    "people.txt": _written(FRAME.to_parquet),  # what a file is follows from what it holds
}


@pytest.mark.parametrize("name", list(KINDS))
def test_every_kind_is_read_alike(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(KINDS[name])
    for found in (_read(KINDS[name], name), read_csv(path)):
        assert found.name == "people"
        assert list(found.frame.columns) == list(NAMES)
        assert found.frame["age"].tolist() == FRAME["age"].tolist()
        assert found.frame["income"].tolist() == FRAME["income"].tolist()
        assert found.frame["hired"].tolist() == FRAME["hired"].tolist()


@pytest.mark.parametrize(
    ("name", "options", "without"),
    [
        ("people.csv.gz", {"sheet": "people"}, "Without a meaning for this file: --sheet."),
        ("people.parquet", {"sheet": "people"}, "Without a meaning for this file: --sheet."),
        ("people.parquet", {"encoding": "utf-8"}, "Without a meaning for a Parquet file: --encoding."),
        (
            "people.arff",
            {"header_line": 3, "encoding": "utf-8"},
            "Without a meaning for an ARFF file: --header-line.",
        ),
        (
            "people.xlsx",
            {"delimiter": ";", "sheet": "people"},
            "Without a meaning for a workbook: --delimiter.",
        ),
        ("people.zip", {"sheet": "people.csv"}, ""),
    ],
)
def test_options_without_a_meaning_are_told(name: str, options: dict[str, Any], without: str) -> None:
    notices = _read(KINDS[name], name, **options).notices
    assert [one for one in notices if "Without a meaning" in one] == ([without] if without else [])


def test_kinds_that_know_their_values_keep_them() -> None:
    frame = pd.DataFrame(
        {
            "code": ["007", "02139", None] * 5,
            "pay": [80.157, None, 443.0] * 5,
            "count": pd.array([1, None, 3] * 5, dtype="Int64"),
            "ok": [True, False, True] * 5,
            "day": pd.to_datetime(["2024-01-01", "2024-02-03", None] * 5),
            "kind": pd.Categorical(["u", "v", "u"] * 5),
        }
    )
    for name, content in {
        "a.xlsx": _excel({"a": frame}),
        "a.parquet": _written(frame.to_parquet),
        "a.feather": _written(frame.to_feather),
    }.items():
        found = _read(content, name).frame
        assert found["pay"].tolist()[::3] == [80.157] * 5
        assert found["count"].isna().tolist() == [False, True, False] * 5
        assert found["day"].tolist()[0] == "2024-01-01"
        assert found["code"].isna().sum() == 5
        assert found["kind"].tolist() == ["u", "v", "u"] * 5
        assert found["ok"].tolist() == [True, False, True] * 5


def test_of_several_sheets_the_first_is_read_and_told_and_another_can_be_chosen() -> None:
    content = _excel({"notes": FRAME.head(9), "people": FRAME}, startrow=0)
    found = _read(content, "book.xlsx")
    assert len(found.frame) == 9
    assert found.notices[0] == "Sheet 'notes' is read; there are also people (--sheet chooses)."
    assert len(_read(content, "book.xlsx", sheet="people").frame) == 60
    assert "Found notes, people" in _refusal(content, "book.xlsx", sheet="other")
    empty = _excel({"notes": FRAME.head(0), "people": FRAME}, startrow=0)
    assert "Sheet 'notes' is read; there are also people (--sheet chooses)." in _refusal(empty, "book.xlsx")


def test_a_title_in_a_sheet_is_named_by_its_row() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    for row in [["HR report 2024"], [], list(NAMES), *map(list, FRAME.itertuples(index=False))]:
        book.active.append(row)
    content = _written(book.save)
    assert "--header-line 3" in _refusal(content, "title.xlsx")
    assert _read(content, "title.xlsx", header_line=3).frame["age"].tolist() == FRAME["age"].tolist()
    assert len(_read(content, "title.xlsx", header_line=3, skip_lines="-1").frame) == 59
    assert len(_read(content, "title.xlsx", header_line=3, skip_lines="5").frame) == 59
    assert len(_read(content, "title.xlsx", skip_lines="1,4-6").frame) == 57
    assert "Found none among the lines that are read" in _refusal(content, "title.xlsx", header_line=99)


@pytest.mark.parametrize("write", ["to_parquet", "to_feather"])
def test_long_whole_numbers_beside_blanks_are_not_merged(write: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nashcore.data.arrow_file._BATCH", 7)
    long = [9007199254740992, 9007199254740993, None]
    frame = FRAME.assign(
        site=pd.Series(long * 20, dtype="Int64"),
        count=pd.Series([5, None, *range(58)], dtype="Int64"),
        first=pd.Series([None, *range(59)], dtype="UInt8"),
    )
    found = _read(_written(getattr(frame, write)), "people.parquet")
    assert set(found.frame["site"].dropna()) == {"9007199254740992", "9007199254740993"}
    assert found.frame["site"].isna().sum() == 20
    assert any("site holds whole numbers too long to be kept as numbers" in one for one in found.notices)
    assert found.frame["count"].tolist()[::59] == [5, 57]
    assert found.frame["first"].isna().sum() == 1


def test_columns_that_hold_lists_are_left_out_and_told() -> None:
    content = _written(FRAME.assign(many=[[1, 2]] * 60, raw=[b"x"] * 60).to_parquet)
    found = _read(content, "lists.parquet")
    assert list(found.frame.columns) == list(NAMES)
    assert found.notices[0] == "Columns that hold no single values are left out: many, raw."


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("two.zip", archive({"a.csv": CSV, "b.csv": CSV}), "Found a.csv, b.csv: choose one with --sheet"),
        ("none.zip", archive({}), "should hold a table. Found no file"),
        ("nested.zip", archive({"a.zip": archive({"a.csv": CSV})}), "should be packed once"),
        ("packed.zip", archive({"a.csv.gz": gzip.compress(CSV)}), "should be packed once"),
        ("twice.gz", gzip.compress(gzip.compress(CSV)), "should be packed once"),
        ("cut.csv.gz", gzip.compress(CSV)[:-30], "it is damaged or cut off"),
        ("cut.csv.xz", lzma.compress(CSV)[:-30], "it is damaged or cut off"),
        ("cut.zip", archive({"a.csv": CSV})[:-30], "it is damaged or cut off"),
        ("cut.xlsx", KINDS["people.xlsx"][:2000], "it is damaged or cut off"),
        ("cut.parquet", KINDS["people.parquet"][:900], "should be a Parquet file"),
        ("cut.feather", KINDS["people.feather"][:900], "should be a Feather file"),
        ("letter.docx", archive({"word/document.xml": b"<x/>"}), "Found a Word document"),
        ("sheet.ods", archive({"content.xml": b"<x/>"}), "Found an OpenDocument file"),
        ("old.xls", b"\xd0\xcf\x11\xe0" + bytes(600), "Found an old or a locked Excel file"),
        ("model.pkl", b"\x80\x04\x95" + bytes(range(200)) * 9, "should be"),
        (
            "bad.arff",
            ARFF + b"1,2,Nobody,yes\n",
            "Data value Nobody not found in nominal declaration, at line 68",
        ),
        ("empty.arff", ARFF.split(b"@DATA")[0] + b"@DATA\n", "should have rows"),
        ("nul.csv.gz", gzip.compress(CSV + b"\0"), "Found a NUL byte in line 62"),
        ("nothing.csv.gz", gzip.compress(b""), "Found an empty file"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_in_one_sentence(name: str, content: bytes, message: str) -> None:
    assert message in _refusal(content, name)


def test_of_an_archive_with_several_tables_one_can_be_chosen() -> None:
    content = archive({"a.csv": CSV, "../../b.csv": table(";")})
    found = _read(content, "two.zip", sheet="b.csv")
    assert found.delimiter == ";"
    assert found.notices[0] == "Read from 'b.csv' in the archive."


def test_a_locked_archive_is_refused() -> None:
    content = bytearray(archive({"a.csv": CSV}))
    content[6] |= 1  # the sign of a password, in both places where it stands
    content[content.index(b"PK\x01\x02") + 8] |= 1
    assert "locked by a password" in _refusal(bytes(content), "locked.zip")


def test_a_tar_archive_is_named() -> None:
    whole = io.BytesIO()
    with tarfile.open(fileobj=whole, mode="w:gz") as opened:
        entry = tarfile.TarInfo("a.csv")
        entry.size = len(CSV)
        opened.addfile(entry, io.BytesIO(CSV))
    assert "Found a tar archive" in _refusal(whole.getvalue(), "a.tar.gz")


def test_what_unpacks_to_too_much_is_refused_while_it_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_source, "MAX_BYTES", 1_500_000)
    bomb = b"1,2\n" * 1_000_000
    for name, content in {
        "bomb.csv.gz": gzip.compress(bomb),
        "bomb.csv.bz2": bz2.compress(bomb),
        "bomb.csv.xz": lzma.compress(bomb),
        "bomb.zip": archive({"bomb.csv": bomb}),
    }.items():
        assert "unpacked, should hold at most 1 MB. Found more" in _refusal(content, name)


def test_an_archive_that_lies_about_its_size_is_counted_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_XML", 1_000_000)
    content = io.BytesIO(KINDS["people.xlsx"])
    with zipfile.ZipFile(content, "a", zipfile.ZIP_DEFLATED) as opened:
        opened.writestr("xl/other.xml", b" " * 2_000_000)
    assert "should unpack to at most 1 MB. Found more" in _refusal(content.getvalue(), "bomb.xlsx")


def test_a_cell_far_away_is_no_table_of_billions() -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"] = "a"
    book.active["XFD1"] = "b"
    assert "2,000 columns" in str(_far(_written(book.save)))


def _far(content: bytes) -> InputError:
    with pytest.raises(InputError) as refused:
        _read(content, "far.xlsx")
    return refused.value


@pytest.mark.parametrize(
    ("name", "stem", "ending"),
    [
        ("people.csv.gz", "people", ".csv.gz"),
        ("people.2024.CSV", "people.2024", ".CSV"),
        ("x.data.csv", "x.data", ".csv"),
        ("a.zip", "a", ".zip"),
        ("noending", "noending", ""),
        (".csv", ".csv", ".csv"),
    ],
)
def test_names_and_endings(name: str, stem: str, ending: str) -> None:
    assert (table_name(Path("folder") / name), table_ending(name)) == (stem, ending)


def test_places_that_are_no_files_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "people.csv").write_bytes(CSV)
    assert len(read_csv("~/people.csv").frame) == 60
    os.mkfifo(tmp_path / "pipe")
    for place, why in {
        tmp_path: "it is a folder rather than a file",
        tmp_path / "pipe": "it is a pipe rather than a file. Hand its content over on the standard input",
        Path("/dev/null"): "it is a device rather than a file",
        tmp_path / "people.csv" / "x": "there is no such file",
        Path("~nobody-of-this-name/x.csv"): "there is no such file",
        Path("a\0b"): "there is no such file",
    }.items():
        with pytest.raises(InputError) as refused:
            read_csv(place)
        assert f"cannot be opened: {why}" in str(refused.value)


def test_a_file_that_may_not_be_read_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "secret.csv"
    path.write_bytes(CSV)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputError, match=r"secret.csv cannot be opened: Permission denied\."):
        read_csv(path)


def test_the_first_lines_are_shown_as_they_are() -> None:
    lines = first_lines(io.BytesIO("# ä\r\na;b\r\n1;2".encode("latin-1")), ReadingOptions(), "a.csv")
    assert lines == ["# ä", "a;b", "1;2"]
    assert (
        first_lines(io.BytesIO(KINDS["people.csv.gz"]), ReadingOptions(), "a.gz")[0] == "age,income,sex,hired"
    )
    assert first_lines(io.BytesIO(KINDS["people.parquet"]), ReadingOptions(), "a.parquet") == []


@pytest.mark.parametrize("kind", ["parquet", "feather"])
def test_what_an_arrow_file_says_of_its_size_is_looked_at_before_it_is_unpacked(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = _written(getattr(FRAME, f"to_{kind}"))
    monkeypatch.setattr(arrow_file, "_columns", lambda *_: pytest.fail("it was unpacked"))
    monkeypatch.setattr(arrow_file, "MAX_ROWS", 5)
    assert "rows" in _refusal(content, f"people.{kind}")


def test_a_small_file_cannot_fill_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_file, "ALWAYS_VALUES", 1_000)
    monkeypatch.setattr(arrow_file, "MAX_PER_BYTE", 10)
    wide = pd.DataFrame({f"c{place}": pd.Series([None] * 50_000, dtype="float64") for place in range(60)})
    for write, name in ((wide.to_feather, "blank.feather"), (wide.to_parquet, "blank.parquet")):
        assert "values in a file this small. Found 3,000,000: leave" in _refusal(_written(write), name)


def test_a_parquet_file_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrow_file, "MAX_UNPACKED", 100)
    assert "should unpack to at most" in _refusal(_written(FRAME.to_parquet), "people.parquet")
