"""A file that a command is to write: never the one that it reads, and no other that is there unless asked."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from nashcore.errors import InputError


def check_output(out: Path, source: Path, *, force: bool) -> None:
    """Nothing, where the file may be written.

    Args:
        out: the file to write.
        source: the file that is read; "-" is the standard input.
        force: whether another file of this name may be overwritten.

    Raises:
        InputError: it is the file that is read, by this or another path or link, or it is there and ``force`` is not given.
    """
    if _same(out, source):
        raise InputError(
            f"The output should be another file than the input, which would be lost. Found {out} for both: choose another name for "
            "--out."
        )
    if out.is_file() and not force:
        raise InputError(
            f"The file of --out should not be there yet. Found {out}: choose another name, or --force to overwrite it."
        )


def _same(out: Path, source: Path) -> bool:
    """Whether both are one file on the disk, or would be once the first is written."""
    with suppress(OSError, ValueError, RuntimeError):
        if str(source) == "-":
            return os.path.samestat(out.stat(), os.fstat(sys.stdin.fileno()))
        source = source.expanduser()
        if out.exists() and source.exists():
            return out.samefile(source)
        return out.resolve() == source.resolve()
    return False
