"""Split files: their rows are used as they are, and a file that holds none is refused in a sentence."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashcore.data.split_file import GivenSplits, read_split
from nashcore.errors import InputError
from tests.nashcore.data.published_files import zipped


def _save(path: Path, **changed: object) -> Path:
    arrays = {
        "ind_train": np.arange(6),
        "ind_test": np.array([7, 7, 8]),
        "val_idx": np.array([6, 9]),
        **changed,
    }
    np.savez(path, **{key: value for key, value in arrays.items() if value is not None})
    return path


def test_given_rows_are_read(tmp_path: Path) -> None:
    split = read_split(_save(tmp_path / "rows.npz"), rows=10)
    assert split.train.tolist() == [0, 1, 2, 3, 4, 5]
    assert split.test.tolist() == [7, 7, 8]
    assert split.validation.tolist() == [6, 9]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"val_idx": None}, "should hold ind_train, ind_test, val_idx. Missing: val_idx."),
        ({"val_idx": np.array([10])}, "should hold row numbers from 0 to 9 of this table. Found 10 to 10"),
        ({"ind_test": np.array([-1, 8])}, "should hold row numbers from 0 to 9 of this table. Found -1 to 8"),
        (
            {"ind_train": np.array([0.5])},
            "should be a list of row numbers. Found shape (1,) of type float64.",
        ),
        (
            {"ind_train": np.array([[0], [1]])},
            "should be a list of row numbers. Found shape (2, 1) of type int64.",
        ),
        (
            {"ind_train": np.array([], dtype=int)},
            "should be a list of row numbers. Found shape (0,) of type int64.",
        ),
        ({"ind_train": np.array([0, 0])}, "should name each row once. Found a row twice."),
        ({"val_idx": np.array([6, 8])}, "No row should be in two parts. val_idx and ind_test in"),
        ({"ind_train": np.array([0, 6])}, "No row should be in two parts. ind_train and val_idx in"),
        ({"ind_train": np.array([7, 8])}, "share 2, first row 7."),
        ({"val_idx": np.array([{"a": 1}], dtype=object)}, "it holds Python objects or is damaged"),
    ],
)
def test_given_rows_that_make_no_split_are_refused(
    tmp_path: Path, changed: dict[str, object], message: str
) -> None:
    path = _save(tmp_path / "rows.npz", **changed)
    with pytest.raises(InputError) as refused:
        read_split(path, rows=10)
    assert message in str(refused.value)


@pytest.mark.parametrize("content", [b"", b"not an archive", b"PK\x03\x04 broken", b"\x93NUMPY\x01\x00"])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "rows.npz"
    path.write_bytes(content)
    with pytest.raises(InputError, match="It cannot be read"):
        read_split(path, rows=10)


def test_an_upload_is_read_like_a_file(tmp_path: Path) -> None:
    content = _save(tmp_path / "rows.npz").read_bytes()
    given = GivenSplits("mine.npz", content)
    assert read_split(given, rows=10).train.tolist() == [0, 1, 2, 3, 4, 5]
    assert given == GivenSplits("another.npz", content)
    assert repr(content) not in repr(given)
    assert given.digest in repr(given)
    with pytest.raises(InputError, match=r"in mine.npz should hold row numbers from 0 to 5"):
        read_split(given, rows=6)


def test_an_array_that_overstates_its_length_takes_no_memory(tmp_path: Path) -> None:
    with np.load(_save(tmp_path / "rows.npz")) as stored:
        arrays = {key: io.BytesIO() for key in stored.files}
        for key, file in arrays.items():
            np.save(file, stored[key])
    lying = arrays["ind_train"].getvalue().replace(b"(6,), }      ", b"(6000000000,)}")
    assert b"6000000000" in lying
    content = zipped(
        {f"{key}.npy": file.getvalue() for key, file in arrays.items()} | {"ind_train.npy": lying}
    )
    with pytest.raises(InputError, match="is damaged"):
        read_split(GivenSplits("lying.npz", content), rows=10)


def test_a_flood_of_zeros_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "flood.npz"
    np.savez_compressed(
        path, ind_train=np.zeros(7_000_000, np.int64), ind_test=np.arange(2), val_idx=np.arange(2)
    )
    assert path.stat().st_size < 100_000
    with pytest.raises(InputError, match=r"ind_train in flood.npz should unpack to at most 50 MB"):
        read_split(GivenSplits("flood.npz", path.read_bytes()), rows=10)
    with pytest.raises(InputError, match=r"should be at most 50 MB. Found 60 MB"):
        read_split(GivenSplits("large.npz", bytes(60_000_000)), rows=10)


@settings(max_examples=200)
@given(st.integers(0, 1200), st.binary(min_size=1, max_size=9))
def test_a_damaged_file_gives_a_split_or_a_sentence(place: int, bytes_: bytes) -> None:
    file = io.BytesIO()
    np.savez_compressed(file, ind_train=np.arange(6), ind_test=np.array([7, 7, 8]), val_idx=np.array([6, 9]))
    content = bytearray(file.getvalue())
    content[place : place + len(bytes_)] = bytes_
    message = ""
    try:
        split = read_split(GivenSplits("damaged.npz", bytes(content)), rows=10)
    except InputError as refused:
        message = str(refused)
    assert message.count("\n") == 0
    assert message.endswith(".") if message else split.train.size


def test_a_single_array_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "rows.npy"
    np.save(path, np.arange(3))
    with pytest.raises(InputError, match="It cannot be read"):
        read_split(path, rows=10)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        read_split(tmp_path / "rows.npz", rows=10)
