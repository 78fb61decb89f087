"""Spellings of one value that are nearly equal: in case, blanks, width, a final dot, leading zeros, letters of another alphabet
that look the same, or a usual first letter."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence

MOST_TOLD = 1_000
"""A column with more distinct values is not searched unless it is to be merged: such are names, not categories."""


FIRST_LETTERS = {"f": "female", "m": "male", "y": "yes", "n": "no"}
"""Letters that stand for a word where a column holds both. Other first letters stand for too much: M beside married."""


_ALIKE = str.maketrans("авекмнорстухі", "abekmhopctyxi")
"""Cyrillic letters, small or large, that look like Latin ones."""


def spelling_key(text: str) -> str:
    """What nearly equal spellings share."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    folded = " ".join(folded.split()).rstrip(".").rstrip().translate(_ALIKE)
    if folded.isdecimal():
        return folded.lstrip("0") or "0"
    return FIRST_LETTERS.get(folded, folded)


def nearly_equal(texts: Sequence[str], rows: Sequence[int]) -> list[list[tuple[str, int]]]:
    """The values that have several spellings: each with its spellings and their rows, the most frequent first."""
    found: dict[str, list[tuple[str, int]]] = {}
    for text, count in zip(texts, rows, strict=True):
        if count and text:
            found.setdefault(spelling_key(text), []).append((text, count))
    several = [sorted(one, key=lambda each: (-each[1], each[0])) for one in found.values() if len(one) > 1]
    return sorted(several, key=lambda one: -sum(count for _, count in one))


def merger(merged: Mapping[str, str]) -> Callable[[str], str]:
    """How values are spelled once spellings are merged: as before, or as the kept spelling that they are nearly equal to.

    Args:
        merged: the spellings seen before, and what each was taken as.
    """
    kept = {spelling_key(value): value for value in merged.values()}
    return lambda text: merged.get(text) or kept.get(spelling_key(text), text) if kept else text
