"""Single files of the store: written whole or not at all, read only where they are plain files, for their owner alone."""

from __future__ import annotations

import os
import secrets
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nashcore.errors import FULL, InputError

LOG_BYTES = 1_000_000
"""So much of a log is kept when a process begins to add to it."""

PART = ".part"
"""How a file's name ends while it is being written."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_NO_WAIT = getattr(os, "O_NONBLOCK", 0)


class NoSpaceError(InputError):
    """The disk has no room for what has to be written."""


def no_space(home: Path) -> NoSpaceError:
    """The sentence for a full disk, wherever it shows."""
    return NoSpaceError(
        f"No space is left on the disk of {home}: delete runs for good there, or other files on that disk, or set "
        "NASH_RUNS_HOME to a folder on another disk."
    )


@contextmanager
def plain_faults(path: Path) -> Iterator[None]:
    """While the context lasts, faults of the file system are told in a plain sentence that names the path.

    Raises:
        NoSpaceError: the disk is full.
        InputError: any other fault.
    """
    try:
        yield
    except OSError as failed:
        if failed.errno in FULL:
            raise no_space(path.parent) from None
        raise InputError(f"{path} cannot be used: {failed.strerror or failed}.") from None


def kind_of(path: Path) -> str:
    """What stands at a path, itself and not what a link leads to: "" (nothing), "file", "folder", "link" or "device"."""
    try:
        mode = path.lstat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return ""
    if stat.S_ISREG(mode):
        return "file"
    if stat.S_ISDIR(mode):
        return "folder"
    return "link" if stat.S_ISLNK(mode) else "device"


def take_away_planted(path: Path) -> None:
    """Take away what was put in the place of a file that is opened as it stands: a link would be followed, a pipe waited for.

    Raises:
        InputError: it cannot be taken away.
    """
    if kind_of(path) in ("link", "device"):
        with plain_faults(path):
            path.unlink(missing_ok=True)


def open_log(path: Path) -> BinaryIO:
    """A file to which a process adds lines, for its owner alone; what was planted in its place is taken away. Of what is there
    already the last `LOG_BYTES` stay, from the beginning of a line.

    It is shortened in place: other processes that add to it go on at its new end, and no room is needed on a full disk.

    Raises:
        OSError: it cannot be opened.
        InputError: what stands in its place cannot be taken away.
    """
    take_away_planted(path)
    log = open(path, "a+b", opener=lambda name, flags: _for_owner(name, flags | _NO_WAIT))  # noqa: SIM115  the caller closes it
    if log.tell() > LOG_BYTES:
        log.seek(-LOG_BYTES, os.SEEK_END)
        kept = log.read().partition(b"\n")[2]
        log.truncate(0)
        log.write(kept)
        log.flush()
    return log


def make_folder(path: Path) -> Path:
    """A folder inside the store, made for its owner alone where it is missing.

    Raises:
        InputError: something else stands in its place, such as a link that leads elsewhere, or it cannot be made.
    """
    with plain_faults(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = kind_of(path)
    if found != "folder":
        raise InputError(f"{path} should be a folder. Found a {found}: take it away.")
    return path


def read_whole(path: Path, start: int = 0) -> bytes:
    """What a file in the store holds.

    Args:
        path: the file.
        start: leave out so many bytes.

    Raises:
        FileNotFoundError: there is none.
        InputError: it cannot be read, or is no plain file: a link or a pipe is not followed.
    """
    folder = kind_of(path.parent)
    if folder == "":
        raise FileNotFoundError(path)
    if folder != "folder" or kind_of(path) not in ("file", ""):
        raise _no_file(path)
    try:
        with open(path, "rb", opener=_without_waiting) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise _no_file(path)
            file.seek(start)
            return file.read()
    except FileNotFoundError:
        raise
    except OSError as failed:
        raise InputError(f"{path} cannot be read: {failed.strerror}.") from None


def write_whole(path: Path, content: bytes | BinaryIO) -> None:
    """Write a file so that it is there whole or not at all, whenever the machine stops.

    It is written beside its place, forced to the disk, and renamed; what stood in its place, be it a link, is replaced and not
    followed. A part that could not be finished is taken away.

    Raises:
        NoSpaceError: the disk is full.
        InputError: it cannot be written.
    """
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}{PART}")
    with plain_faults(path):
        try:
            with open(beside, "xb", opener=_for_owner) as file:
                if isinstance(content, bytes):
                    file.write(content)
                else:
                    shutil.copyfileobj(content, file)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(path)
        except BaseException:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
            raise
        sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Force names in a folder to the disk, where the system knows how."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def tighten(path: Path, *, deep: bool) -> bool:
    """Take from others their rights to a file or folder of one's own, and with ``deep`` to all in it; links are left alone.

    Returns:
        Whether others had any.
    """
    loose = False
    with suppress(OSError):  # somebody else's, or gone
        mode = path.lstat().st_mode
        if stat.S_ISLNK(mode):
            return False
        if mode & 0o077:
            path.chmod(stat.S_IMODE(mode) & 0o700)
            loose = True
        if deep and stat.S_ISDIR(mode):
            for inside in path.iterdir():
                loose = tighten(inside, deep=True) or loose
    return loose


def private(home: Path) -> None:
    """Take from others their rights to the folder of runs and all in it.

    A folder that holds other things as well, such as a home, keeps its own rights; what the store has in it is its owner's alone.
    """
    with suppress(OSError):
        ours = [path for path in home.iterdir() if _is_ours(path.name)]
        alone = len(ours) == sum(1 for _ in home.iterdir())
        fresh = alone and tighten(
            home, deep=False
        )  # it was made by others or copied, and may hold more that is loose
        for path in ours:
            loose = tighten(path, deep=False)
            if (loose or fresh) and kind_of(path) == "folder":
                tighten(path, deep=True)


def _is_ours(name: str) -> bool:
    return name in ("files", "tables", "sweeps", "damaged", "reserve", "swept", "shelves") or name.startswith(
        ("runs.sqlite", "worker", "recover.lock")
    )


def _for_owner(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_LINK, 0o600)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | _NO_LINK | _NO_WAIT)


def _no_file(path: Path) -> InputError:
    found = kind_of(path) if kind_of(path.parent) == "folder" else "path through a link"
    return InputError(f"{path} should be a plain file. Found a {found}: it is not read.")
