"""What a sweep's runs measured after their last epochs: candidates, each with its settings, and their table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from nashcore.learning import History, unit_of, unit_values
from nashcore.metrics import METRICS
from nashcore.runs.config import TrainingConfig
from nashcore.runs.kept_sweeps import Sweep
from nashcore.runs.results import StoredResult, pool
from nashcore.runs.settings import WORDS, in_words
from nashcore.runs.store import Store
from nashcore.runs.sweep.file import varied
from nashcore.runs.sweep.keep import Standing, standings

Array = NDArray[np.float64]

SPLITS = {"split_seed": 0, "split_seeds": 1}
"""Fields whose runs are put together where they differ in nothing else: a split is a repetition, not a setting."""


@dataclass(frozen=True, eq=False)
class Candidate:
    """A method of a run, or of several that differ in their splits alone.

    Attributes:
        run: the run; of its epochs, the last.
        arm: which of its methods.
        settings: what tells it apart in the sweep, by field, in words; of the fields that its method looks at.
    """

    run: StoredResult
    arm: str
    settings: Mapping[str, str]

    @property
    def config(self) -> TrainingConfig:
        """What was run."""
        return self.run.config

    @property
    def title(self) -> str:
        """What people call its method."""
        return self.run.arms[self.arm].title

    @property
    def name(self) -> str:
        """Its method, and the settings of its run."""
        own = ", ".join(f"{WORDS.get(field, field)} {value}" for field, value in self.settings.items())
        return f"{self.title} ({own})" if own else self.title

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Which of its splits and seeds got through."""
        return self.run.result.kept(self.run.result.arms.index(self.arm))

    def all_values(self, metric: str) -> Array:
        """A metric of every split and seed."""
        result = self.run.result
        return np.asarray(result.metrics[metric][result.arms.index(self.arm), :, -1], dtype=np.float64)

    def values(self, metric: str) -> Array:
        """A metric, one value a unit (see `nashcore.learning.units`), of those that got through."""
        return unit_values(self.all_values(metric), self.kept, self.run.result)


OF_BARGAINING = ("rule", "rule_options", "schedules", "method_schedules")
"""Fields that a method without a bargaining stage does not look at."""


@dataclass(frozen=True, eq=False)
class SweepFigures:
    """A sweep, and what has been measured of it by now.

    Attributes:
        sweep: the sweep.
        standings: how far every run is.
        names: the fields that are not the same in all of its configs.
        candidates: methods of the runs with an epoch done; runs that differ in their splits alone are put together once all of
            them have finished.
        damaged: sentences on runs whose figures cannot be read.
    """

    sweep: Sweep
    standings: tuple[Standing, ...]
    names: tuple[str, ...]
    candidates: tuple[Candidate, ...]
    damaged: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many runs are in each state."""
        states = [one.state for one in self.standings]
        return {state: states.count(state) for state in dict.fromkeys(states)}

    @property
    def share(self) -> float:
        """Share of the sweep that is done, from 0 to 1."""
        return sum(one.share for one in self.standings) / max(1, len(self.standings))

    @property
    def methods(self) -> dict[str, str]:
        """The methods that were measured, in words, by the arm's name; where a rule or schedule varies, an arm has several."""
        found: dict[str, dict[str, None]] = {}
        for one in self.candidates:
            found.setdefault(one.arm, {})[one.title] = None
        return {arm: " / ".join(titles) for arm, titles in found.items()}


