"""Files that commands write: nothing is overwritten without being asked, and none is left half written."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from nashcore.errors import InputError

Force = Annotated[bool, typer.Option("--force", help="Overwrite files that are there already.")]


def refuse_taken(force: bool, *paths: Path | None) -> None:
    """Nothing, where all of these can be written: asked before the work begins, whose result would be lost otherwise.

    Args:
        force: whether files that are there may be overwritten.
        paths: the files; None is left out.

    Raises:
        InputError: one is there already, is a folder, is named twice or "-", or its folder is missing.
    """
    named = [path for path in paths if path is not None]
    twice = {path for path in named if named.count(path) > 1}
    if twice:
        raise InputError(f"Two outputs should not go to one file. Found {min(twice)} twice: name two files.")
    for path in named:
        if str(path) == "-":  # which elsewhere stands for the standard input, and here would be a file's name
            raise InputError("An output should be a file with a name. Found '-'.")
        try:
            _refuse_taken(force, path)
        except OSError as failed:
            raise _refused(path, failed) from None


def _refuse_taken(force: bool, path: Path) -> None:
    if not path.parent.is_dir():
        raise InputError(f"The file {path} cannot be written: its folder is missing. Make it first.")
    with suppress(FileNotFoundError):
        path.lstat()  # refused by the system, as a name too long is, it would look as if it were not there
    if path.is_dir():
        raise InputError(f"The file {path} cannot be written: it is a folder. Name a file in it.")
    if not force and _taken(path):
        raise InputError(_there(path))


def _refused(path: Path, failed: OSError) -> InputError:
    return InputError(f"The file {path} cannot be written: {failed.strerror}.")


def write(path: Path, content: str | bytes, force: bool = False) -> None:
    """Write a file, wholly or not at all.

    Args:
        path: the file. A pipe or a device is written to as it is.
        content: text, which is written in UTF-8, or bytes.
        force: whether a file that is there may be overwritten.

    Raises:
        InputError: the file is there already, or the system refuses.
    """
    data = content.encode() if isinstance(content, str) else content
    try:
        if not _taken(path) and os.path.lexists(path) and path.exists():
            path.write_bytes(data)
        elif force:
            _replace(path.resolve(), data)
        else:
            _make(path, data)
    except FileExistsError:
        raise InputError(_there(path)) from None
    except OSError as failed:
        raise _refused(path, failed) from None


def _taken(path: Path) -> bool:
    """Whether something would be lost: a file, or a link that leads nowhere."""
    return path.is_file() or (path.is_symlink() and not path.exists())


def _there(path: Path) -> str:
    return f"The file {path} is there already. Give another name, or --force to overwrite it."


def _make(path: Path, data: bytes) -> None:
    with path.open("xb") as file:
        try:
            file.write(data)
            file.flush()
        except OSError:
            path.unlink(missing_ok=True)
            raise


def _replace(path: Path, data: bytes) -> None:
    """The file that was there stays until the new one is whole."""
    beside = path.with_name(f".{path.name[:100]}.{secrets.token_hex(4)}.part")
    try:
        beside.write_bytes(data)
        with suppress(OSError):
            beside.chmod(path.stat().st_mode & 0o777)  # who could read it still can
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
