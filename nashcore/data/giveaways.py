"""Columns that give the target away: by their order, by having a value or none, by one value, or by a word in their text."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.feature_extraction.text import CountVectorizer

from nashcore.data.columns import is_number, one_line, plain_number
from nashcore.data.finding import NO_ROWS, Finding
from nashcore.errors import quoted

LEAK_AUC = 0.98
"""A single column that ranks the rows better than this probably knows the answer."""

LEAK_SHARE = 0.98
"""So does a column when more than this share of the rows with a value, without one, or with one certain value, have the same
label: of the passengers of titanic with a boat, 98.1% survived (38% of all did). Its AUC cannot say so: as some in boats died and
some without survived, no order of its values reaches more than 0.976."""

LEAK_EVIDENCE = 15
"""For that, chance should lead one to expect so many times more rows of the other label than there are, and at
least so many rows: a few rows, or labels that are rare anyway, prove nothing."""

LEAST_REACH = 0.05
"""A value is named only where it holds so much more of one label's rows than of the other's."""

LEAST_ODDS = 15
"""And where it makes the odds of its label so many times what they are in the table."""

SERIOUS_ODDS = 50
"""It gives the target away where it makes them so many times what they are. Less may well be real: of
adult's children living with their parents, 98.5% have the frequent label, which 76% of all have, and that is no leak."""

MOST_NAMED = 3
"""Values or words of one column that a sentence names."""

MOST_WORDS = 200
"""Words of a column of text that are looked at, the most frequent."""

_WORD = r"(?u)[^\W\d_]{2,}"
_BINS = 64


class _Telling(NamedTuple):
    """Rows of a column that nearly all have one label."""

    what: str
    label: int
    rows: int
    share: float
    reach: float
    odds: float


def giveaways(
    table: pd.DataFrame, columns: Sequence[str], labels: NDArray[np.int64], names: tuple[str, str], most: int
) -> Iterator[Finding]:
    """One finding for each of the columns that gives the target away, or that holds values which nearly fix the label.

    Args:
        table: [n] rows.
        columns: those to judge.
        labels: [n], 0 or 1.
        names: of the labels.
        most: AUC and words are judged on at most so many rows, drawn with a fixed seed.
    """
    if labels.min() == labels.max():
        return
    sample = np.arange(len(table))
    if len(sample) > most:
        sample = np.sort(np.random.default_rng(0).choice(sample, most, replace=False))
    for name in columns:
        column = table[name]
        auc = column_auc(column.iloc[sample], labels[sample])
        if auc > LEAK_AUC:
            says = f"{name} alone tells the labels apart (AUC {auc:.3f}): it may be known only afterwards."
            yield _finding(name, says, auc, f"AUC {auc:.3f}")
            continue
        found = list(_presence(column, labels, name)) or list(_values(column, labels, name))
        found = found or list(_words(column.iloc[sample], labels[sample], name))
        if found:
            yield _told(name, found, labels, names, auc)


def column_auc(column: pd.Series, labels: NDArray[np.int64]) -> float:
    """How well one column alone ranks the rows by their label: 0.5 is chance, 1 is perfect.

    The rows are halved; each category's (or number bin's) rate of label 1 in one half scores the rows of the
    other, so that a column with a value of its own in every row scores 0.5. A number without missing values is also
    ranked by itself, in either direction, and the better figure counts.

    Args:
        column: [n], any values.
        labels: [n], 0 or 1, some of each.
    """
    half = halves(len(labels))
    codes = codes_of(column)
    size = int(codes.max()) + 1
    scores = np.empty(len(labels))
    for side in (0, 1):  # the rates of one half score the other
        seen, scored = half == side, half != side
        base = labels[seen].mean() if seen.any() else 0.5
        ones = np.bincount(codes[seen], weights=labels[seen], minlength=size)
        rows = np.bincount(codes[seen], minlength=size)
        scores[scored] = ((ones + base) / (rows + 1) - base)[codes[scored]]
    found = _auc(scores, labels)
    if is_numeric_dtype(column) and not column.isna().any():
        direct = _auc(column.to_numpy(dtype=np.float64), labels)
        found = max(found, direct, 1 - direct)
    return found


def codes_of(column: pd.Series) -> NDArray[np.int64]:
    """The column's categories as numbers from 0; a number with many values in bins with about the same
    number of rows."""
    if is_numeric_dtype(column) and not is_bool_dtype(column) and column.nunique() > _BINS:
        numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
        edges = np.unique(np.nanquantile(numbers, np.arange(1, _BINS) / _BINS))
        codes = np.searchsorted(edges, numbers, side="left")
        return np.where(np.isnan(numbers), len(edges) + 1, codes).astype(np.int64)
    codes = pd.factorize(column, use_na_sentinel=True)[0]
    return np.where(codes < 0, codes.max(initial=0) + 1, codes).astype(np.int64)


def halves(rows: int) -> NDArray[np.int64]:
    """Which half each row is in, 0 or 1, drawn with a fixed seed."""
    found: NDArray[np.int64] = np.random.default_rng(0).permutation(rows) % 2
    return found


