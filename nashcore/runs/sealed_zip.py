"""A zip file whose first member names all others with their sizes and hashes, and is read with suspicion.

Nothing is ever unpacked into a folder, nothing is executed, and no more is read than a bundle of such a size can honestly hold.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from nashcore.errors import InputError, quoted

MANIFEST = "bundle.json"

MOST_MEMBERS = 20_000
MOST_MANIFEST = 16 << 20
"""Four times what the names and hashes of `MOST_MEMBERS` come to: it becomes thirty times as much in memory."""
MOST_BYTES = 2 << 30
"""Bytes in all, unpacked."""

FREE_BYTES = 64 << 20
MOST_RATIO = 200
"""So many times its own size, and `FREE_BYTES`, may a bundle be when it is unpacked; figures come to less than a tenth of it."""

_BY_KIND = {"json": r"[a-z_0-9-]+\.json", "npz": r"([a-z_]+/)?[a-z_0-9-]+\.npz"}
_TABLE = r"tables/[0-9a-f]{64}(\.[A-Za-z0-9]{1,8}){1,2}"
_NAME = re.compile("|".join([*_BY_KIND.values(), _TABLE]))
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PLAIN_KINDS = "biufU"
"""Of numpy's arrays: truth values, numbers, text; no objects."""


def write_sealed(file: BinaryIO, about: Mapping[str, Any], members: Mapping[str, bytes]) -> None:
    """Write a sealed zip.

    Args:
        file: where to.
        about: what the manifest holds besides the list of members.
        members: contents by name.
    """
    sealed = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
    }
    manifest = json.dumps({**about, "members": sealed}, indent=1, allow_nan=False).encode()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in ((MANIFEST, manifest), *members.items()):
            # No time of day: it would say nothing, and equal runs make equal files.
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


class SealedZip:
    """A sealed zip of which the names, the sizes and the manifest are checked; each member's hash is when it is read.

    Args:
        archive: the open zip.
        size: of the file, in bytes.

    Attributes:
        about: what the manifest says besides the list of members.

    Raises:
        InputError: the file is not what `write_sealed` writes.
    """

    def __init__(self, archive: zipfile.ZipFile, size: int) -> None:
        self._archive = archive
        self._left = min(MOST_BYTES, FREE_BYTES + MOST_RATIO * size)
        found = archive.infolist()
        if len(found) > MOST_MEMBERS:
            raise InputError(
                f"The bundle should hold at most {MOST_MEMBERS:,} members. Found {len(found):,}."
            )
        names = [one.filename for one in found]
        for one in found:
            _check_member(one)
            self._spend(one.file_size)
        if len(set(names)) < len(names):
            raise InputError("The bundle is damaged: it holds two members of one name.")
        if MANIFEST not in names or archive.getinfo(MANIFEST).file_size > MOST_MANIFEST:
            raise InputError(f"The file is no bundle of a run: it holds no {MANIFEST} of a sensible size.")
        self.about = _manifest(archive.read(MANIFEST))
        self._sealed: dict[str, Any] = self.about.pop("members")
        if set(self._sealed) != set(names) - {MANIFEST}:
            raise InputError("The bundle is damaged: its members are not those that its list names.")

    @property
    def names(self) -> list[str]:
        """The members, but for the manifest."""
        return list(self._sealed)

    def read(self, name: str) -> bytes:
        """What a member holds.

        Raises:
            InputError: it is not there, or its content is not what was sealed.
        """
        sealed = self._sealed.get(name)
        if sealed is None:
            raise InputError(f"The bundle is damaged: it lacks {name}.")
        content = self._archive.read(name)
        if sealed != {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}:
            raise InputError(f"The bundle is damaged: {name} does not hold what its list of hashes says.")
        return content

    def read_arrays(self, name: str) -> bytes:
        """What a member of compressed arrays holds: numbers and text of the sizes that it tells, and no objects.

        Raises:
            InputError: as `read`, or it holds something else.
        """
        content = self.read(name)
        with zipfile.ZipFile(io.BytesIO(content)) as arrays:
            for one in arrays.infolist():
                self._spend(one.file_size)
                with arrays.open(one) as array:
                    _check_array(array, one.file_size, f"{name}/{one.filename}"[:80])
        return content

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise InputError(
                "The bundle is refused: it would grow to far more than its own size when it is unpacked, as no run's bundle does."
            )


@contextmanager
def opened_sealed(source: Path | BinaryIO) -> Iterator[SealedZip]:
    """A sealed zip, open while the context lasts; whatever is wrong with it is told in one sentence.

    Raises:
        InputError: the file cannot be read, or is not what `write_sealed` writes.
    """
    try:
        if isinstance(source, Path):
            if not stat.S_ISREG(source.stat().st_mode):
                raise InputError(f"The file {source} cannot be read: it is no file.")
            with source.open("rb") as file, _sealed(file) as found:
                yield found
        else:
            with _sealed(source) as found:
                yield found
    except OSError as failed:
        raise InputError(f"The file {source} cannot be read: {failed.strerror or failed}.") from None


@contextmanager
def _sealed(file: BinaryIO) -> Iterator[SealedZip]:
    size = file.seek(0, io.SEEK_END)
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            yield SealedZip(archive, size)
    except InputError:
        raise
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, UnicodeDecodeError):
        raise InputError("The file is no bundle of a run, or it is damaged: it cannot be unpacked.") from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, MemoryError, OverflowError):
        raise InputError(
            "The bundle is damaged, or of another version: what it holds cannot be read."
        ) from None


def _check_member(one: zipfile.ZipInfo) -> None:
    if not _NAME.fullmatch(one.filename):
        raise InputError(f"The bundle is refused: no bundle has a member called {quoted(one.filename)}.")
    if one.flag_bits & 1 or one.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise InputError(
            f"The bundle is refused: its member {one.filename} is encrypted or packed in an unusual way."
        )


def _manifest(content: bytes) -> dict[str, Any]:
    found = json.loads(content, parse_constant=_no_number)
    if not isinstance(found, dict) or not isinstance(found.get("members"), dict):
        raise InputError("The file is no bundle of a run: its list of members is missing.")
    if any(map(_CONTROL.search, _texts(found))):
        raise InputError("The bundle is refused: its texts hold control characters.")
    return found


def _texts(value: Any) -> Iterator[str]:
    """Every text in a value of JSON."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            yield name
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _no_number(text: str) -> float:
    raise ValueError(f"{text} is no number")


def _check_array(file: Any, size: int, shown: str) -> None:
    version = np.lib.format.read_magic(file)
    read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
    shape, _, kind = read[version](file)
    if kind.hasobject or kind.kind not in _PLAIN_KINDS:
        raise InputError(f"The bundle is refused: {shown} holds something else than numbers and text.")
    if file.tell() + math.prod(shape) * kind.itemsize != size:
        raise InputError(f"The bundle is damaged: {shown} is not of the size that it tells.")
