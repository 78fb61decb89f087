"""Files of one's own, opened: a path, an upload, or what stands packed inside another file, never more than fits."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import stat
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO, cast

from nashcore.data.columns import first_few, one_line
from nashcore.errors import InputError, quoted

MAX_BYTES = 200_000_000
"""No file is larger, packed or unpacked."""

_BLOCK = 1 << 20
_IN_MEMORY = 32 * _BLOCK


def _gunzip(file: BinaryIO) -> IO[bytes]:
    return cast(IO[bytes], gzip.open(file))


_PACKERS: dict[bytes, Callable[[BinaryIO], IO[bytes]]] = {
    b"\x1f\x8b": _gunzip,
    b"BZh": bz2.open,
    b"\xfd7zXZ\x00": lzma.open,
}
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
TABLE_ENDINGS = ("csv", "tsv", "txt", "data", "xlsx", "parquet", "feather", "arff")
PACKED_ENDINGS = ("gz", "bz2", "xz", "zip")
_TABLE, _PACKED = "|".join(TABLE_ENDINGS), "|".join(PACKED_ENDINGS)
_ENDING = re.compile(rf"\.({_TABLE})$|(\.({_TABLE}))?\.({_PACKED})$", re.IGNORECASE)


@dataclass(frozen=True)
class Unpacked:
    """A file that is packed no more.

    Attributes:
        file: its content, which can be rewound.
        member: its name in the archive that it was in; "" where there was none.
    """

    file: BinaryIO
    member: str = ""


def table_name(name: str | Path) -> str:
    """The file's name without its folder and what its ending says of its kind: "people" of "people.csv.gz"."""
    return _ENDING.sub("", Path(name).name) or Path(name).name


def table_ending(name: str | Path) -> str:
    """The ending of a file's name that says its kind, ".csv.gz" of "people.csv.gz"."""
    found = _ENDING.search(Path(name).name)
    return found[0] if found else Path(name).suffix


@contextmanager
def opened(source: Path | str | BinaryIO) -> Iterator[BinaryIO]:
    """A path's file, or an open one as it is.

    Raises:
        InputError: there is no file, or it cannot be read.
    """
    if not isinstance(source, (str, Path)):
        yield source
        return
    try:
        path = Path(source).expanduser()
        mode = path.stat().st_mode
        if stat.S_ISREG(mode):
            file: BinaryIO | None = path.open("rb")
        else:
            file = None
    except (FileNotFoundError, NotADirectoryError, RuntimeError, ValueError):
        raise InputError(f"File {one_line(str(source))} cannot be opened: there is no such file.") from None
    except OSError as error:
        raise InputError(f"File {one_line(str(source))} cannot be opened: {error.strerror}.") from error
    if file is None:
        what = "a folder" if stat.S_ISDIR(mode) else "a pipe" if stat.S_ISFIFO(mode) else "a device"
        more = ". Hand its content over on the standard input, with --csv -" if stat.S_ISFIFO(mode) else ""
        raise InputError(f"File {source} cannot be opened: it is {what} rather than a file{more}.")
    with file:
        yield file


def kept(stream: IO[bytes], shown: str) -> BinaryIO:
    """All that a stream holds as a file that can be rewound; on disk where it is large.

    Raises:
        InputError: it holds more than `MAX_BYTES`, of which no more is read.
    """
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 (it is handed on)
    size = 0
    try:
        while block := stream.read(_BLOCK):
            size += len(block)
            if size > MAX_BYTES:
                raise InputError(
                    f"{shown} should hold at most {MAX_BYTES // 1_000_000} MB. Found more: take fewer rows or columns."
                )
            file.write(block)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return cast(BinaryIO, file)


def check_size(file: BinaryIO, shown: str) -> None:
    """Refuse a file that is empty or too large before it is read.

    Raises:
        InputError: it is.
    """
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    if size > MAX_BYTES:
        raise InputError(
            f"{shown} should be at most {MAX_BYTES // 1_000_000} MB. Found {-(-size // 1_000_000):,} MB: take "
            "fewer rows or columns."
        )
    if size == 0:
        raise InputError(f"{shown} should be a CSV file. Found an empty file.")


