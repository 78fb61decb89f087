"""Which table to train on and how to make it ready: the choice, and the prepared task behind it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from nashcore.data import (
    DATASETS,
    CsvTable,
    Finding,
    GivenSplits,
    Sensitive,
    Target,
    Task,
    audit_task,
    availability,
    prepare,
    prepare_table,
)

SPINNER = "Preparing the table …"


@dataclass(frozen=True)
class Source:
    """A table and what makes its groups.

    Attributes:
        dataset: name of the catalogue's dataset, or of the reader's own table.
        sensitive: what makes the groups, as the command line takes it.
        upload: the upload's own key, None for a dataset of the catalogue.
        file: the upload's file name.
        target: the column to predict, of one's own table.
        by: the columns that make the groups, of one's own table.
        table: one's own table.
    """

    dataset: str
    sensitive: str
    upload: str | None = None
    file: str | None = None
    target: Target | None = None
    by: tuple[Sensitive, ...] = ()
    table: CsvTable | None = field(default=None, compare=False, repr=False)

    @property
    def title(self) -> str:
        """What people call it."""
        name = self.dataset if self.table is not None else DATASETS[self.dataset].title
        return f"{name}, by {self.sensitive}"

    @property
    def key(self) -> str:
        """Tells tables apart, for the keys of widgets."""
        return self.upload or f"{self.dataset}/{self.sensitive}"


@dataclass(frozen=True)
class Making:
    """How a table is made ready: see `nashcore.data.prepare`, which has the same names."""

    protocol: str = "default"
    split_seed: int = 0
    validation_per_cell: int | None = None
    test_per_cell: int | None = None
    keep_sensitive: bool = True
    drop: tuple[str, ...] = ()
    drop_duplicates: bool = False
    splits: GivenSplits | None = None

    def without(self, drop: tuple[str, ...], duplicates: bool) -> Making:
        """The same with what the audit's switches leave out."""
        return replace(self, drop=drop, drop_duplicates=duplicates)

    @property
    def before_audit(self) -> Making:
        """The same without what the audit's switches leave out: what is audited, so that no switch hides itself."""
        return replace(self, drop=(), drop_duplicates=False)


def task_of(source: Source, making: Making) -> Task:
    """The prepared table (frozen: nobody may change it). One's own table stays in one's own session.

    Raises:
        InputError: something chosen does not fit the table.
    """
    make = _catalogue_task if source.table is None else _own_task
    return make(_key(source, making), source, making)


def findings_of(source: Source, making: Making) -> tuple[Finding, ...]:
    """What the audit finds about the table as it is without the audit's own switches.

    Raises:
        InputError: see `task_of`.
    """
    audit = _catalogue_findings if source.table is None else _own_findings
    return audit(_key(source, making.before_audit), source, making.before_audit)


def _key(source: Source, making: Making) -> str:
    """What a prepared table is remembered by: also where it comes from, as a download may replace a carried copy."""
    place = availability(source.dataset).says if source.table is None else ""
    return repr((source, making, place))


@st.cache_resource(max_entries=4, show_spinner=SPINNER)
def _catalogue_task(key: str, _source: Source, _making: Making) -> Task:
    return prepare(_source.dataset, _source.sensitive, **_settings(_making))


@st.cache_resource(max_entries=2, show_spinner=SPINNER, scope="session")
def _own_task(key: str, _source: Source, _making: Making) -> Task:
    own, target = _source.table, _source.target
    if own is None or target is None:
        raise RuntimeError("One's own table needs its columns and its target.")
    return prepare_table(
        own.frame,
        target,
        _source.by,
        name=_source.dataset,
        sensitive_name=_source.sensitive,
        notices=own.notices,
        **_settings(_making),
    )


@st.cache_resource(max_entries=8, show_spinner="Looking through the table …")
def _catalogue_findings(key: str, _source: Source, _making: Making) -> tuple[Finding, ...]:
    return audit_task(_catalogue_task(key, _source, _making))


@st.cache_resource(max_entries=2, show_spinner="Looking through the table …", scope="session")
def _own_findings(key: str, _source: Source, _making: Making) -> tuple[Finding, ...]:
    return audit_task(_own_task(key, _source, _making))


def _settings(making: Making) -> dict[str, Any]:
    return {name: getattr(making, name) for name in Making.__dataclass_fields__}
