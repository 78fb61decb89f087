"""The archive's own file formats, turned into the catalogue's CSV text without changing a value."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
from collections.abc import Callable, Iterable, Mapping
from importlib.resources import files
from types import MappingProxyType

from nashcore.errors import InputError

MAX_FILE_BYTES = 50_000_000
"""No file of the catalogue comes near this when unpacked."""


def read_members(archive: bytes, names: Iterable[str]) -> list[bytes]:
    """The files called ``names`` inside a zip archive, or inside the zip archives that it holds.

    Raises:
        InputError: the archive is damaged, lacks a file, or holds one larger than `MAX_FILE_BYTES`.
    """
    try:
        return [_find(archive, name, depth=2) for name in names]
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InputError(f"The archive should be a complete zip file. It cannot be read: {error}.") from error
    except KeyError as error:
        raise InputError(f"The archive should hold the file {error.args[0]}. It does not.") from error


def to_csv(dataset: str, parts: list[bytes]) -> bytes:
    """The catalogue's CSV text of a dataset, made of the archive's files.

    Raises:
        InputError: the files are not text in the expected form.
    """
    try:
        rows = _READERS[dataset]([part.decode("utf-8") for part in parts])
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
    except (UnicodeDecodeError, csv.Error) as error:
        raise InputError(
            f"The files of {dataset} should be text with one row a line. Found: {error}."
        ) from error
    return text.getvalue().encode()


def _find(archive: bytes, name: str, depth: int) -> bytes:
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        for entry in opened.infolist():
            if entry.filename.rpartition("/")[2] == name:
                return _bounded(opened, entry)
        if depth > 1:
            for entry in opened.infolist():
                if entry.filename.endswith(".zip"):
                    try:
                        return _find(_bounded(opened, entry), name, depth - 1)
                    except KeyError:
                        continue  # the file is in none of this one's, perhaps in the next
    raise KeyError(name)


def _bounded(opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with opened.open(entry) as member:
        content = member.read(MAX_FILE_BYTES + 1)
    if len(content) > MAX_FILE_BYTES:
        raise InputError(
            f"{entry.filename} should unpack to at most {MAX_FILE_BYTES // 1_000_000} MB. Found more."
        )
    return content


def _adult(parts: list[str]) -> list[list[str]]:
    """Comma and space, no header, a remark in the first line, a full stop after the test labels."""
    rows = [_carried_header("adult")]
    for part in parts:
        for row in csv.reader(io.StringIO(part), skipinitialspace=True):
            if len(row) > 1:  # the remark and the blank last line have one value or none
                rows.append([*row[:-1], row[-1].removesuffix(".")])
    return rows


def _us_crime(parts: list[str]) -> list[list[str]]:
    """No header, "?" for a missing value; the catalogue leaves out every column that has one."""
    table = [row for row in csv.reader(io.StringIO(parts[0])) if row]
    complete = [column for column in zip(*table, strict=False) if "?" not in column]
    return [_carried_header("us_crime"), *(list(row) for row in zip(*complete, strict=True))]


def _semicolons(parts: list[str]) -> list[list[str]]:
    """A header, and semicolons between values that may be quoted."""
    return [row for row in csv.reader(io.StringIO(parts[0]), delimiter=";") if row]


def _carried_header(name: str) -> list[str]:
    with files("nashcore.data").joinpath("bundled", f"{name}.csv.gz").open("rb") as packed:
        return gzip.open(packed, "rt", encoding="utf-8").readline().rstrip("\n").split(",")


_READERS: Mapping[str, Callable[[list[str]], list[list[str]]]] = MappingProxyType(
    {"adult": _adult, "bank": _semicolons, "us_crime": _us_crime, "student_por": _semicolons}
)
