"""One model's decisions at a threshold, group by group: counts, rates with intervals, calibration, and what thresholds cost."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from torch import Tensor

from nashcore.metrics import (
    BINS,
    COUNTED_RATES,
    Confusion,
    Proportion,
    Reliability,
    Sweep,
    copies_of,
    counted_rates,
    gap,
    reliability,
)
from nashcore.runs.results.scored_rows import ScoredRows
from nashcore.runs.results.thresholds import CHOSEN_HERE, OWN_THRESHOLDS, Thresholds, cost_of

FEW = 10
"""A group with fewer distinct rows than this is called few: its numbers say next to nothing."""

ALL = "all groups"
"""What the rows of all groups together are called."""

ONE_MODEL = (
    "Counts and rates are of one model. Intervals (Wilson, 95%) say what other rows of the same kind might have shown of it; mean "
    "and range over the seeds say what other training showed on these rows."
)
COPIES = "Rows that were drawn several times count so in counts and rates; intervals rest on the effective number of distinct rows."

_SHARES = tuple(COUNTED_RATES)


class ByGroup:
    """All models of some rows, sorted once; any threshold is then looked up. A: arms, N: seeds, G: groups.

    Args:
        rows: the scored rows.
    """

    def __init__(self, rows: ScoredRows) -> None:
        self.rows = rows
        self._labels, self._groups = torch.from_numpy(rows.label), torch.from_numpy(rows.group)
        self._numbers = torch.from_numpy(rows.rows)
        self._calibrated: dict[tuple[int, int], list[tuple[Reliability, int]]] = {}

    @cached_property
    def _sweep(self) -> Sweep:
        flat = torch.from_numpy(self.rows.scores.reshape(-1, len(self.rows.label)))
        return Sweep(flat, self._labels, self._groups, len(self.rows.groups), copies_of(self._numbers))

    def curves(self, arm: str, seed: int, thresholds: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        """Every rate of one model at thresholds [T], by name [T, G + 1]: all groups together stand last.

        Raises:
            InputError: there is no such model.
        """
        a, s = self.rows.model(arm, seed)
        counts = _both(self._sweep.at(torch.from_numpy(thresholds))[0])
        place = a * len(self.rows.seeds) + s
        return {name: one.value[place].numpy() for name, one in counted_rates(counts).items()}

    def at(self, arm: str, seed: int, thresholds: Thresholds) -> dict[str, Any]:
        """What one model decides at these thresholds.

        Returns:
            In figures that fit into JSON: "run", "arm", "label" (its title), "seed", "split", "part", "rows", "labels",
            "threshold"; "groups", of each its threshold, counts, rates and calibration, "overall" the same of all rows; "gaps"
            between groups by rate; "reliability", the bins of each; "cost" of thresholds that differ by group (see
            `nashcore.runs.results.thresholds.cost_of`), or None; "methods", all arms' means over the seeds; "caveats",
            sentences. What does not exist is None.

        Raises:
            InputError: there is no such model or group.
        """
        a, s = self.rows.model(arm, seed)
        own = thresholds.of(self.rows.groups)
        both = torch.tensor([own, [thresholds.common] * len(own)], dtype=torch.float64)
        counts, squares = self._sweep.at(both)
        rates = counted_rates(
            _both(self._shaped(counts, 0)), _both(self._shaped(squares, 0))
        )  # [A, N, G + 1]
        gaps = {name: gap(one.value[..., :-1]) for name, one in rates.items()}
        names = [*self.rows.groups, ALL if ALL not in self.rows.groups else f"{ALL} together"]
        lines = self._lines(names, own, _both(self._shaped(counts, 0)), rates, (a, s))
        bins = self._reliability(a, s)
        for line, of_group in zip(lines, bins, strict=True):
            line["calibration"] = _calibration(*of_group)
        differs = any(value != thresholds.common for value in own)
        return {
            "run": self.rows.run,
            "arm": list(self.rows.arms)[a],
            "label": list(self.rows.arms.values())[a],
            "seed": seed,
            "split": self.rows.split,
            "part": self.rows.part,
            "rows": self.rows.title,
            "labels": list(self.rows.labels),
            "threshold": thresholds.common,
            "groups": lines[:-1],
            "overall": lines[-1],
            "gaps": {name: _over_seeds(values[a], s) for name, values in gaps.items()},
            "reliability": [
                line for name, of_group in zip(names, bins, strict=True) for line in _bins(name, *of_group)
            ],
            "cost": self._cost(counts, squares, a, s) if differs else None,
            "methods": self._methods(rates, gaps),
            "caveats": self._caveats(lines, differs),
        }

    def _shaped(self, counts: Confusion, at: int) -> Confusion:
        """Counts [A * N, T, G] at one of the thresholds, [A, N, G]."""
        shape = len(self.rows.arms), len(self.rows.seeds), len(self.rows.groups)
        return Confusion(*(one[:, at].reshape(shape) for one in _parts(counts)))

    def _cost(self, counts: Confusion, squares: Confusion, a: int, s: int) -> dict[str, Any]:
        """Of the first thresholds against the second."""
        own, common, twice = self._shaped(counts, 0), self._shaped(counts, 1), self._shaped(squares, 1)
        effective = float(common.rows[a, s].sum() ** 2 / twice.rows[a, s].sum())
        return cost_of(common, own, (a, s), effective)

    def _lines(
        self,
        names: list[str],
        own: list[float],
        counts: Confusion,
        rates: Mapping[str, Proportion],
        model: tuple[int, int],
    ) -> list[dict[str, Any]]:
        a, s = model
        of_group = [self.rows.rows[self.rows.group == group] for group in range(len(own))]
        distinct = [len(np.unique(rows)) for rows in (*of_group, self.rows.rows)]
        return [
            {
                "group": name,
                "threshold": own[group] if group < len(own) else None,
                "rows": int(counts.rows[a, s, group]),
                "distinct": distinct[group],
                "few": distinct[group] < FEW,
                **{
                    kind: int(value[a, s, group])
                    for kind, value in zip(("tp", "fp", "fn", "tn"), _parts(counts), strict=True)
                },
                "rates": {name: _share(one, a, s, group) for name, one in rates.items()},
            }
            for group, name in enumerate(names)
        ]

    def _reliability(self, a: int, s: int) -> list[tuple[Reliability, int]]:
        """Of every group, and of all rows: where it stands, and its place there. No threshold changes it."""
        if (a, s) in self._calibrated:
            return self._calibrated[a, s]
        scores = torch.from_numpy(self.rows.scores[a, s]).unsqueeze(0)
        groups = len(self.rows.groups)
        by_group = reliability(scores, self._labels, self._groups, groups, self._numbers)
        whole = reliability(scores, self._labels, torch.zeros_like(self._groups), 1, self._numbers)
        found = self._calibrated[a, s] = [*((by_group, group) for group in range(groups)), (whole, 0)]
        return found

    def _methods(self, rates: Mapping[str, Proportion], gaps: Mapping[str, Tensor]) -> list[dict[str, Any]]:
        """All arms at these thresholds: rates over all rows and gaps between groups, means over the seeds."""
        return [
            {
                "arm": arm,
                "label": title,
                "rates": {name: _over_seeds(one.value[place, :, -1]) for name, one in rates.items()},
                "gaps": {name: _over_seeds(values[place]) for name, values in gaps.items()},
            }
            for place, (arm, title) in enumerate(self.rows.arms.items())
        ]

    def _caveats(self, lines: list[dict[str, Any]], differs: bool) -> list[str]:
        few = [line["group"] for line in lines[:-1] if line["few"]]
        repeated = any(line["distinct"] < line["rows"] for line in lines)
        said = [*self.rows.notices, ONE_MODEL, *[COPIES] * repeated, CHOSEN_HERE]
        if few:
            said.append(f"Fewer than {FEW} distinct rows, which say next to nothing: {', '.join(few)}.")
        return [*said, *[OWN_THRESHOLDS] * differs]


def _parts(counts: Confusion) -> tuple[Tensor, ...]:
    return counts.tp, counts.fp, counts.fn, counts.tn


def _both(counts: Confusion) -> Confusion:
    """Counts of every group, and of all together behind them: [..., G] -> [..., G + 1]."""
    pairs = zip(_parts(counts), _parts(counts.overall()), strict=True)
    return Confusion(*(torch.cat(pair, -1) for pair in pairs))


def _number(value: Tensor) -> float | None:
    found = float(value)
    return found if np.isfinite(found) else None


def _over_seeds(values: Tensor, own: int | None = None) -> dict[str, float | None]:
    """Mean and range over the seeds [N] that have a value, and the value of one of them."""
    known = values[~values.isnan()]
    found = {
        "mean": _number(known.mean()),
        "low": _number(known.min()) if len(known) else None,
        "high": _number(known.max()) if len(known) else None,
    }
    return found if own is None else {"value": _number(values[own]), **found}


def _share(one: Proportion, a: int, s: int, group: int) -> dict[str, Any]:
    at = a, s, group
    return {
        "hits": int(one.hits[at]),
        "of": int(one.of[at]),
        "value": _number(one.value[at]),
        "low": _number(one.low[at]),
        "high": _number(one.high[at]),
        "seeds": _over_seeds(one.value[a, :, group]),
    }


def _calibration(found: Reliability, group: int) -> dict[str, float | None]:
    """Mean score and share of label 1, and how far they are apart in the bins."""
    rows = found.rows[0, group]
    expected = (found.expected[0, group].nan_to_num() * rows).sum() / rows.sum()
    observed = found.observed.hits[0, group].sum() / rows.sum()
    error, chance = found.error[0, group], found.by_chance[0, group]
    numbers = {"expected": expected, "observed": observed, "error": error, "by_chance": chance}
    return {name: _number(value) for name, value in numbers.items()}


def _bins(name: str, found: Reliability, group: int) -> list[dict[str, Any]]:
    """The bins of a group that hold rows."""
    return [
        {
            "group": name,
            "from": place / BINS,
            "to": (place + 1) / BINS,
            "rows": int(found.rows[0, group, place]),
            "expected": _number(found.expected[0, group, place]),
            "observed": _number(found.observed.value[0, group, place]),
            "low": _number(found.observed.low[0, group, place]),
            "high": _number(found.observed.high[0, group, place]),
        }
        for place in range(BINS)
        if found.rows[0, group, place] > 0
    ]


def by_group_table(found: Mapping[str, Any]) -> pd.DataFrame:
    """What `ByGroup.at` found as a table: a group a row, all groups together last, every number in a column of its own."""
    kept = ("rows", "distinct", "few", "tp", "fp", "fn", "tn")
    return pd.DataFrame(
        [
            {
                "group": line["group"],
                "threshold": line["threshold"],
                **{name: line[name] for name in kept},
                **{
                    f"{name}{suffix}": line["rates"][name][part]
                    for name in _SHARES
                    for suffix, part in (("", "value"), ("_low", "low"), ("_high", "high"), ("_of", "of"))
                },
                "mean_score": line["calibration"]["expected"],
                "share_of_label_1": line["calibration"]["observed"],
                "calibration_error": line["calibration"]["error"],
                "calibration_error_by_chance": line["calibration"]["by_chance"],
            }
            for line in (*found["groups"], found["overall"])
        ]
    ).astype({"threshold": float})
