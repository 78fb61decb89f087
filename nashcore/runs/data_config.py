"""Which table to train on and how to make it ready: the part of an experiment's description that concerns data."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer, model_validator

from nashcore.data import Sensitive, Target, check_not_repeated, parse_sensitive, table_name
from nashcore.errors import InputError, quoted
from nashcore.options import FrozenModel, Option, ReadingOptions, TableOptions, spelled_out

if TYPE_CHECKING:
    from nashcore.data import CsvTable, GivenSplits, Task

_PARTS: dict[str, type[FrozenModel]] = {"options": TableOptions, "reading": ReadingOptions}
"""The parts of a config whose values are given and stored beside its own."""

_AS_FOUND = ReadingOptions()


class DataConfig(FrozenModel):
    """A table, what makes its groups, its split and its encoding.

    Built from values by their own names, those of ``options`` and ``reading`` among them, and stored so; None counts as left out,
    and ``protocol`` as the two switches that it names (see `nashcore.options.protocol`).

    Attributes:
        dataset: a dataset of the catalogue, or the name of one's own table.
        sensitive: what makes the groups: the short name of the catalogue's, or columns of one's own table as
            `nashcore.data.parse_sensitive` reads them.
        csv: the file of one's own table; None for a dataset of the catalogue.
        target: the column of one's own table to predict.
        grouped_by: the columns that make the groups of one's own table; read from ``sensitive`` when left out.
        splits: an .npz file of given row numbers instead of a drawn split.
        options: how the table is made ready.
        reading: how the file of one's own table is read.

    Raises:
        InputError: a value cannot be used, or they do not fit together.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    dataset: Annotated[str, Field(min_length=1), Option("Table")]
    sensitive: Annotated[str, Field(min_length=1), Option("Groups")]
    csv: Annotated[Path | None, Option("Own table's content")] = None
    target: Annotated[Target | None, Option("Target")] = None
    grouped_by: Annotated[tuple[Sensitive, ...], Option("Columns that make the groups")] = ()
    splits: Annotated[Path | None, Option("Given splits", flag="splits")] = None
    options: TableOptions
    reading: ReadingOptions

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, values: Any) -> Any:
        """What belongs to a part goes there."""
        if not isinstance(values, dict):
            return values
        fields = {*cls.model_fields, *TableOptions.model_fields}
        given = {name: value for name, value in spelled_out(values, fields).items() if value is not None}
        if given.get("csv") is not None and not given.get("dataset"):
            given["dataset"] = table_name(Path(str(given["csv"])))
        for part, model in _PARTS.items():
            single = {name: given.pop(name) for name in model.model_fields if name in given}
            whole = given.get(part, {})
            given[part] = {**dict(whole), **single} if isinstance(whole, dict | model) else whole
        return given

    @model_serializer(mode="wrap")
    def _flat(self, dump: SerializerFunctionWrapHandler) -> dict[str, Any]:
        found = dump(self)
        options, reading = found.pop("options"), found.pop("reading")
        chosen = {name: reading[name] for name, value in self.reading if value != getattr(_AS_FOUND, name)}
        return {**found, **options, **chosen}  # most files are read as found: it goes without saying

    @model_validator(mode="after")
    def _own_table_is_whole(self) -> Self:
        if self.csv is not None and self.target is None:
            raise InputError("Parameter 'target' is missing: name the column of the CSV file to predict.")
        if self.csv is None and (self.target is not None or self.grouped_by):
            raise InputError(
                "Parameter 'csv' is missing: a target or columns of groups were given without the file."
            )
        if self.csv is None and self.reading != _AS_FOUND:
            name = next(name for name, value in self.reading if value != getattr(_AS_FOUND, name))
            raise InputError(
                f"Parameter {quoted(name)} says how a file of one's own is read. Found a dataset of the catalogue: leave it out."
            )
        return self

    @model_validator(mode="after")
    def _given_splits_are_one(self) -> Self:
        if self.splits is not None and self.options.split_seeds > 1:
            raise InputError(
                f"Parameter 'split_seeds' should be 1 where row numbers are given, which are one split. Found "
                f"{self.options.split_seeds}: choose one of the two."
            )
        return self

    @property
    def split_seeds(self) -> tuple[int, ...]:
        """The seed that draws each split; 0 for one that is given."""
        if self.splits is not None:
            return (0,)
        first = self.options.split_seed
        return tuple(range(first, first + self.options.split_seeds))

    @property
    def own(self) -> bool:
        """Whether the table is one's own rather than the catalogue's."""
        return self.csv is not None

    def tasks(
        self,
        *,
        download: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Iterator[Task]:
        """The table made ready for training, on one split after the other: what `nashcore.learning.train` takes.

        Arguments and errors as in `task`.
        """
        for seed in self.split_seeds:
            yield self.on_split(seed).task(download=download, progress=progress)

    def on_split(self, seed: int) -> Self:
        """The same on one of its splits alone, by the seed that draws it."""
        return self.replaced(split_seed=seed, split_seeds=1) if self.options.split_seeds > 1 else self

    def task(
        self,
        *,
        table: CsvTable | None = None,
        splits: GivenSplits | None = None,
        download: bool = False,
        progress: Callable[[int, int], None] | None = None,
    ) -> Task:
        """The table made ready for training, on the first of the splits.

        Args:
            table: one's own table, where it has been read already.
            splits: the given row numbers, where their file is not on disk yet.
            download: fetch a dataset of the catalogue that is not on this machine.
            progress: told the bytes done and the bytes in all of a download.

        Raises:
            InputError: the table is not there, or something chosen does not fit it.
        """
        from nashcore.data import (
            prepare,
            prepare_table,
            read_csv,
        )  # here: pandas is not needed to read a config

        given = self.splits if splits is None else splits
        if self.csv is None or self.target is None:
            return prepare(
                self.dataset,
                self.sensitive,
                self.options,
                splits=given,
                download=download,
                progress=progress,
            )
        own = read_csv(self.csv, self.file_reading) if table is None else table
        check_not_repeated(self.target.column, own.repeated, "Target")
        grouped_by = self.grouped_by or parse_sensitive(self.sensitive, [*own.frame.columns, *own.repeated])
        for one in grouped_by:
            check_not_repeated(one.column, own.repeated, "Sensitive")
        return prepare_table(
            own.frame,
            self.target,
            grouped_by,
            self.options,
            splits=given,
            name=self.dataset,
            sensitive_name=self.sensitive,
            notices=own.notices,
            readings=own.readings,
        )

    @property
    def file_reading(self) -> ReadingOptions:
        """How the file is read: a positive value that was named is a value, also where it reads like none."""
        if self.target is None or self.target.positive is None:
            return self.reading
        kept = f"{self.target.column}={self.target.positive}"
        return self.reading.replaced(keep_missing=(*self.reading.keep_missing, kept))
