"""Files out of a zip archive, whatever folders and further archives they lie in; nothing is written to disk."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

from nashcore.errors import InputError

MAX_FILE_BYTES = 50_000_000
"""No file of the catalogue comes near this when unpacked."""

MAX_ALL_BYTES = 200_000_000
"""No more than this is unpacked in search of one file, so that archives in archives cannot flood the memory."""

MAX_DEPTH = 3
"""Archives are opened so deep: the archive, those inside it, and those inside these."""


def read_members(archive: bytes, names: Iterable[str]) -> list[bytes]:
    """The files called ``names`` inside a zip archive, or inside the zip archives that it holds.

    A file is known by its name alone, upper and lower case alike; folders, and where they pretend to lead to,
    do not matter.

    Raises:
        InputError: the archive is damaged, lacks a file, or unpacks to more than `MAX_FILE_BYTES` a file or
            `MAX_ALL_BYTES` in all.
    """
    return [_Search(name).find(archive) for name in names]


class _DamagedError(Exception):
    """An archive cannot be read."""


class _Search:
    """Looks for one file."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._unpacked = 0

    def find(self, archive: bytes) -> bytes:
        try:
            found = self._look(archive, MAX_DEPTH)
        except InputError:
            raise
        except _DamagedError as error:
            raise InputError(
                f"The archive should be a complete zip file. It cannot be read: {error}."
            ) from error
        if found is None:
            raise InputError(f"The archive should hold the file {self._name}. It does not.")
        return found

    def _look(self, archive: bytes, depth: int) -> bytes | None:
        damaged: _DamagedError | None = None
        for opened, entry in _files(archive):
            if _base(entry) == self._name.lower():
                return self._unpack(opened, entry)
        if depth > 1:
            for opened, entry in _files(archive):
                if not _base(entry).endswith(".zip"):
                    continue
                try:
                    found = self._look(self._unpack(opened, entry), depth - 1)
                except _DamagedError as error:
                    damaged = error  # the file may still be in the next one
                    continue
                if found is not None:
                    return found
        if damaged is not None:
            raise damaged
        return None

    def _unpack(self, opened: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
        try:
            with opened.open(entry) as member:
                content = member.read(MAX_FILE_BYTES + 1)
        except Exception as error:
            raise _DamagedError(str(error) or type(error).__name__) from error
        if len(content) > MAX_FILE_BYTES:
            raise InputError(
                f"{entry.filename} should unpack to at most {MAX_FILE_BYTES // 1_000_000} MB. Found more."
            )
        self._unpacked += len(content)
        if self._unpacked > MAX_ALL_BYTES:
            raise InputError(
                f"The archive should unpack to at most {MAX_ALL_BYTES // 1_000_000} MB. Found more."
            )
        return content


def _files(archive: bytes) -> Iterator[tuple[zipfile.ZipFile, zipfile.ZipInfo]]:
    """The archive's files, each with the archive opened; what has no name of its own, such as a folder, is left
    out."""
    try:
        opened = zipfile.ZipFile(io.BytesIO(archive))
    except Exception as error:
        raise _DamagedError(str(error) or type(error).__name__) from error
    with opened:
        yield from ((opened, entry) for entry in opened.infolist() if _base(entry))


def _base(entry: zipfile.ZipInfo) -> str:
    return entry.filename.replace("\\", "/").rpartition("/")[2].lower()
