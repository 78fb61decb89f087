"""Where a dataset's table is found: the data home, then the copy carried by the project, then a download."""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from platformdirs import user_data_path

from nashcore.data.archive import read_members
from nashcore.data.catalogue import DATASETS, Dataset, get_dataset
from nashcore.data.uci import to_csv
from nashcore.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

Place = Literal["data home", "carried", "download", "not available"]

MAX_TABLE_BYTES = 200_000_000
"""No table of the catalogue comes near this; a larger file in the data home is something else."""


@dataclass(frozen=True)
class Availability:
    """Where a dataset would come from right now.

    Attributes:
        place: "data home", "carried", "download" (it has to be fetched first) or "not available".
        says: the same in one plain sentence.
    """

    place: Place
    says: str


@dataclass(frozen=True, eq=False)
class Loaded:
    """A dataset's table.

    Attributes:
        frame: the table.
        place: where it was found.
        exact: whether it is the catalogue's table, byte for byte.
        notices: plain sentences for the user.
    """

    frame: pd.DataFrame
    place: Place
    exact: bool
    notices: tuple[str, ...]


_home: ContextVar[Path | None] = ContextVar("home", default=None)


@contextmanager
def data_home_at(folder: Path) -> Iterator[None]:
    """While the context lasts, this thread finds the user's datasets in another folder."""
    before = _home.set(folder)
    try:
        yield
    finally:
        _home.reset(before)


def data_home() -> Path:
    """The folder of the user's datasets: NASH_DATA_HOME, else the system's place for user data; it need not be
    there."""
    if (folder := _home.get()) is not None:
        return folder
    chosen = os.environ.get("NASH_DATA_HOME", "").strip()
    if not chosen:
        return user_data_path("nash-bargaining-lab") / "datasets"
    return Path(os.path.expanduser(chosen)).absolute()  # leaves ~nobody as it is, where Path would fail


def availability(name: str) -> Availability:
    """Where dataset ``name`` would come from right now; looks at files, never at the network.

    Raises:
        InputError: the name is not one of the catalogue's.
    """
    dataset = get_dataset(name)
    home = data_home()
    found = _in_home(dataset, home)
    if found:
        return Availability("data home", f"In {found[0].parent} ({', '.join(path.name for path in found)}).")
    if dataset.bundled is not None:
        return Availability("carried", f"Carried by the project ({dataset.bundled}).")
    if dataset.download is not None:
        return Availability("download", f"To be downloaded from {dataset.download.url} into {home}.")
    return Availability("not available", _how_to_get(dataset, home))


def describe_datasets() -> list[dict[str, Any]]:
    """The catalogue as it stands on this machine, one plain record a dataset, for pages and the command line.

    Keys: name, title, rows, columns, target, labels (names of 0 and 1), sensitive (short names), place and
    says (see `Availability`), whole (whether that is the whole table), source, url (of the archive, or None),
    by_hand and choices (see `Dataset`), licence, citation.
    """
    records = []
    for dataset in DATASETS.values():
        found = availability(dataset.name)
        records.append(
            {
                "name": dataset.name,
                "title": dataset.title,
                "rows": dataset.rows,
                "columns": dataset.columns,
                "target": dataset.target.column,
                "labels": list(dataset.target.names or ()),
                "sensitive": list(dataset.sensitive),
                "place": found.place,
                "says": found.says,
                "whole": found.place == "data home" or (found.place == "carried" and dataset.bundled_whole),
                "source": dataset.source,
                "url": None if dataset.download is None else dataset.download.url,
                "by_hand": dataset.by_hand,
                "choices": list(dataset.choices),
                "licence": dataset.licence,
                "citation": dataset.citation,
            }
        )
    return records


def load(name: str, *, download: bool = False, progress: Callable[[int, int], None] | None = None) -> Loaded:
    """The table of dataset ``name`` from the first place that has it.

    Args:
        name: a key of the catalogue.
        download: fetch the table into the data home when it is nowhere else.
        progress: called with the bytes fetched and the bytes expected (0 where unknown) during a download.

    Raises:
        InputError: the table is nowhere and was not to be downloaded, the download failed, or the file found
            is not this table.
    """
    dataset = get_dataset(name)
    home = data_home()
    found = _in_home(dataset, home)
    if found:
        return _parse(dataset, _table_of(dataset, found), "data home", " and ".join(map(str, found)))
    if dataset.bundled is not None:
        bundled = files("nashcore.data").joinpath("bundled", f"{name}.csv.gz").read_bytes()
        return _parse(dataset, gzip.decompress(bundled), "carried", "the carried copy")
    if dataset.download is None or not download:
        raise InputError(_how_to_get(dataset, home))
    path = fetch(name, progress=progress)
    return _parse(dataset, path.read_bytes(), "download", str(path))


