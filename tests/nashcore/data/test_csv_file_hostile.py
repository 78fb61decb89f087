"""Broken and hostile files: one plain sentence each, or a table that does no harm."""

from __future__ import annotations

import io
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashcore.data import Sensitive, Target, csv_table, csv_text, prepare_table, read_csv, to_safe_csv
from nashcore.errors import InputError


def _refusal(content: bytes) -> str:
    with pytest.raises(InputError) as refused:
        read_csv(io.BytesIO(content), name="upload.csv")
    message = str(refused.value)
    assert message.startswith("upload.csv")
    assert "\n" not in message
    assert len(message) < 250
    return message


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "Found an empty file."),
        (b"\n \n\t\n", "Found only blank text."),
        (b"\xef\xbb\xbf\n", "Found only blank text."),
        (b",,\n,,\n", "Found only blank text."),
        (b"a,b,c", "should have rows below its header. Found none"),
        (b"a,b,c\n\n", "should have rows below its header. Found none"),
        (b"only\n1\n2\n", "should have at least two columns"),
        (b"1,2,3\n4,5,6\n", "should start with a line of column names. Found numbers"),
        (b"a,b\n1,2,3\n", "Line 2 should have 2 values. Found 3: quote values that hold the delimiter"),
        (b"a,b\n" + b"1,2\n" * 99 + b"1,2,3\n", "Line 101 should have 2 values. Found 3"),
        (b'a,b\n1,"open\n2,3\n4,5\n', "A quotation mark opened near line 2 is never closed."),
        (b'a,"b\n1,2\n3,4\n', "A quotation mark opened near line 1 is never closed."),
        (b'a,b\n1,2\n3,"x' + b"y,z\n" * 60_000, "A quotation mark opened near line 3 is never closed."),
        (b"a,b\n1,\0\n", "Found a NUL byte in line 2"),
        (b"a,b\n" + b"1,2\n" * 600_000 + b"3,\0\n", "Found a NUL byte in line 600,002"),
        (b"a,b\r\n" + b"11,22\r\n" * 600_000 + b"3,\0\r\n", "Found a NUL byte in line 600,002"),
        (b"a,b\r" + b"1,2\r" * 9 + b"3,\0\r", "Found a NUL byte in line 11"),
        (b"a,b\r\n1,2\r\n" + b"x" * 1_000_001, "Found a longer one, line 3"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(32)) * 40, "Found binary data"),
        (b"%PDF-1.7\n%\xe2\xe3", "Found a PDF file"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "Found a picture"),
        (
            ",".join(f"c{i}" for i in range(10_000)).encode() + b"\n" + b",".join([b"1"] * 10_000) + b"\n",
            "Found 10,000",
        ),
        (b"\xff\xfea\x00,\x00b\x00", "should have rows below its header. Found none"),
        (b"\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8\x00", "starts as utf-16 text but holds other bytes"),
    ],
    # Not the bytes: those of archives hold the time, and two test workers have to find the same tests.
    ids=lambda value: value if isinstance(value, str) else "file",
)
def test_what_is_no_table_is_refused_in_one_sentence(content: bytes, message: str) -> None:
    assert message in _refusal(content)


class _Counted(io.RawIOBase):
    """A file of so many bytes that are made when they are read, which counts them."""

    def __init__(self, size: int, start: bytes = b"") -> None:
        self.size, self.start, self.place, self.bytes_read = size, start, 0, 0

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        self.place = self.size + place if whence == io.SEEK_END else place
        return self.place

    def read(self, count: int = -1) -> bytes:
        rest = self.size - self.place
        count = rest if count < 0 else min(count, rest)
        self.bytes_read += count
        at, self.place = self.place, self.place + count
        return (self.start[at:] + b"x" * count)[:count]


def test_a_single_line_of_100_mb_is_refused_after_a_few_mb() -> None:
    file = _Counted(100_000_000, b"a,b\n")
    with pytest.raises(
        InputError,
        match=r"line.csv should have lines of at most 1,000,000 characters. Found a longer one, line 2",
    ):
        read_csv(file, name="line.csv")  # type: ignore[arg-type]
    assert file.bytes_read < 5_000_000


def test_a_file_that_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(200_000_001)  # a hole: it takes no room
    message = r"large.csv should be at most 200 MB. Found 201 MB: take fewer rows"
    with pytest.raises(InputError, match=message):
        read_csv(path)
    counted = _Counted(200_000_001)
    with pytest.raises(InputError, match=message):
        read_csv(counted, name="large.csv")  # type: ignore[arg-type]
    assert counted.bytes_read == 0


def test_too_many_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (csv_table, csv_text):
        monkeypatch.setattr(module, "MAX_ROWS", 1000)
    assert len(read_csv(io.BytesIO(b"a,b\n" + b"1,2\n" * 1000)).frame) == 1000
    assert len(read_csv(io.BytesIO(b"a,b\n" + b"1,2\n\n" * 1000)).frame) == 1000
    assert len(read_csv(io.BytesIO(b"a,b\n" + b'1,"2\n3"\n' * 1000)).frame) == 1000
    assert "should have at most 1,000 rows" in _refusal(b"a,b\n" + b"1,2\n" * 1001)
    assert "should have at most 1,000 rows" in _refusal(b"a,b\n" + b'1,"2"\n' * 1001)


