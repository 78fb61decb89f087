"""Which runs of a list are shown, and in which order: the same words on the page, in its address and on the command line."""

from __future__ import annotations

import math
import operator
import re
import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from types import MappingProxyType

from nashcore.errors import InputError, quoted
from nashcore.runs.listing import METRICS_FIRST, ORIGIN, Listed
from nashcore.runs.row import STATES

Value = str | float | None

_OWN = ("id", "title", "state", "reason", "created", "epochs", "seconds", "note", "wanted", "models")

_SIGNS: Mapping[str, Callable[[float, float], bool]] = MappingProxyType(
    {"<=": operator.le, ">=": operator.ge, "<": operator.lt, ">": operator.gt}
)

MOST_TERMS = 50
"""Words and conditions of a filter: an address may hold thousands, and a folder as many runs."""

_STARTS = ("<", ">", "=", "!=")
"""What no word begins with: a condition that was written with spaces."""

_TERM = re.compile(r"([A-Za-z_][\w.@:-]*?)(<=|>=|!=|=|<|>)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Filter:
    """What is asked of a list of runs.

    Attributes:
        states: runs in one of these; any where there is none.
        datasets: runs on one of these tables.
        tags: runs that have all of these.
        where: words that stand in the title, tags, note or id, and conditions such as ``lr<=0.001``, ``rule=mean`` or
            ``overall_auc>0.9``: settings, `Listed`'s own values, metrics (their best mean, or ``metric.arm``), and `ORIGIN`'s.
        sort: what to sort by, smallest first; with a minus before it, largest first. What lacks it stands last.

    Raises:
        InputError: a state, or a condition, cannot be read.
    """

    states: tuple[str, ...] = ()
    datasets: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    where: str = ""
    sort: str = "-created"

    def __post_init__(self) -> None:
        for state in self.states:
            if state not in STATES:
                raise InputError(f"A state should be one of {', '.join(STATES)}. Found {quoted(state)}.")
        self._terms()

    @property
    def names(self) -> list[str]:
        """Every name that conditions and the order speak of."""
        return [self.sort.removeprefix("-"), *(name for name, _, _ in self._terms()[1])]

    def metrics(self, *more: str) -> tuple[str, ...]:
        """The names that may be metrics, with others: those to read of a listing."""
        return tuple(dict.fromkeys([*METRICS_FIRST, *more, *(name.partition(".")[0] for name in self.names)]))

    def chosen(self, runs: Sequence[Listed]) -> list[Listed]:
        """The runs that are asked for, in their order.

        Raises:
            InputError: a condition or the order speaks of what no run has.
        """
        words, conditions = self._terms()
        if runs:
            known = {name for run in runs for name in names_of(run)}
            for name in self.names:
                if name.partition(".")[0] not in known:
                    raise InputError(_unknown(name, sorted(known)))
        found = [
            run
            for run in runs
            if (not self.states or run.state in self.states)
            and (not self.datasets or run.settings.get("dataset") in self.datasets)
            and set(self.tags) <= set(run.tags)
            and _says(run, words)
            and all(_fits(run, *condition) for condition in conditions)
        ]
        return _in_order(found, self.sort)

    def _terms(self) -> tuple[list[str], list[tuple[str, str, str]]]:
        """The words and the conditions of ``where``."""
        try:
            parts = shlex.split(self.where)
        except ValueError:
            raise InputError(
                "A filter's quotation marks should come in pairs. Found one without its other."
            ) from None
        if len(parts) > MOST_TERMS:
            raise InputError(
                f"A filter should have at most {MOST_TERMS} words and conditions. Found {len(parts):,}."
            )
        words: list[str] = []
        conditions: list[tuple[str, str, str]] = []
        for part in parts:
            if (term := _TERM.fullmatch(part)) is None:
                if part.startswith(_STARTS):
                    raise InputError(
                        f"A filter's condition should have no spaces, as in lr<0.01. Found {quoted(part)} by itself."
                    )
                words.append(part.lower())
                continue
            name, sign, wanted = term.groups()
            if sign in _SIGNS and number_of(wanted) is None:
                raise InputError(
                    f"A filter's {sign} should stand before a number, as in lr<0.01. Found {quoted(part)}."
                )
            conditions.append(("tags" if name == "tag" else name, sign, wanted))
        return words, conditions


def names_of(run: Listed) -> list[str]:
    """Every name by which a run can be filtered and sorted."""
    return [*_OWN, "bytes", "tags", *ORIGIN, *run.settings, *run.figures]


def value_of(run: Listed, name: str) -> Value:
    """What a run has by a name (see `Filter`): its own value, then its setting, its best mean of a metric, or its origin."""
    if name == "tags":
        return ", ".join(run.tags)
    if name in _OWN_FIELDS and name in (*_OWN, "bytes"):
        found: Value = getattr(run, name)
        return found
    if name in run.settings:
        return run.settings[name]
    metric, _, arm = name.partition(".")
    if metric in run.figures:
        figure = run.figures[metric]
        return figure.arms.get(arm, (None, None))[0] if arm else figure.best_mean
    return run.origin.get(name)


_OWN_FIELDS = {one.name for one in fields(Listed)}


def number_of(value: Value) -> float | None:
    """A value as a number, where it reads as one: "5 (0 to 4)" seeds are five, a date is its second; else None."""
    if value is None or isinstance(value, int | float):
        return None if value is None or math.isnan(value) else float(value)
    text = value.strip()
    for read in (float, lambda text: float(re.fullmatch(r"(\d+) \(.*\)", text)[1]), _moment):  # type: ignore[index]
        try:
            found = read(text)
        except (ValueError, TypeError, OverflowError):
            continue
        return None if math.isnan(found) else found
    return None


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def _says(run: Listed, words: Sequence[str]) -> bool:
    if not words:
        return True
    text = " ".join((run.title, run.note, *run.tags, run.id)).lower()
    return all(word in text for word in words)


def _fits(run: Listed, name: str, sign: str, wanted: str) -> bool:
    if name == "tags" and sign in ("=", "!="):  # one of them, not all in one text
        return (wanted.lower() in map(str.lower, run.tags)) == (sign == "=")
    return _holds(value_of(run, name), sign, wanted)


def _holds(value: Value, sign: str, wanted: str) -> bool:
    if sign in ("=", "!="):
        number, other = number_of(wanted), number_of(value)
        same = str("" if value is None else value).lower() == wanted.lower() or (
            number is not None and number == other
        )
        return same == (sign == "=")
    found, bound = number_of(value), number_of(wanted)
    return found is not None and bound is not None and _SIGNS[sign](found, bound)


def _in_order(runs: list[Listed], sort: str) -> list[Listed]:
    name, largest = sort.removeprefix("-"), sort.startswith("-")
    values = [(value_of(run, name), run) for run in runs]
    known = [(value, run) for value, run in values if value not in (None, "")]
    numbers = [number_of(value) for value, _ in known]
    if all(number is not None for number in numbers):
        keys: list[tuple[float, str]] = [(number or 0.0, "") for number in numbers]
    else:  # words among them: all are read as words
        keys = [(0.0, str(value).lower()) for value, _ in known]
    order = sorted(range(len(known)), key=keys.__getitem__, reverse=largest)
    return [known[place][1] for place in order] + [run for value, run in values if value in (None, "")]


def _unknown(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 3, 0.5)
    hint = f" Near it: {', '.join(near)}." if near else " As in lr, rule, epochs, overall_auc or created."
    return f"A filter or an order should speak of what a run has. Found {quoted(name)}.{hint}"
