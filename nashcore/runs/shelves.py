"""Shelves: folders of runs for several people beside each other, in the folder of runs of the machine that serves them.

A shelf is a folder of runs like any other. The workers of the machine serve them all, in turn.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from filelock import FileLock

from nashcore.errors import InputError, quoted
from nashcore.runs.register import Register
from nashcore.runs.safe_files import kind_of, make_folder, read_whole, write_whole

if TYPE_CHECKING:
    from nashcore.runs.store import Store

T = TypeVar("T")
Kept = TypeVar("Kept", bound=Register)

_SHELVES, _KEY, _LIMITS = "shelves", "key", "limits.json"

_NAME = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Limits:
    """How much one visitor may take.

    Attributes:
        runs: kept at a time, those that wait and those in the trash among them.
        rows: of a table to train on.
        minutes: that a run may train at a stretch.
    """

    runs: int = 20
    rows: int = 50_000
    minutes: float = 20.0

    def check_rows(self, rows: int) -> None:
        """Refuse a table that is too long.

        Raises:
            InputError: it has more rows.
        """
        if rows > self.rows:
            raise InputError(
                f"A table to train on should have at most {self.rows:,} rows here. Found {rows:,}: take a part of it, or ask who "
                "serves the lab (--most-rows)."
            )


class Shelves:
    """All shelves of a folder of runs.

    Args:
        home: the folder.
    """

    def __init__(self, home: Path) -> None:
        self.home = home

    @property
    def limits(self) -> Limits:
        """What a visitor may take; the standard limits where none are written down, or what is written cannot be read."""
        with suppress(FileNotFoundError, ValueError, TypeError):
            return Limits(**json.loads(read_whole(self._folder / _LIMITS)))
        return Limits()

    def limit(self, limits: Limits) -> None:
        """Write down what a visitor may take, for workers as well.

        Raises:
            InputError: it cannot be written.
        """
        write_whole(self._made() / _LIMITS, json.dumps(asdict(limits)).encode())

    def name_of(self, *words: str) -> str:
        """A name that stands for words from outside, such as who somebody is: 32 hexadecimal digits, which nobody can foresee or
        turn back without the key that lies with the shelves.

        Raises:
            InputError: the key cannot be made or read.
        """
        text = json.dumps(words).encode()
        return hmac.new(_key(self._made() / _KEY), text, hashlib.sha256).hexdigest()[:32]

    def store(self, name: str) -> Store:
        """The shelf of this name, which is made where it is missing.

        Raises:
            InputError: it is no name of a shelf, or cannot be made or read.
        """
        return _standing(_store(self._place(name)))

    def own_store(self) -> Store:
        """The folder of runs that the shelves lie in, as a store.

        Raises:
            InputError: it cannot be made or read.
        """
        return _standing(_store(self.home))

    def own_register(self) -> Register:
        """The same as a register, which needs none of the libraries that train.

        Raises:
            InputError: it cannot be made or read.
        """
        return _standing(_register(self.home))

    def stores(self) -> list[Store]:
        """All shelves that can be read."""
        return self._all(_store)

    def registers(self) -> list[Register]:
        """The same as registers."""
        return self._all(_register)

    def _all(self, opened: Callable[[Path], T]) -> list[T]:
        found: list[T] = []
        with suppress(OSError):
            for name in sorted(path.name for path in self._folder.iterdir() if _NAME.fullmatch(path.name)):
                with suppress(InputError):
                    found.append(opened(self._place(name)))
        return found

    def _place(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise InputError(f"A shelf should be named by 32 hexadecimal digits. Found {quoted(name)}.")
        return make_folder(self._made() / name)

    @property
    def _folder(self) -> Path:
        return self.home / _SHELVES

    def _made(self) -> Path:
        make_folder(self.home)
        return make_folder(self._folder)


def machine_of(home: Path) -> Path:
    """The folder whose workers serve a folder of runs: of a shelf, the one that holds the shelves."""
    return home.parent.parent if home.parent.name == _SHELVES and _NAME.fullmatch(home.name) else home


def limits_of(home: Path) -> Limits | None:
    """What a run in this folder may take; None where it is no shelf."""
    machine = machine_of(home)
    return None if machine == home else Shelves(machine).limits


def _standing(kept: Kept) -> Kept:
    kept.make_if_gone()
    return kept


@lru_cache(maxsize=256)
def _store(home: Path) -> Store:
    from nashcore.runs.store import Store  # here: it brings PyTorch along

    return Store(home)


@lru_cache(maxsize=256)
def _register(home: Path) -> Register:
    return Register(home)


def _key(path: Path) -> bytes:
    if kind_of(path) == "":
        with FileLock(path.with_name(f"{path.name}.lock"), mode=0o600):  # two processes that begin make one
            if kind_of(path) == "":
                write_whole(path, secrets.token_bytes(32))
    return read_whole(path)
