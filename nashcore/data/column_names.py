"""Names of columns as a file has them, made distinct, plain and short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nashcore.data.columns import MAX_NAME, called, one_line
from nashcore.errors import InputError, quoted


@dataclass(frozen=True)
class ColumnNames:
    """Distinct names.

    Attributes:
        names: one a column.
        repeated: the names that stood for several columns, each with those that they were given instead.
        notices: plain sentences for the user.
    """

    names: tuple[str, ...]
    repeated: Mapping[str, tuple[str, ...]]
    notices: tuple[str, ...]


def clean_names(header: Sequence[str]) -> ColumnNames:
    """Names on one line; columns without one are called by their place, and of columns with the same name each gets a
    number, the first too: whoever asks for the name alone has to choose."""
    lines = [one_line(raw) for raw in header]
    blank = [f"column {place}" for place, line in enumerate(lines, start=1) if not line]
    wanted = [line or f"column {place}" for place, line in enumerate(lines, start=1)]
    counts = Counter(wanted)
    taken = {name for name, count in counts.items() if count == 1}
    repeated: dict[str, tuple[str, ...]] = {}
    names, number = [], Counter[str]()
    for name in wanted:
        given = name
        while counts[name] > 1 and (given == name or given in taken):
            number[name] += 1
            given = f"{name} ({number[name]})"
        if counts[name] > 1:
            repeated[name] = (*repeated.get(name, ()), given)
        taken.add(given)
        names.append(given)
    cut = sum(len(line) == MAX_NAME and line.endswith("…") for line in lines)
    notices = []
    if blank:
        notices.append(
            f"Columns without a name: {len(blank):,}, called by their place, such as {quoted(blank[0])}."
        )
    for name, given_names in list(repeated.items())[:3]:
        notices.append(
            f"{len(given_names):,} columns are called {quoted(name)}; they are told apart as {_few(given_names)}."
        )
    if len(repeated) > 3:
        notices.append(f"{len(repeated) - 3:,} more names are repeated and told apart so.")
    if cut:
        notices.append(f"Columns with a very long name: {cut:,}, cut.")
    return ColumnNames(tuple(names), repeated, tuple(notices))


def check_not_repeated(name: str, repeated: Mapping[str, Sequence[str]], role: str) -> None:
    """Refuse a name that stands for several columns.

    Raises:
        InputError: it does; the message says what they are called now.
    """
    if (name := called(repeated, name)) in repeated:
        given = repeated[name]
        raise InputError(
            f"{role} column {quoted(name)} should be one column. Found {len(given):,} of this name, told apart as {_few(given)}: "
            "choose one."
        )


def _few(names: Sequence[str]) -> str:
    shown = ", ".join(quoted(name) for name in names[:4])
    return shown if len(names) <= 4 else f"{shown} and so on"
