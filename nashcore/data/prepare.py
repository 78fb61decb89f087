"""One call from a setting's name to a table that is ready for training."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from nashcore.data.catalogue import get_dataset, get_setting
from nashcore.data.download import by_hand
from nashcore.data.sources import data_home, load
from nashcore.data.split_file import GivenSplits
from nashcore.data.task import Protocol, Task, prepare_table
from nashcore.errors import InputError


def prepare(
    name: str,
    sensitive: str,
    *,
    protocol: Protocol = "default",
    split_seed: int = 0,
    splits: Path | str | GivenSplits | None = None,
    validation_per_cell: int | None = None,
    test_per_cell: int | None = None,
    keep_sensitive: bool = True,
    keep_leaks: bool | None = None,
    drop: Sequence[str] = (),
    drop_duplicates: bool = False,
    download: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Task:
    """Prepare one of the catalogue's settings.

    Args:
        name: the dataset.
        sensitive: the short name of its sensitive column.
        protocol: "default" fits the encoding on training rows and drops columns that give the target away;
            "paper" fits on all rows, gives every category its own feature and keeps those columns.
        split_seed: seed of the split; the same for all models of a run.
        splits: an .npz file of given row numbers (see `nashcore.data.split_file.read_split`) instead of a drawn
            split.
        validation_per_cell: validation rows a cell; the setting's own when left out.
        test_per_cell: test rows a cell; the setting's own when left out.
        keep_sensitive: whether the sensitive column stays among the features.
        keep_leaks: whether columns that give the target away stay; decided by the protocol when left out.
        drop: further columns to leave out.
        drop_duplicates: keep only the first of rows that are the same in every column, those aside that only name the
            row.
        download: fetch the table when it is not on this machine.
        progress: see `nashcore.data.sources.load`.

    Raises:
        InputError: a name or number is not usable, or the table is not available.
    """
    dataset, setting = get_dataset(name), get_setting(name, sensitive)
    loaded = load(name, download=download, progress=progress)
    if splits is not None and not loaded.exact:
        raise InputError(
            f"Given splits number the rows of the catalogue's table of {name}. Found another copy "
            f"({loaded.place}). {by_hand(dataset, data_home())}"
        )
    keep = protocol == "paper" if keep_leaks is None else keep_leaks
    identifiers, leaks = (
        tuple(column for column in columns if column in loaded.frame.columns)
        for columns in (dataset.identifiers, () if keep else dataset.leaks)
    )
    notices = loaded.notices
    if leaks:
        notices += (f"Left out because they give the target away: {', '.join(leaks)}.",)
    if splits is None:
        validation_per_cell = (
            setting.validation_per_cell if validation_per_cell is None else validation_per_cell
        )
        test_per_cell = setting.test_per_cell if test_per_cell is None else test_per_cell
    return prepare_table(
        loaded.frame,
        dataset.target,
        [dataset.sensitive[sensitive]],
        name=name,
        sensitive_name=sensitive,
        protocol=protocol,
        split_seed=split_seed,
        splits=splits,
        validation_per_cell=validation_per_cell,
        test_per_cell=test_per_cell,
        keep_sensitive=keep_sensitive,
        drop=(*identifiers, *leaks, *drop),
        drop_duplicates=drop_duplicates,
        codes=dataset.codes,
        notices=notices,
    )
