"""Which table to train on: the choice, and the prepared task behind it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import streamlit as st

from nashcore.data import (
    DATASETS,
    CsvTable,
    Finding,
    GivenSplits,
    Sensitive,
    TableOptions,
    Target,
    Task,
    audit_task,
    availability,
)
from nashcore.options import ReadingOptions
from nashcore.runs import DataConfig
from ui.shell.runs import store

SPINNER = "Preparing the table …"
LOOKING = "Looking through the table …"


@dataclass(frozen=True)
class Upload:
    """A reader's own table file, which is written to disk only once a run is started.

    Attributes:
        key: tells uploads apart.
        path: where the store keeps it then.
        file: the file itself.
        table: what it holds.
        reading: how it was read.
    """

    key: str
    path: Path
    file: BinaryIO = field(compare=False, repr=False)
    table: CsvTable = field(compare=False, repr=False)
    reading: ReadingOptions = field(default_factory=ReadingOptions)


@dataclass(frozen=True)
class Source:
    """A table and what makes its groups.

    Attributes:
        dataset: name of the catalogue's dataset, or of the reader's own table.
        sensitive: what makes the groups, as the command line takes it.
        upload: the reader's own table, None for a dataset of the catalogue.
        target: the column to predict, of one's own table.
        grouped_by: the columns that make the groups, of one's own table.
    """

    dataset: str
    sensitive: str
    upload: Upload | None = None
    target: Target | None = None
    grouped_by: tuple[Sensitive, ...] = ()

    @property
    def title(self) -> str:
        """What people call it."""
        name = DATASETS[self.dataset].title if self.upload is None else self.dataset
        return f"{name}, by {self.sensitive}"

    @property
    def key(self) -> str:
        """Tells tables apart, for the keys of widgets."""
        return f"{self.dataset}/{self.sensitive}" if self.upload is None else self.upload.key

    def data(self, options: TableOptions, splits: GivenSplits | None) -> DataConfig:
        """The table, and how it is made ready, as a run takes it.

        Raises:
            InputError: they do not fit together.
        """
        return DataConfig(
            dataset=self.dataset,
            sensitive=self.sensitive,
            csv=None if self.upload is None else self.upload.path,
            target=self.target,
            grouped_by=self.grouped_by,
            splits=None if splits is None else store().files.path_of(splits.digest, ".npz"),
            options=options,
            reading=ReadingOptions() if self.upload is None else self.upload.reading,
        )


def task_of(source: Source, data: DataConfig, splits: GivenSplits | None) -> Task:
    """The prepared table (frozen: nobody may change it). One's own table stays in one's own session.

    Raises:
        InputError: something chosen does not fit the table.
    """
    if source.upload is None:
        return _catalogue_task(data, availability(source.dataset).says, splits)
    return _own_task(data, source.upload.table, splits)


def findings_of(source: Source, data: DataConfig, splits: GivenSplits | None) -> tuple[Finding, ...]:
    """What the audit finds about the prepared table.

    Raises:
        InputError: see `task_of`.
    """
    if source.upload is None:
        return _catalogue_findings(data, availability(source.dataset).says, splits)
    return _own_findings(data, source.upload.table, splits)


# The config names files by what they hold, so that it tells prepared tables apart. The catalogue's tables also differ by
# where they come from, as a download may replace a carried copy.


@st.cache_resource(max_entries=4, show_spinner=SPINNER)
def _catalogue_task(data: DataConfig, place: str, _splits: GivenSplits | None) -> Task:
    return data.task(splits=_splits)


@st.cache_resource(max_entries=2, show_spinner=SPINNER, scope="session")
def _own_task(data: DataConfig, _table: CsvTable, _splits: GivenSplits | None) -> Task:
    return data.task(table=_table, splits=_splits)


@st.cache_resource(max_entries=8, show_spinner=LOOKING)
def _catalogue_findings(data: DataConfig, place: str, _splits: GivenSplits | None) -> tuple[Finding, ...]:
    return audit_task(_catalogue_task(data, place, _splits))


@st.cache_resource(max_entries=2, show_spinner=LOOKING, scope="session")
def _own_findings(data: DataConfig, _table: CsvTable, _splits: GivenSplits | None) -> tuple[Finding, ...]:
    return audit_task(_own_task(data, _table, _splits))
