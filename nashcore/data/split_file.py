"""Given row numbers instead of a drawn split: an .npz file, from disk or uploaded, read with suspicion."""

from __future__ import annotations

import hashlib
import io
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from nashcore.data.columns import Ints
from nashcore.errors import InputError

if TYPE_CHECKING:
    from nashcore.data.splits import Split

SPLIT_KEYS = ("ind_train", "ind_test", "val_idx")
"""Names of the arrays in a file of given row numbers."""

MAX_SPLITS_BYTES = 50_000_000
"""Neither the file nor one of its arrays when unpacked may be larger; a million rows need 8 MB."""


@dataclass(frozen=True)
class GivenSplits:
    """A file of given row numbers that is not on disk, such as an upload; equal contents are equal.

    Attributes:
        name: what messages call it.
        content: the file's bytes.
        digest: the content's SHA-256, which stands for it in the text form.
    """

    name: str = field(compare=False)
    content: bytes = field(repr=False)
    digest: str = field(init=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "digest", hashlib.sha256(self.content).hexdigest())


SplitSource = Path | str | GivenSplits
"""Where given row numbers are: in a file, or in an upload."""


def read_split(source: SplitSource, rows: int) -> Split:
    """Read given row numbers from an .npz file with the arrays `SPLIT_KEYS`.

    Nothing in the file is ever run: arrays of Python objects are refused, and no more memory is taken than the
    file's own bytes need.

    Args:
        source: the file, or its content.
        rows: how many rows the table has.

    Raises:
        InputError: the file cannot be read, is larger than `MAX_SPLITS_BYTES`, lacks an array, or holds
            something other than whole numbers of rows in range; or a row is in two parts, or twice in the
            training or validation part.
    """
    shown = source.name if isinstance(source, GivenSplits) else str(source)
    found = _read_arrays(source, shown)
    for key, values in found.items():
        if values.min() < 0 or values.max() >= rows:
            raise InputError(
                f"{key} in {shown} should hold row numbers from 0 to {rows - 1} of this table. Found "
                f"{values.min()} to {values.max()}: these indices belong to another table."
            )
    train, test, validation = (found[key].astype(np.int64) for key in SPLIT_KEYS)
    for key, part in (("ind_train", train), ("val_idx", validation)):
        if len(np.unique(part)) < len(part):
            raise InputError(f"{key} in {shown} should name each row once. Found a row twice.")
    for first, second, where in (
        (train, test, "ind_train and ind_test"),
        (train, validation, "ind_train and val_idx"),
        (validation, test, "val_idx and ind_test"),
    ):
        shared: Ints = np.intersect1d(first, second)
        if shared.size:
            raise InputError(
                f"No row should be in two parts. {where} in {shown} share {shared.size}, first row "
                f"{shared[0]}."
            )
    from nashcore.data.splits import Split  # here: it brings pandas along

    return Split(train, validation, test)


def _read_arrays(source: SplitSource, shown: str) -> dict[str, NDArray[Any]]:
    """The arrays of whole numbers, one-dimensional and with a number at least."""
    try:
        with _opened(source, shown) as file, zipfile.ZipFile(file) as stored:
            entries = {entry.filename.removesuffix(".npy"): entry for entry in stored.infolist()}
            lacking = [key for key in SPLIT_KEYS if key not in entries]
            if lacking:
                raise InputError(
                    f"Splits file {shown} should hold {', '.join(SPLIT_KEYS)}. Missing: {', '.join(lacking)}."
                )
            for key in SPLIT_KEYS:
                if entries[key].file_size > MAX_SPLITS_BYTES:
                    raise InputError(
                        f"{key} in {shown} should unpack to at most {MAX_SPLITS_BYTES // 1_000_000} MB. "
                        "Found more."
                    )
            return {key: _row_numbers(stored.read(entries[key]), key, shown) for key in SPLIT_KEYS}
    except InputError:
        raise
    except Exception as error:
        raise InputError(
            f"Splits file {shown} should be an .npz file with {', '.join(SPLIT_KEYS)}. It cannot be read: "
            f"{_reason(error)}."
        ) from error


def _row_numbers(content: bytes, key: str, shown: str) -> NDArray[Any]:
    """The array that a .npy text holds, without taking its own word for how large it is."""
    file = io.BytesIO(content)
    readers = {
        (1, 0): np.lib.format.read_array_header_1_0,
        (2, 0): np.lib.format.read_array_header_2_0,
    }
    shape, _, dtype = readers[np.lib.format.read_magic(file)](file)
    if dtype.hasobject:
        raise ValueError("Python objects")
    if len(shape) != 1 or dtype.kind not in "iu" or not shape[0]:
        raise InputError(
            f"{key} in {shown} should be a list of row numbers. Found shape {shape} of type {dtype}."
        )
    if len(content) - file.tell() != shape[0] * dtype.itemsize:
        raise ValueError("another length than it says")
    return np.frombuffer(content, dtype, offset=file.tell())


@contextmanager
def _opened(source: SplitSource, shown: str) -> Iterator[BinaryIO]:
    if isinstance(source, GivenSplits):
        size, file = len(source.content), io.BytesIO(source.content)
    else:
        path = Path(source)
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device would be read for ever
            raise FileNotFoundError
        size, file = found.st_size, path.open("rb")  # type: ignore[assignment]
    with file:
        if size > MAX_SPLITS_BYTES:
            raise InputError(
                f"Splits file {shown} should be at most {MAX_SPLITS_BYTES // 1_000_000} MB. Found "
                f"{size / 1e6:,.0f} MB."
            )
        yield file


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "there is no such file"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return "it holds Python objects or is damaged"