def test_rows_are_counted_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_text, "_BLOCK", 7)
    monkeypatch.setattr(csv_text, "MAX_ROWS", 1000)
    assert csv_text.look_through(io.BytesIO(b"a,b\n" + b"11,2\n" * 1000), "file").encoding == "utf-8"
    with pytest.raises(InputError, match="at most 1,000 rows"):
        csv_text.look_through(io.BytesIO(b"a,b\n" + b"11,2\n" * 1001), "file")


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    with pytest.raises(InputError, match="it is a pipe rather than a file"):
        read_csv(tmp_path / "pipe.csv")


@pytest.mark.parametrize("path", ["", "/no/such/file.csv", "/"])
def test_a_path_that_cannot_be_opened_is_named(path: str) -> None:
    with pytest.raises(InputError, match="cannot be opened"):
        read_csv(path or Path())


@settings(max_examples=300)
@given(
    st.one_of(st.binary(max_size=300), st.text(alphabet='ab1",;\n\r\t|é\x00 ', max_size=200).map(str.encode))
)
def test_whatever_comes_is_a_table_or_a_sentence(content: bytes) -> None:
    message, frame = "", pd.DataFrame()
    try:
        frame = read_csv(io.BytesIO(content)).frame
    except InputError as refused:
        message = str(refused)
    if message:
        assert message.endswith(".")
        assert "\n" not in message
    else:
        assert len(frame) >= 1
        assert frame.shape[1] >= 2
        assert frame.columns.is_unique


HOSTILE = pd.DataFrame(
    {
        "<script>alert(1)</script>": ["<img src=x onerror=alert(1)>", "**bold**"] * 40,
        "=cmd|' /C calc'!A0": ["=cmd()", "+1+1"] * 40,
        "[link](javascript:x)": ["@SUM(A1)", "-2+3"] * 40,
        "empty": [None] * 80,
        "same": ["x"] * 80,
        "row": range(80),
        "fifty": [f"v{i % 50}" for i in range(80)],
        "target": ["no", "yes", "yes", "no"] * 20,
        "sex": ["f", "m"] * 40,
    }
)


def test_hostile_text_goes_through_unchanged_and_leaves_neutralised() -> None:
    table = read_csv(io.BytesIO(HOSTILE.to_csv(index=False).encode()))
    assert list(table.frame.columns) == list(HOSTILE.columns)
    task = prepare_table(table.frame, Target("target"), [Sensitive("sex")])
    assert task.train.features.isfinite().all()
    exported = pd.read_csv(io.StringIO(to_safe_csv(table.frame)))
    assert exported.columns[1] == "'=cmd|' /C calc'!A0"
    assert exported.iloc[0, 1] == "'=cmd()"
    assert exported.iloc[1, 1] == "'+1+1"
    assert exported.iloc[0, 2] == "'@SUM(A1)"
    assert exported.iloc[0, 0] == "<img src=x onerror=alert(1)>"


@pytest.mark.parametrize(
    ("target", "sensitive", "message"),
    [
        ("same", "sex", "Target column 'same' should have two values. Found one value"),
        (
            "fifty",
            "sex",
            "Target column 'fifty' should have two values. Found 50 values: name the positive value.",
        ),
        ("empty", "sex", "Target column 'empty' should hold values. Found none"),
        ("target", "row", "Sensitive column 'row' should have values that rows share"),
        ("target", "fifty", "Sensitive column 'fifty' should make at most 24 groups. Found 50 values"),
        ("target", "empty", "Sensitive column 'empty' should make at least two groups. Found one."),
        ("target", "same", "Sensitive column 'same' should make at least two groups. Found one."),
        ("target", "target", "Target and sensitive column should differ."),
    ],
)
def test_columns_that_cannot_play_their_part_are_refused(target: str, sensitive: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        prepare_table(HOSTILE, Target(target), [Sensitive(sensitive)])
    assert str(refused.value).startswith(message)


def test_one_row_of_each_label_cannot_be_trained_on() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0], "y": ["a", "b"], "s": ["f", "m"]})
    with pytest.raises(InputError, match="At least one cell should have 3 rows"):
        prepare_table(frame, Target("y"), [Sensitive("s")])


def test_two_thousand_columns_are_read_and_prepared() -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(random.normal(size=(200, 1998)), columns=[f"c{i}" for i in range(1998)])
    frame["y"], frame["s"] = random.choice(["a", "b"], 200), random.choice(["f", "m"], 200)
    table = read_csv(io.BytesIO(frame.to_csv(index=False).encode()))
    assert table.frame.shape == (200, 2000)
    assert prepare_table(table.frame, Target("y"), [Sensitive("s")]).train.features.shape[1] == 2000


@pytest.mark.parametrize("count", [2_001, 30_000, 100_000])
def test_more_columns_are_counted_and_no_quotation_mark_is_sought(count: int) -> None:
    lines = (",".join(f"c{place}" for place in range(count)), *[",".join("1" * count)] * 3)
    assert f"at most 2,000 columns. Found {count:,}: leave some out" in _refusal("\n".join(lines).encode())
