"""Single files: whole or not at all, forced to the disk before they have their name, for their owner alone."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from nashcore.errors import InputError
from nashcore.runs import safe_files
from nashcore.runs.safe_files import NoSpaceError, make_folder, open_log, private, read_whole, write_whole
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table


def test_a_file_is_forced_to_the_disk_before_and_after_it_is_renamed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.replace

    def fsync(handle: int) -> None:
        done.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        sync(handle)

    def replace(path: Path, to: Path) -> Path:
        done.append("rename")
        return rename(path, to)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(Path, "replace", replace)
    write_whole(tmp_path / "file", b"content")
    assert done == ["file", "rename", "folder"]
    assert read_whole(tmp_path / "file") == b"content"
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@pytest.mark.parametrize("when", ["fsync", "replace"])
@pytest.mark.parametrize("error", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_write_that_fails_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, when: str, error: int
) -> None:
    write_whole(tmp_path / "file", b"before")

    def fail(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if when == "fsync" else (Path, "replace")), fail)
        with pytest.raises(InputError) as refused:
            write_whole(tmp_path / "file", b"after")
    assert isinstance(refused.value, NoSpaceError) == (error != errno.EIO)
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert read_whole(tmp_path / "file") == b"before"


def test_a_planted_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("precious")
    (tmp_path / "file").symlink_to(tmp_path / "victim")
    with pytest.raises(InputError, match=r"should be a plain file\. Found a link"):
        read_whole(tmp_path / "file")
    write_whole(tmp_path / "file", b"new")
    assert (tmp_path / "victim").read_text() == "precious"
    assert not (tmp_path / "file").is_symlink()
    (tmp_path / "folder").symlink_to(tmp_path)
    with pytest.raises(InputError, match=r"should be a folder\. Found a link"):
        make_folder(tmp_path / "folder")


@pytest.mark.parametrize("mask", [0o000, 0o022])
def test_all_that_is_written_is_for_its_owner_alone(tmp_path: Path, mask: int) -> None:
    before = os.umask(mask)
    try:
        home = tmp_path / "runs"
        home.mkdir(mode=0o755)  # it was there before
        store = Store(home)
        with store.begin(own(own_table(tmp_path))) as run:
            carry_out(store, run)
            assert [path for path in home.rglob("*") if path.stat().st_mode & 0o077] == []
        for path in (home, *home.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        Store(home)
        modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (home, *home.rglob("*"))}
        assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}
        assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    finally:
        os.umask(before)


def test_a_folder_with_other_things_in_it_keeps_its_own_rights(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "letter.txt").write_text("for all")
    (home / "linked").symlink_to(home / "letter.txt")
    store = Store(home)
    (home / "files").mkdir(exist_ok=True)
    (home / "files").chmod(0o755)
    home.chmod(0o755)
    (home / "letter.txt").chmod(0o644)
    private(store.home)
    assert stat.S_IMODE(home.stat().st_mode) == 0o755
    assert stat.S_IMODE((home / "letter.txt").stat().st_mode) == 0o644
    assert stat.S_IMODE((home / "files").stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "runs.sqlite").stat().st_mode) == 0o600


def test_a_log_is_shortened_before_it_grows_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safe_files, "LOG_BYTES", 100)
    path = tmp_path / "worker.log"
    lines = [b"line %03d\n" % number for number in range(50)]
    with open_log(path) as log:
        log.writelines(lines[:10])
    with open_log(path) as first:  # goes on writing while another process opens the log
        first.writelines(lines[10:49])
        first.flush()
        with open_log(path) as second:
            assert second.tell() == path.stat().st_size <= 100
            first.write(lines[49])
            first.flush()
            second.write(b"last\n")
    assert path.read_bytes() == b"".join(lines[-12:]) + b"last\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