def _finding(name: str, says: str, auc: float, short: str, *, serious: bool = True) -> Finding:
    return Finding(
        "gives target away" if serious else "fixes the label",
        name,
        says,
        auc,
        "drop column",
        takes=NO_ROWS,
        serious=serious,
        short=f"{name}, {short}",
    )


def _told(
    name: str, found: list[_Telling], labels: NDArray[np.int64], names: tuple[str, str], auc: float
) -> Finding:
    found.sort(key=lambda one: -one.reach)
    parts: list[str] = []
    for one in found[:MOST_NAMED]:
        who = f"{one.share:.1%}" if one.share < 1 else "all" if parts else "All"
        usual = f"{float((labels == one.label).mean()):.0%}"
        parts.append(
            f"{who} of the {one.rows:,} rows {one.what} have the label {quoted(names[one.label])} ({usual} of all rows do)"
        )
    more = f", and so it is with {len(found) - MOST_NAMED:,} more" if len(found) > MOST_NAMED else ""
    serious = any(one.odds > SERIOUS_ODDS for one in found)
    first = found[0]
    short = f"{first.share:.1%} of the {first.rows:,} rows {first.what} are {quoted(names[first.label])}"
    why = (
        "it may be known only afterwards" if serious else "that may well be real, or be known only afterwards"
    )
    return _finding(name, f"{'; '.join(parts)}{more}: {why}.", auc, short, serious=serious)


def _presence(column: pd.Series, labels: NDArray[np.int64], name: str) -> Iterator[_Telling]:
    """Rows with a value or without one, where either nearly fixes the label."""
    codes = column.isna().to_numpy().astype(np.int64)
    what = f"with a value of {name}", f"without a value of {name}"
    yield from _fixing(codes, 2, what.__getitem__, labels, labels)


def _values(column: pd.Series, labels: NDArray[np.int64], name: str) -> Iterator[_Telling]:
    """Values that nearly fix the label; not those of columns where a missing value is one of two, which presence says."""
    codes, distinct = pd.factorize(column, use_na_sentinel=True)
    gaps = codes < 0
    if len(distinct) + bool(gaps.any()) <= 1 or (len(distinct) == 1 and gaps.any()):
        return
    number = is_number(column)

    def say(place: int) -> str:  # a million names are not told apart
        value = distinct[place]
        return f"with {name} = {one_line(plain_number(value) if number else str(value))}"

    yield from _fixing(codes[~gaps], len(distinct), say, labels, labels[~gaps])


def _words(column: pd.Series, labels: NDArray[np.int64], name: str) -> Iterator[_Telling]:
    """Words that nearly fix the label, of a column whose values are seldom the same."""
    if is_numeric_dtype(column) or column.nunique() <= _BINS:
        return
    texts = column.dropna().astype(str).str.slice(0, 400)
    try:
        vectorizer = CountVectorizer(
            binary=True, max_features=MOST_WORDS, min_df=LEAK_EVIDENCE, token_pattern=_WORD
        )
        held = vectorizer.fit_transform(texts)
    except ValueError:  # no word is so frequent
        return
    there = column.notna().to_numpy()
    words = vectorizer.get_feature_names_out().tolist()
    rows = np.asarray(held.sum(axis=0)).ravel().astype(np.int64)
    ones = np.asarray(held.T @ labels[there]).ravel().astype(np.int64)
    what = [f"whose {name} holds the word {quoted(word)}" for word in words]
    yield from _judged(rows, ones, what.__getitem__, labels)


def _fixing(
    codes: NDArray[np.int64],
    count: int,
    say: Callable[[int], str],
    labels: NDArray[np.int64],
    theirs: NDArray[np.int64],
) -> Iterator[_Telling]:
    rows = np.bincount(codes, minlength=count)
    ones = np.bincount(codes, weights=theirs, minlength=count).astype(np.int64)
    yield from _judged(rows, ones, say, labels)


def _judged(
    rows: NDArray[np.int64], ones: NDArray[np.int64], say: Callable[[int], str], labels: NDArray[np.int64]
) -> Iterator[_Telling]:
    """Those sets of rows that nearly all have one label, where that can be no chance."""
    count = np.array([(labels == 0).sum(), (labels == 1).sum()])
    label = (2 * ones > rows).astype(np.int64)
    others = np.where(label == 1, rows - ones, ones)
    usual = count[label] / count.sum()
    share = 1 - others / np.maximum(rows, 1)
    found = (share > LEAK_SHARE) & (rows * (1 - usual) >= LEAK_EVIDENCE * np.maximum(others, 1))
    reach = (rows - others) / count[label] - others / count[1 - label]
    odds = (rows - others + 0.5) / (others + 0.5) * (1 - usual) / usual
    for place in np.flatnonzero(found & (reach > LEAST_REACH) & (odds > LEAST_ODDS)).tolist():
        yield _Telling(
            say(place),
            int(label[place]),
            int(rows[place]),
            float(share[place]),
            float(reach[place]),
            float(odds[place]),
        )


def _auc(scores: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The chance that a row of label 1 scores above one of label 0, ties counting half."""
    ones = int(labels.sum())
    ranks = pd.Series(scores).rank().to_numpy()
    return float((ranks[labels == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(labels) - ones)))
