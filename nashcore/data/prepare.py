"""One call from the name of a table and its groups to a table that is ready for training."""

from __future__ import annotations

from collections.abc import Callable

from nashcore.data.catalogue import get_dataset, get_published_split
from nashcore.data.download import by_hand
from nashcore.data.sources import Loaded, data_home, load
from nashcore.data.split_file import SplitSource
from nashcore.data.task import STANDARD, Task, prepare_table
from nashcore.errors import InputError
from nashcore.options import TableOptions


def prepare(
    name: str,
    sensitive: str,
    options: TableOptions = STANDARD,
    *,
    splits: SplitSource | None = None,
    keep_leaking_columns: bool | None = None,
    download: bool = False,
    progress: Callable[[int, int], None] | None = None,
) -> Task:
    """Prepare a dataset of the catalogue.

    Args:
        name: the dataset.
        sensitive: the short name of its sensitive column.
        options: how; rows a cell that are left out are those of the published split, without a natural test part.
        splits: given row numbers (see `nashcore.data.split_file.read_split`) instead of a drawn split.
        keep_leaking_columns: whether columns that give the target away stay; decided by ``options.data`` when left out.
        download: fetch the table when it is not on this machine.
        progress: see `nashcore.data.sources.load`.

    Raises:
        InputError: a name or number is not usable, or the table is not available.
    """
    dataset, published = get_dataset(name), get_published_split(name, sensitive)
    loaded = load(name, download=download, progress=progress)
    if splits is not None and not loaded.exact:
        raise InputError(
            f"Given splits number the rows of the catalogue's table of {name}. Found another copy "
            f"({loaded.place}). {by_hand(dataset, data_home())}"
        )
    keep = options.data == "published" if keep_leaking_columns is None else keep_leaking_columns
    leaking = () if keep else _present(dataset.leaks, loaded)
    notices = loaded.notices
    if leaking:
        notices += (f"Left out because they give the target away: {', '.join(leaking)}.",)
    sizes = {
        "validation_per_cell": published.validation_per_cell,
        "test_per_cell": published.test_per_cell,
        "natural_test_share": 0.0,
    }
    chosen = options.values()
    filled = {} if splits else {size: rows for size, rows in sizes.items() if chosen[size] is None}
    return prepare_table(
        loaded.frame,
        dataset.target,
        [dataset.sensitive[sensitive]],
        options.replaced(drop=(*_present(dataset.identifiers, loaded), *leaking, *options.drop), **filled),
        splits=splits,
        name=name,
        sensitive_name=sensitive,
        codes=dataset.codes,
        notices=notices,
    )


def _present(columns: tuple[str, ...], loaded: Loaded) -> tuple[str, ...]:
    """Those of the columns that this copy of the table has."""
    return tuple(column for column in columns if column in loaded.frame.columns)
