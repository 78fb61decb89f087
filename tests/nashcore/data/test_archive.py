"""Zip archives: the layouts that the archive ships, and those that nobody should."""

from __future__ import annotations

import zipfile

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nashcore.data import archive
from nashcore.data.archive import read_members
from nashcore.data.catalogue import DATASETS
from nashcore.errors import InputError
from tests.nashcore.data.published_files import zipped

WANTED = b"a;b\n1;2\n"

LAYOUTS = {
    "adult": {
        "Index": b"",
        "adult.data": b"1",
        "adult.names": b"",
        "adult.test": b"2",
        "old.adult.names": b"",
    },
    "bank": {
        "bank-additional.zip": zipped({"bank-additional/bank-additional-full.csv": b"other"}),
        "bank.zip": zipped({"bank-full.csv": b"1", "bank-names.txt": b"", "bank.csv": b"other"}),
    },
    "default_credit": {"default of credit card clients.xls": b"1"},
    "us_crime": {"communities.data": b"1", "communities.names": b"other"},
    "student_por": {
        ".student.zip_old": b"no zip",
        "student.zip": zipped({"student-mat.csv": b"other", "student-por.csv": b"1", "student.txt": b""}),
    },
}


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("folder", ["", "data/", "a/b c/"])
def test_the_published_layouts_are_read_with_or_without_folders(name: str, folder: str) -> None:
    download = DATASETS[name].download
    assert download is not None
    packed = zipped({f"{folder}{path}": content for path, content in LAYOUTS[name].items()})
    parts = read_members(packed, download.members)
    assert parts == ([b"2", b"1"] if name == "adult" else [b"1"])


def test_every_download_has_a_layout() -> None:
    assert set(LAYOUTS) == {name for name, dataset in DATASETS.items() if dataset.download}


@pytest.mark.parametrize(
    "path",
    [
        "../../etc/bank-full.csv",
        "/etc/bank-full.csv",
        "C:\\x\\bank-full.csv",
        "BANK-FULL.CSV",
        "__MACOSX/bank-full.csv",
    ],
)
def test_a_file_is_known_by_its_name_alone_and_nothing_is_written(path: str) -> None:
    assert read_members(zipped({path: WANTED}), ["bank-full.csv"]) == [WANTED]


def test_a_file_outside_comes_before_one_in_an_inner_archive() -> None:
    inner = zipped({"x.csv": b"inner", "y.csv": b"only here"})
    assert read_members(zipped({"a.zip": inner, "x.csv": b"outer"}), ["x.csv", "y.csv"]) == [
        b"outer",
        b"only here",
    ]


def test_a_folder_of_that_name_is_no_file() -> None:
    assert read_members(zipped({"x.csv/": b"", "x.csv/x.csv": WANTED}), ["x.csv"]) == [WANTED]


def test_a_damaged_inner_archive_is_passed_over_and_named_when_nothing_else_is_left() -> None:
    good, half = zipped({"x.csv": WANTED}), zipped({"x.csv": WANTED * 99})[:-30]
    assert read_members(zipped({"a.zip": half, "b.zip": good}), ["x.csv"]) == [WANTED]
    with pytest.raises(InputError, match="should be a complete zip file"):
        read_members(zipped({"a.zip": half}), ["x.csv"])


def test_archives_are_opened_to_a_depth() -> None:
    packed = zipped({"x.csv": WANTED})
    for _ in range(archive.MAX_DEPTH - 1):
        packed = zipped({"next.zip": packed})
    assert read_members(packed, ["x.csv"]) == [WANTED]
    with pytest.raises(InputError, match=r"should hold the file x.csv. It does not"):
        read_members(zipped({"next.zip": packed}), ["x.csv"])


@pytest.mark.parametrize(
    ("packed", "message"),
    [
        (b"", "The archive should be a complete zip file."),
        (b"<html>busy</html>", "The archive should be a complete zip file."),
        (zipped({"bank-full.csv": b"a;b\n" * 999})[:-30], "The archive should be a complete zip file."),
        (zipped({"other.csv": b""}), "The archive should hold the file bank-full.csv. It does not."),
    ],
    ids=["empty", "page", "half", "other"],  # the archives hold the time, which workers may not agree on
)
def test_broken_archives_are_refused(packed: bytes, message: str) -> None:
    with pytest.raises(InputError) as refused:
        read_members(packed, ["bank-full.csv"])
    assert message in str(refused.value)


def test_a_file_that_unpacks_to_a_flood_is_refused() -> None:
    bomb = zipped({"bank-full.csv": bytes(archive.MAX_FILE_BYTES + 1)})
    assert len(bomb) < 100_000
    with pytest.raises(InputError, match=r"bank-full.csv should unpack to at most 50 MB"):
        read_members(bomb, ["bank-full.csv"])
    with pytest.raises(InputError, match=r"bomb.zip should unpack to at most 50 MB"):
        read_members(zipped({"bomb.zip": bytes(archive.MAX_FILE_BYTES + 1)}), ["bank-full.csv"])


def test_many_archives_in_one_are_no_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_ALL_BYTES", 5000)
    with pytest.raises(InputError, match="The archive should unpack to at most"):
        read_members(zipped({f"{i}.zip": zipped({"x": bytes(100)}) for i in range(99)}), ["bank-full.csv"])


def test_a_locked_file_is_refused() -> None:
    packed = bytearray(zipped({"x.csv": WANTED}))
    for mark, flags in (
        (b"PK\x03\x04", 6),
        (b"PK\x01\x02", 8),
    ):  # the bit that says "encrypted", in both places
        packed[packed.index(mark) + flags] |= 1
    with pytest.raises(InputError, match=r"It cannot be read: .*encrypted"):
        read_members(bytes(packed), ["x.csv"])


@settings(max_examples=300)
@given(st.integers(0, 400), st.binary(min_size=1, max_size=6))
@example(place=210, damage=b"\0")  # a file without a name
def test_a_damaged_archive_gives_a_file_or_a_sentence(place: int, damage: bytes) -> None:
    packed = bytearray(zipped({"bank.zip": zipped({"bank-full.csv": WANTED * 30}), "readme": b"hello"}))
    packed[place : place + len(damage)] = damage
    message = ""
    try:
        read_members(bytes(packed), ["bank-full.csv"])
    except InputError as refused:
        message = str(refused)
    assert "\n" not in message


def test_every_method_of_packing_is_tried() -> None:
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        assert read_members(zipped({"x.csv": WANTED}, method), ["x.csv"]) == [WANTED]
