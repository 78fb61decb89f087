"""What tells runs apart: the shortest set of settings in which those that differ at all differ."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from itertools import combinations
from math import comb

MOST_LOOKS = 200_000
"""Comparisons that are made to find a shortest set; where it takes more, one is looked for of which none can be left out."""


def telling_apart(runs: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The fewest settings whose values differ wherever runs differ in any setting.

    Where more than `MOST_LOOKS` comparisons would be needed, a set of which none can be left out, found by taking again and again
    the setting that parts the most runs.

    Args:
        runs: each run's settings by name; one that a run lacks is a value of its own.

    Returns:
        Names of settings, in their order; none where all runs have the same settings.
    """
    names = list(dict.fromkeys(name for run in runs for name in run))
    values = {name: [run.get(name) for run in runs] for name in names}
    names = [name for name in names if len(set(values[name])) > 1]
    rows = list(dict.fromkeys(zip(*(values[name] for name in names), strict=True)))  # each kind of run once
    columns = {name: [row[place] for row in rows] for place, name in enumerate(names)}
    looks = 0
    for size in range(1, len(names) + 1):
        looks += comb(len(names), size) * len(rows)
        if looks > MOST_LOOKS:
            return _greedy(columns, len(rows))
        for chosen in combinations(names, size):
            if _kinds(columns, chosen) == len(rows):
                return chosen
    return ()


def words_apart(runs: Sequence[Mapping[str, str]], titles: Mapping[str, str] | None = None) -> list[str]:
    """Of every run its values of the settings that tell the runs apart: "lr=0.001, rule=Mean"; with titles, "Learning rate 0.001".

    Args:
        runs: each run's settings by name.
        titles: what people call the settings, by name.
    """
    names = telling_apart(runs)

    def word(run: Mapping[str, str], name: str) -> str:
        value = run.get(name, "–")
        return f"{name}={value}" if titles is None else f"{titles.get(name, name)} {value}"

    return [", ".join(word(run, name) for name in names) for run in runs]


def _kinds(columns: Mapping[str, Sequence[Hashable]], names: Sequence[str]) -> int:
    """How many kinds of runs these settings tell apart."""
    return len(set(zip(*(columns[name] for name in names), strict=True))) if names else 1


def _greedy(columns: Mapping[str, Sequence[Hashable]], kinds: int) -> tuple[str, ...]:
    chosen: list[str] = []
    parted: list[Hashable] = [0] * kinds
    while len(set(parted)) < kinds:
        left = [name for name in columns if name not in chosen]
        best = max(left, key=lambda name: len(set(zip(parted, columns[name], strict=True))))
        chosen.append(best)
        numbers: dict[Hashable, int] = {}
        parted = [numbers.setdefault(pair, len(numbers)) for pair in zip(parted, columns[best], strict=True)]
    for name in list(chosen):  # what was taken first may be told by what came later
        without = [one for one in chosen if one != name]
        if _kinds(columns, without) == kinds:
            chosen = without
    return tuple(name for name in columns if name in chosen)