def sweep_figures(store: Store, sweep: str) -> SweepFigures:
    """A sweep of the store and what its runs have measured by now.

    Raises:
        InputError: there is no such sweep, or it cannot be read.
    """
    found = store.sweeps.get(sweep)
    stands = standings(store, found)
    measured = store.sweeps.last_epochs(sweep)
    names = varied([place.config for place in found.places])
    runs, damaged = [], []
    for one in stands:
        history = measured.get(one.run.id) if one.run is not None else None
        if isinstance(history, str):
            damaged.append(history)
        elif one.run is not None and isinstance(history, History):
            runs.append(StoredResult(one.run, history))
    shown = tuple(name for name in names if name not in SPLITS)
    candidates: dict[tuple[str, ...], Candidate] = {}
    for run in _pooled(runs, names):
        words = {name: in_words(name, value) for name, value in run.config.values().items() if name in names}
        for arm in run.result.arms:
            own = {name: words[name] for name in names if name in words and _matters(run, arm, name)}
            found_one = Candidate(run, arm, {name: own[name] for name in shown if name in own})
            key = (arm, *(f"{name} {value}" for name, value in own.items()))
            if run.result.epochs > candidates.setdefault(key, found_one).run.result.epochs:
                candidates[key] = found_one
    return SweepFigures(found, tuple(stands), names, tuple(candidates.values()), tuple(damaged))


def _matters(run: StoredResult, arm: str, field: str) -> bool:
    """Whether a method looks at a field: what never bargains has the same figures whatever the rule, and stands for itself once."""
    return field not in OF_BARGAINING or run.arms[arm].method.bargains


def _pooled(runs: Sequence[StoredResult], names: Sequence[str]) -> list[StoredResult]:
    """The runs, those that differ in their splits alone put together."""
    if not set(names) & set(SPLITS):
        return list(runs)
    groups: dict[str, list[StoredResult]] = {}
    for run in runs:
        groups.setdefault(run.config.replaced(**SPLITS).to_json(), []).append(run)
    return [whole for group in groups.values() for whole in pool(group)]


def numeric(candidates: Sequence[Candidate], field: str) -> Array | None:
    """A field's values as numbers, where all of them are; None where they are words."""
    values = [one.config.values()[field] for one in candidates]
    if any(isinstance(value, bool) or not isinstance(value, int | float) for value in values):
        return None
    return np.array(values, dtype=np.float64)


def sweep_table(figures: SweepFigures) -> pd.DataFrame:
    """Everything measured, a method of a run a row, at the run's last epoch that is done.

    Returns:
        Columns: run (id, or ids joined by "+"), state, epochs; the fields that vary, in words; arm, method (in words); unit
        ("split" or "seed"), units (how many got through), stopped (models that did not); of every metric its mean and its standard
        deviation over the units, NaN where there is none. Runs without an epoch have a row without figures.
    """
    rows = [_row(one) for one in figures.candidates]
    shown = [name for name in figures.names if name not in SPLITS]
    measured = {part for one in figures.candidates for part in one.run.id.split("+")}
    for one in figures.standings:
        if one.run is None or one.run.id not in measured:
            values = one.place.config.values()
            words = {name: in_words(name, values[name]) for name in shown}
            rows.append(
                {"run": "" if one.run is None else one.run.id, "state": one.state, "epochs": 0, **words}
            )
    numbers = [f"{metric}_{part}" for metric in METRICS for part in ("mean", "std")]
    first = ["run", "state", "epochs", *shown, "arm", "method", "unit", "units", "stopped"]
    table = pd.DataFrame(rows, columns=[*first, *numbers])
    return table.astype(dict.fromkeys(numbers, float) | dict.fromkeys(("units", "stopped"), "Int64"))


def _row(one: Candidate) -> dict[str, object]:
    kept = one.kept
    row: dict[str, object] = {
        "run": one.run.id,
        "state": one.run.run.state,
        "epochs": one.run.run.epochs,
        **one.settings,
        "arm": one.arm,
        "method": one.title,
        "unit": unit_of(one.run.result),
        "stopped": int((~kept).sum()),
    }
    for metric in METRICS:
        values = one.values(metric)
        row["units"] = len(values)
        if len(values):
            row[f"{metric}_mean"] = values.mean()
        if len(values) > 1:
            row[f"{metric}_std"] = values.std(ddof=1)
    return row