def table_to_carry(name: str) -> bytes | None:
    """The table of dataset ``name`` for another machine, whose data home may hold it as ``name``.csv; None where the copy serves
    that the project carries everywhere.

    Raises:
        InputError: the table is nowhere, or cannot be read.
    """
    dataset = get_dataset(name)
    found = _in_home(dataset, data_home())
    if found:
        return _table_of(dataset, found)
    if dataset.bundled is None:
        raise InputError(_how_to_get(dataset, data_home()))
    return None


def fetch(name: str, *, progress: Callable[[int, int], None] | None = None) -> Path:
    """Download the whole table of dataset ``name`` into the data home, also where a part of it is carried.

    Args:
        name: a key of the catalogue.
        progress: see `load`.

    Returns:
        The path of the table, a CSV file.

    Raises:
        InputError: there is no download, or it failed.
    """
    from nashcore.data.download import download_table

    return download_table(get_dataset(name), data_home(), progress)


def _in_home(dataset: Dataset, home: Path) -> list[Path]:
    """The files in the data home that hold the table: its CSV file, the public archive, or what is in
    that."""
    choices = [[f"{dataset.name}.csv"], [f"{dataset.name}.csv.gz"]]
    if dataset.download is not None:
        archive = dataset.download.name
        archives = [
            archive,
            archive.replace("+", " "),
            f"{dataset.name}.zip",
            *dataset.download.also,
        ]  # browsers may write a space
        choices += [*([name] for name in archives), list(dataset.download.members)]
    for names in choices:
        paths = [home / name for name in names]
        if all(map(os.path.isfile, paths)):  # a folder that cannot be looked into holds nothing
            return paths
    return []


def _table_of(dataset: Dataset, paths: list[Path]) -> bytes:
    if paths[0].name in (f"{dataset.name}.csv", f"{dataset.name}.csv.gz") or dataset.download is None:
        return _unpacked(paths[0])
    parts = [_unpacked(path) for path in paths]
    if paths[0].suffix == ".zip":
        try:
            parts = read_members(parts[0], dataset.download.members)
        except InputError as error:
            raise InputError(f"{paths[0]} cannot be used. {error}") from error
    return to_csv(dataset.name, parts)


def _unpacked(path: Path) -> bytes:
    try:
        if path.suffix != ".gz":
            with path.open("rb") as plain:
                content = plain.read(MAX_TABLE_BYTES + 1)
        else:
            with gzip.open(path) as packed:
                content = packed.read(MAX_TABLE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(
            f"{path} cannot be read: {error}. Replace the file, or remove it to use another source."
        ) from error
    if len(content) > MAX_TABLE_BYTES:
        raise InputError(
            f"{path} should be at most {MAX_TABLE_BYTES // 1_000_000} MB. Found more: it is not this dataset."
        )
    return content


def _parse(dataset: Dataset, content: bytes, place: Place, where: str) -> Loaded:
    import pandas as pd  # here, as with all that is heavy: a list of the datasets needs none of it

    from nashcore.data.values import MISSING_WORDS

    exact = hashlib.sha256(content).hexdigest() == dataset.sha256
    try:
        frame = pd.read_csv(
            io.BytesIO(content), keep_default_na=False, na_values=list(MISSING_WORDS), low_memory=False
        )
    except (ValueError, UnicodeDecodeError) as error:  # pandas' parser errors are ValueErrors
        raise InputError(
            f"{where} should be the CSV file of {dataset.name}. It cannot be read: {error}"
        ) from error
    frame = frame.apply(_spelled_out)
    needed = [dataset.target.column, *(one.column for one in dataset.sensitive.values())]
    lacking = [column for column in needed if column not in frame.columns]
    if lacking:
        raise InputError(
            f"{where} should be the table of {dataset.name}. It lacks the columns {', '.join(lacking)}."
        )
    if exact:
        return Loaded(frame, place, True, ())
    if place == "carried":
        return Loaded(frame, place, False, (f"The carried copy of {dataset.name} has {dataset.bundled}.",))
    return Loaded(frame, place, False, (f"{where} differs from the catalogue's table of {dataset.name}.",))


def _spelled_out(column: pd.Series) -> pd.Series:
    """A column of text as the numbers that all of its values spell, where they do: pandas leaves some of them, as 1e999, to be
    text, and which ones changes from version to version."""
    import numpy as np
    import pandas as pd
    from pandas.api.types import is_bool_dtype

    from nashcore.data.columns import is_number, number_or_text

    if is_number(column) or is_bool_dtype(column):
        return column
    numbers: list[float] = []
    for value in column.tolist():
        number = number_or_text(value or "nan") if isinstance(value, str) else value
        if isinstance(number, str | bool):
            return column
        numbers.append(number)
    return column if np.isnan(numbers).all() else pd.Series(numbers, index=column.index, dtype=np.float64)


def _how_to_get(dataset: Dataset, home: Path) -> str:
    from nashcore.data.download import by_hand

    start = f"Download it (python -m nashcore datasets --download {dataset.name}), or put"
    return f"Dataset {dataset.name} is not on this machine. {by_hand(dataset, home, start)}"
