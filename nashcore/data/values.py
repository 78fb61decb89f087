"""A file's values as text: without blanks and marks that nobody sees, in one Unicode form, and the words for no value."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

MISSING_WORDS = ("", "?", "NA", "N/A", "n/a", "NaN", "nan", "NULL", "null", "None", "<NA>", "#N/A")
"""Values that stand for "no value" in a file."""

_CONTROLS = "".join(map(chr, (*range(33), *range(127, 160))))
_SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_JOINERS = "\u200c\u200d\u2028\u2029"
"""Within a word some scripts need the first two."""


@dataclass(frozen=True, eq=False)
class CodedText:
    """A column of text as its distinct values.

    Attributes:
        codes: [n] each row's place in ``texts``; -1 where there is nothing.
        texts: the distinct values.
        rows: how many rows have each.
    """

    codes: NDArray[np.int64]
    texts: list[str]
    rows: NDArray[np.int64]


def clean_value(text: str) -> str:
    """The value that a spelling stands for: without blanks, controls and invisible marks at its ends or within, other blanks
    as plain ones, composed (NFC).

    NFKC would also make letters of what is only alike (m² would be m2), so it is used to find nearly equal spellings only.
    """
    if text.isascii():
        return text.strip(_CONTROLS)
    composed = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return _SPACES.sub(" ", composed).strip(_CONTROLS + _JOINERS)


def code_text(column: pd.Series) -> CodedText:
    """The distinct clean values of a column and where they are."""
    codes, found = pd.factorize(column, use_na_sentinel=True)
    spelled = np.asarray(found, dtype=object).tolist()
    texts = list(map(clean_value, map(str, spelled)))
    if texts != spelled:  # different spellings may be the same value
        places = {text: place for place, text in enumerate(dict.fromkeys(texts))}
        alike = np.array([places[text] for text in texts])
        codes, texts = np.where(codes < 0, -1, alike[codes]), list(places)
    codes = codes.astype(np.int64)
    return CodedText(codes, texts, np.bincount(codes[codes >= 0], minlength=len(texts)))
