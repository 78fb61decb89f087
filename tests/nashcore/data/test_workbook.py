"""Workbooks as people make them: merged cells, zeros that only the format shows, blank columns, and damaged sheets."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from typing import Any

import openpyxl
import pytest

from nashcore.data import CsvTable, read_csv, workbook
from nashcore.errors import InputError

PEOPLE = [(sex, age) for sex in ("Female", "Male") for age in range(20, 30)]


def _saved(fill: Callable[[Any], None]) -> io.BytesIO:
    book, file = openpyxl.Workbook(), io.BytesIO()
    fill(book.active)
    book.save(file)
    return file


def _read(file: io.BytesIO) -> CsvTable:
    return read_csv(file, name="people.xlsx")


def _with_sheet(change: Callable[[str], str], parts: Mapping[str, str] | None = None) -> io.BytesIO:
    """A workbook whose sheet was changed, and that has these parts."""

    def fill(sheet: Any) -> None:
        sheet.append(["sex", "age"])
        for row in PEOPLE:
            sheet.append(row)

    file, parts = io.BytesIO(), parts or {}
    with zipfile.ZipFile(_saved(fill)) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in [name for name in old.namelist() if name not in parts]:
            part = old.read(name).decode()
            new.writestr(name, change(part) if "sheet1" in name else part)
        for name, part in parts.items():
            new.writestr(name, part)
    return file


def test_cells_merged_over_rows_hold_their_value_in_each() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["sex", "age", "ward"])
        for place, (sex, age) in enumerate(PEOPLE):
            sheet.append([None if place % 10 else sex, age, 7 if place == 0 else None])
        for cells in ("A2:A11", "A12:A21", "C2:C6"):
            sheet.merge_cells(cells)

    table = _read(_saved(fill))
    assert table.frame["sex"].tolist() == [sex for sex, _ in PEOPLE]
    assert table.frame["ward"].notna().tolist() == [True] * 5 + [False] * 15
    assert sum("Cells merged over several rows" in one for one in table.notices) == 1


def test_cells_merged_across_columns_are_a_title() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["People of 2024"])
        sheet.merge_cells("A1:C1")
        sheet.append(["sex", "age", "site"])
        for place, row in enumerate(PEOPLE):
            sheet.append([*row, place % 3])

    with pytest.raises(InputError, match=r"perhaps a title: line 2 looks like the header"):
        _read(_saved(fill))


def test_codes_whose_zeros_only_the_format_shows_keep_them() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["zip", "age"])
        for place, (_, age) in enumerate(PEOPLE):
            sheet.append([1067 + 9000 * place, age])
            sheet.cell(sheet.max_row, 1).number_format = "00000"

    table = _read(_saved(fill))
    assert table.frame["zip"].tolist()[:2] == ["01067", "10067"]
    assert table.frame["age"].tolist() == [age for _, age in PEOPLE]


def test_a_note_beside_the_table_is_named() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["sex", "age"])
        for row in PEOPLE:
            sheet.append(row)
        sheet["E3"] = "ask Ann"

    with pytest.raises(InputError, match=r"Line 3 .* a cell beside the table holds 'ask Ann': empty it"):
        _read(_saved(fill))


def test_a_column_without_values_at_the_end_is_a_column() -> None:
    def fill(sheet: Any) -> None:
        sheet.append(["sex", "age", "bonus"])
        for row in PEOPLE:
            sheet.append([*row, "=B2*2"])  # never computed, so without a value

    table = _read(_saved(fill))
    assert table.frame["bonus"].isna().all()
    assert table.notices == (
        "20 cells hold formulas whose value was never computed (such as C2) and count as missing: open the workbook in a "
        "spreadsheet program and save it.",
    )


@pytest.mark.parametrize(
    ("cell", "told"),
    [
        ('<c r="B2"><f>A1*2</f></c>', True),
        ('<c s="1" r="B2" t="n"><f t="shared" si="0"/><v/></c>', True),
        ('<c r="B2"><f>A1*2</f><v>20</v></c>', False),
        ('<c r="B2" t="str"><f>""</f><v></v></c>', False),
        ('<c r="B2" s="1"/>', False),
    ],
)
def test_a_formula_without_a_value_is_told(cell: str, told: bool) -> None:
    table = _read(_with_sheet(lambda sheet: re.sub('<c r="B2".*?</c>', cell, sheet)))
    assert any("1 cell holds a formula" in one and "B2" in one for one in table.notices) == told


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: s[: len(s) // 2], "its sheet is damaged or cut off"),
        (
            lambda s: s.replace("</sheetData>", '<row r="30"><c r="ZZZZZ30"><v>5</v></c></row></sheetData>'),
            "damaged",
        ),
        (
            lambda s: s.replace(
                "</sheetData>", '<row r="99999999999"><c r="A99999999999"><v>5</v></c></row></sheetData>'
            ),
            "in the first 1,048,576 lines",
        ),
    ],
)
def test_damaged_sheets_are_refused_in_a_sentence(change: Callable[[str], str], message: str) -> None:
    with pytest.raises(InputError, match=message):
        _read(_with_sheet(change))


MERGED = "".join(f'<mergeCell ref="A{row}:A{row + 1}"/>' for row in range(2, 100_004))


@pytest.mark.parametrize(
    ("changed", "parts", "message"),
    [
        (("</row>", '<c r="XFD2"/></row>'), {}, "100,000 cells in a sheet, blank ones among them"),
        (("</sheetData>", '</sheetData><mergeCell ref="XFD1:XFD21"/>'), {}, "100,000 cells in a sheet"),
        (("</sheetData>", f"</sheetData>{MERGED}"), {}, "100,000 groups of merged cells"),
        (("", ""), {"xl/styles.xml": f"<a>{'<xf/>' * 400_001}</a>"}, "400,000 marks of styles and names"),
        (("", ""), {"docProps/app.xml": f"<a>{' ' * 50_000_000}</a>"}, "50 MB besides its sheets"),
        (
            ("", ""),
            {"xl/SharedStrings.xml": f"<sst>{'<si><t/></si>' * 2_001_000}</sst>"},
            "2,000,000 different texts",
        ),
        (
            ("", ""),
            {"xl/_rels/workbook.xml.rels": '<a><b Type="chartsheet" Target="worksheets/sheet1.xml"/></a>'},
            "damaged or cut off",
        ),
    ],
)
def test_no_small_workbook_keeps_the_machine_at_work(
    changed: tuple[str, str], parts: dict[str, str], message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MAX_CELLS", 100_000)
    with pytest.raises(InputError, match=message):
        _read(_with_sheet(lambda sheet: sheet.replace(*changed) if changed[0] else sheet, parts))


def test_what_a_sheet_says_of_its_own_size_is_not_believed() -> None:
    table = _read(_with_sheet(lambda s: re.sub(r'dimension ref="[^"]*"', 'dimension ref="A1:XFD1048576"', s)))
    assert table.frame.shape == (20, 2)


@pytest.mark.parametrize("written", ["1e999", "-1e400"])
def test_numbers_beyond_what_a_float_holds_are_missing_and_told(written: str) -> None:
    table = _read(_with_sheet(lambda sheet: sheet.replace("<v>20</v>", f"<v>{written}</v>", 1)))
    assert table.frame["age"].dtype == "float64"
    assert "1 infinite number in age counts as missing." in table.notices
