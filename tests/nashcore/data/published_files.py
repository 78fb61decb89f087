"""The archive's files as its server sends them, rebuilt from tables in the catalogue's form."""

from __future__ import annotations

import csv
import io
import zipfile

import xlwt


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with these files, packed by a method of `zipfile`."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return packed.getvalue()


def adult_files(table: str, tested: int) -> dict[str, bytes]:
    """adult.test (the first ``tested`` rows) and adult.data, as published."""
    rows = [", ".join(line.split(",")) for line in table.splitlines()[1:]]
    test = "|1x3 Cross validator\n" + "".join(f"{row}.\n" for row in rows[:tested]) + "\n"
    return {"adult.test": test.encode(), "adult.data": ("\n".join(rows[tested:]) + "\n\n").encode()}


def semicolon_file(table: str, *, quote_numbers: bool = False) -> bytes:
    """A table with semicolons and quoted text, as bank-full.csv and student-por.csv are published."""
    rows = list(csv.reader(io.StringIO(table)))
    if quote_numbers:
        return "".join(";".join(f'"{value}"' for value in row) + "\n" for row in rows).encode()
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_NONNUMERIC, lineterminator="\n")
    writer.writerows([int(value) if value.lstrip("-").isdigit() else value for value in row] for row in rows)
    return text.getvalue().encode()


def crime_file(table: str) -> bytes:
    """communities.data: no header, and columns with missing values that the catalogue leaves out."""
    rows = [line.split(",") for line in table.splitlines()[1:]]
    whole = [
        [row[0], "?" if place % 2 else "5", *row[1:60], "?", *row[60:-1], "0.3" if place else "?", row[-1]]
        for place, row in enumerate(rows)
    ]
    return ("\n".join(",".join(row) for row in whole) + "\n").encode()


def credit_file(table: str) -> bytes:
    """An old Excel sheet with two rows of headers and a number before each row, as default_credit is published."""
    header, *rows = csv.reader(io.StringIO(table))
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    names = [f"X{place}" for place in range(1, len(header))]
    for place, line in enumerate([["", *names, "Y"], ["ID", *header]]):
        for column, value in enumerate(line):
            sheet.write(place, column, value)
    for place, row in enumerate(rows, start=1):
        for column, value in enumerate([place, *map(int, row)]):
            sheet.write(place + 1, column, value)
    saved = io.BytesIO()
    book.save(saved)
    return saved.getvalue()