@contextmanager
def unpacked(file: BinaryIO, shown: str, part: str | None) -> Iterator[Unpacked]:
    """What a file holds that may be packed: gzip, bzip2, xz, or a zip archive with one table.

    Nothing is written under a name that an archive gives.

    Args:
        file: the file, at any place.
        shown: what messages call it.
        part: which file of an archive.

    Raises:
        InputError: it is damaged, locked, packed twice, unpacks to more than `MAX_BYTES`, or holds no table or several.
    """
    file.seek(0)
    first = file.read(6)
    file.seek(0)
    opener = next((opener for mark, opener in _PACKERS.items() if first.startswith(mark)), None)
    with ExitStack() as stack:
        found = Unpacked(file)
        if opener is not None:
            with _readable(shown), opener(file) as stream:
                found = Unpacked(stack.enter_context(kept(stream, f"{shown}, unpacked,")))
        elif first.startswith(_ZIP) and not _is_workbook(file, shown):
            found = _from_archive(file, shown, part)
            stack.enter_context(found.file)
        if found.file is not file:
            check_size(found.file, f"{shown}, unpacked,")
            _check_once(found.file, shown)
        yield found


def _from_archive(file: BinaryIO, shown: str, part: str | None) -> Unpacked:
    with _readable(shown), zipfile.ZipFile(file) as archive:
        entry = _choose(archive, shown, part)
        if entry.flag_bits & 1:
            raise InputError(
                f"{shown} should be open to read. Found {quoted(_base(entry))} locked by a password: unpack it first."
            )
        with archive.open(entry) as stream:
            return Unpacked(kept(stream, f"{shown}, unpacked,"), _base(entry))


def _is_workbook(file: BinaryIO, shown: str) -> bool:
    """Whether an archive is a workbook, which is one too."""
    with _readable(shown), zipfile.ZipFile(file) as archive:
        found = any(entry.filename.startswith("xl/") for entry in archive.infolist())
    file.seek(0)
    return found


def _choose(archive: zipfile.ZipFile, shown: str, part: str | None) -> zipfile.ZipInfo:
    entries = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir()
        and not entry.filename.startswith("__MACOSX/")
        and not _base(entry).startswith(".")
    ]
    names = [_base(entry) for entry in entries]
    if part is not None:
        named = [entry for entry in entries if part in (entry.filename, _base(entry))]
        if len(named) != 1:
            found = "none of that name" if not named else "several"
            raise InputError(
                f"{shown} should hold the file {quoted(part)} of --sheet. Found {found} in {first_few(names)}."
            )
        return named[0]
    kind = next(
        (what for mark, what in _ARCHIVES.items() if any(e.filename.startswith(mark) for e in entries)), None
    )
    if kind is not None:
        raise InputError(f"{shown} should be a table. Found {kind}: save the table as CSV or .xlsx first.")
    tables = [entry for entry in entries if table_ending(_base(entry)).lstrip(".").lower() in TABLE_ENDINGS]
    chosen = entries if len(entries) == 1 else tables
    if not chosen:
        raise InputError(f"{shown} should hold a table. Found {first_few(names) or 'no file'}.")
    if len(chosen) > 1:
        tables_names = first_few([_base(entry) for entry in chosen], 5)
        raise InputError(f"{shown} should hold one table. Found {tables_names}: choose one with --sheet.")
    return chosen[0]


_ARCHIVES = {"word/": "a Word document", "ppt/": "a presentation", "content.xml": "an OpenDocument file"}
"""What archives are that hold such a file."""


def _check_once(file: BinaryIO, shown: str) -> None:
    first = file.read(6)
    file.seek(0)
    packed = first.startswith(tuple(_PACKERS))
    if packed or (first.startswith(_ZIP) and not _is_workbook(file, shown)):
        raise InputError(f"{shown} should be packed once. Found a packed file inside: unpack it first.")


@contextmanager
def _readable(shown: str) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(f"{shown} cannot be unpacked: it is damaged or cut off.") from error
    except NotImplementedError:
        raise InputError(f"{shown} cannot be unpacked: it is packed in an unusual way.") from None
    except RuntimeError:
        raise InputError(f"{shown} cannot be unpacked: it is locked by a password.") from None


def _base(entry: zipfile.ZipInfo) -> str:
    return one_line(entry.filename.replace("\\", "/").rpartition("/")[2])
