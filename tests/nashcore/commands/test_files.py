"""What commands write: nothing is overwritten unless asked, nothing is left half written."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from nashcore.commands.files import refuse_taken, write
from nashcore.errors import InputError
from tests.nashcore.commands.invoke import output, refusal


def test_a_file_that_is_there_stays_unless_asked(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    write(path, "ä")
    assert path.read_bytes() == "ä".encode()
    with pytest.raises(InputError, match=r"a\.csv is there already\. .*--force"):
        write(path, "b")
    with pytest.raises(InputError, match="is there already"):
        refuse_taken(False, None, path)
    assert path.read_text() == "ä"
    path.chmod(0o640)
    write(path, b"b", force=True)
    assert path.read_text() == "b"
    assert path.stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == ["a.csv"]


def test_a_link_is_followed_when_asked_and_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("old")
    (tmp_path / "link").symlink_to(tmp_path / "there")
    (tmp_path / "loose").symlink_to(tmp_path / "nowhere")
    for name in ("link", "loose"):
        with pytest.raises(InputError, match="is there already"):
            write(tmp_path / name, "new")
    write(tmp_path / "link", "new", force=True)
    assert (tmp_path / "there").read_text() == "new"
    assert (tmp_path / "link").is_symlink()


def test_what_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it is a folder"):
        refuse_taken(True, tmp_path)
    with pytest.raises(InputError, match=r"a file with a name. Found '-'"):
        refuse_taken(True, Path("-"))
    with pytest.raises(InputError, match="its folder is missing"):
        refuse_taken(False, tmp_path / "no" / "a.csv")
    with pytest.raises(InputError, match="twice"):
        refuse_taken(True, tmp_path / "a", tmp_path / "a")
    with pytest.raises(InputError, match="cannot be written: File name too long"):
        refuse_taken(False, tmp_path / ("x" * 300))
    with pytest.raises(InputError, match="cannot be written"):
        write(tmp_path / "no" / "a.csv", "x")


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[str] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_text()))
    reader.start()
    refuse_taken(False, pipe)
    write(pipe, "through")
    reader.join(timeout=10)
    assert found == ["through"]


@pytest.mark.parametrize(
    "words",
    [
        ("synthetic", "--preset", "one_stage", "--steps", "2", "--csv"),
        ("synthetic", "--preset", "one_stage", "--steps", "2", "--alignment"),
        ("basin", "--side", "2", "--steps", "2", "--csv"),
        ("schedules", "--steps", "2", "--csv"),
        ("theorem", "--seeds", "1", "--epochs", "1", "--csv"),
        ("runs", "compare", "00000000", "--csv"),
        ("runs", "compare", "00000000", "--latex"),
        ("runs", "score", "00000000", "--csv", "x.csv", "--arm", "ltr", "--out"),
    ],
)
def test_every_command_refuses_before_it_works(
    words: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "there"
    path.write_text("mine")
    assert "is there already" in refusal(capsys, *words, str(path))
    assert path.read_text() == "mine"


def test_force_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "there.csv"
    path.write_text("mine")
    output(capsys, "schedules", "--steps", "4", "--csv", str(path), "--force")
    assert path.read_text() != "mine"
