"""The usual case, read at once: a column of numbers without marks, units or odd values."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import NDArray

_PROBE = 50
_LEADING_ZERO = re.compile(r"^[+-]?0[0-9]", re.MULTILINE)
_POWER = re.compile(r"^[+-]?[0-9]+[eE]\+?[0-9]+$", re.MULTILINE)
_NOT_THREE = re.compile(r"\.(?![0-9]{3}$)|^[+-]?0?\.|^[+-]?0\.", re.MULTILINE)


class PlainNumbers(NamedTuple):
    """A column of plain numbers.

    Attributes:
        numbers: [n] NaN where there is none.
        missing: the words that stand for no value, and their rows.
        points: whether any number has a decimal point.
    """

    numbers: NDArray[np.float64]
    missing: Counter[str]
    points: bool


def plain_numbers(column: pd.Series, words: Collection[str]) -> PlainNumbers | None:
    """The numbers of a column of text; None where it has to be looked at value by value.

    That is where a value is no number, has a mark besides the point, may be a code (leading zeros, very long, 1e5), or where all
    points might part thousands.
    """
    texts = column.tolist()
    if not all(_seems_plain(text, words) for text in texts[:: max(1, len(texts) // _PROBE)]):
        return None
    present = [text for text in texts if text not in words]
    if not present:
        return None
    try:
        joined = "\n".join(present)
        numbers = np.fromiter(map(float, present), np.float64, len(present))
    except (TypeError, ValueError):
        return None
    if not joined.isascii() or "_" in joined or np.isnan(numbers).any():
        return None
    points = "." in joined
    if joined.startswith("+") or (("e" in joined or "E" in joined) and _POWER.search(joined)):
        return None
    if points and not _NOT_THREE.search(joined):
        return None
    if _LEADING_ZERO.search(joined) or (not points and (np.abs(numbers) >= 2**53).any()):
        return None
    if len(present) == len(texts):
        return PlainNumbers(numbers, Counter(), points)
    there = np.fromiter((text not in words for text in texts), bool, len(texts))
    whole = np.full(len(texts), np.nan)
    whole[there] = numbers
    return PlainNumbers(whole, Counter(text for text in texts if text in words), points)


def _seems_plain(text: object, words: Collection[str]) -> bool:
    if not isinstance(text, str):
        return False
    if text in words:
        return True
    try:
        float(text)
    except ValueError:
        return False
    return True
