"""A file that a command is to write is never the one that it reads."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from nashcore.errors import InputError


def refuse_same(out: Path, source: Path) -> None:
    """Nothing, where a command's output is another file than its input.

    Args:
        out: the file to write.
        source: the file that is read; "-" is the standard input.

    Raises:
        InputError: it is the file that is read, by this or another path or link.
    """
    if _same(out, source):
        raise InputError(
            f"The output should be another file than the input, which would be lost. Found {out} for both: choose another name for "
            "--out."
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
