"""Which table to train on and how to make it ready: the part of an experiment's description that concerns data."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from nashcore.data import Sensitive, Target, Task, parse_sensitive, prepare, prepare_table, read_csv
from nashcore.errors import InputError
from nashcore.learning import Protocol


class TableConfig(BaseModel):
    """A table, what makes its groups, its split and its encoding.

    Attributes:
        dataset: a dataset of the catalogue, or the name of one's own table.
        sensitive: what makes the groups: the short name of the catalogue's, or columns of one's own table as
            `nashcore.data.parse_sensitive` reads them.
        csv: the file of one's own table; None for a dataset of the catalogue.
        target: the column of one's own table to predict.
        grouped_by: the columns that make the groups of one's own table; read from ``sensitive`` when left out.
        protocol: "default" or "paper".
        split_seed: seed of the split, the same for all models.
        splits: an .npz file of given row numbers instead of a drawn split.
        validation_per_cell: validation rows a cell; the dataset's own when left out.
        test_per_cell: test rows a cell; likewise.
        keep_sensitive: whether the sensitive columns stay among the features.
        drop: columns to leave out of the features.
        drop_duplicates: keep only the first of rows that are the same (see `nashcore.data.prepare`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    dataset: str = Field(min_length=1)
    sensitive: str = Field(min_length=1)
    csv: Path | None = None
    target: Target | None = None
    grouped_by: tuple[Sensitive, ...] = ()
    protocol: Protocol = "default"
    split_seed: int = Field(default=0, ge=0)
    splits: Path | None = None
    validation_per_cell: int | None = Field(default=None, ge=1)
    test_per_cell: int | None = Field(default=None, ge=1)
    keep_sensitive: bool = True
    drop: tuple[str, ...] = ()
    drop_duplicates: bool = False

    @model_validator(mode="before")
    @classmethod
    def _name_own_table(cls, values: Any) -> Any:
        if isinstance(values, dict) and values.get("csv") is not None and not values.get("dataset"):
            return {**values, "dataset": Path(values["csv"]).stem}
        return values

    @model_validator(mode="after")
    def _own_table_is_whole(self) -> Self:
        if self.csv is not None and self.target is None:
            raise InputError("Parameter 'target' is missing: name the column of the CSV file to predict.")
        if self.csv is None and (self.target is not None or self.grouped_by):
            raise InputError(
                "Parameter 'csv' is missing: a target or columns of groups were given without the file."
            )
        return self

    @property
    def own(self) -> bool:
        """Whether the table is one's own rather than the catalogue's."""
        return self.csv is not None

    def task(self, *, download: bool = False, progress: Callable[[int, int], None] | None = None) -> Task:
        """The table made ready for training.

        Args:
            download: fetch a dataset of the catalogue that is not on this machine.
            progress: told the bytes done and the bytes in all of a download.

        Raises:
            InputError: the table is not there, or something chosen does not fit it.
        """
        common: dict[str, Any] = {
            name: getattr(self, name)
            for name in (
                "protocol",
                "split_seed",
                "splits",
                "validation_per_cell",
                "test_per_cell",
                "keep_sensitive",
                "drop",
                "drop_duplicates",
            )
        }
        if self.csv is None or self.target is None:
            return prepare(self.dataset, self.sensitive, download=download, progress=progress, **common)
        table = read_csv(self.csv)
        return prepare_table(
            table.frame,
            self.target,
            self.grouped_by or parse_sensitive(self.sensitive, table.frame.columns),
            name=self.dataset,
            sensitive_name=self.sensitive,
            notices=table.notices,
            **common,
        )
