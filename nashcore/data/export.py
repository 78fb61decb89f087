"""Tables that leave the app: as CSV text that no spreadsheet mistakes for formulas."""

from __future__ import annotations

import pandas as pd

_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def neutralise(text: str) -> str:
    """``text``, with an apostrophe before it when a spreadsheet would run it as a formula.

    Numbers written as text stay as they are.

    >>> neutralise("=cmd()"), neutralise("-1.5"), neutralise("plain")
    ("'=cmd()", '-1.5', 'plain')
    """
    if not text.lstrip(" ").startswith(_STARTS):
        return text
    try:
        float(text)
    except ValueError:
        return f"'{text}"
    return text


def to_safe_csv(frame: pd.DataFrame, *, index: bool = False) -> str:
    """The table as CSV text with a header; text values and names that start like a formula are neutralised.

    Args:
        frame: the table.
        index: whether to write the index as the first columns.
    """
    safe = frame.reset_index() if index else frame.copy()
    for place, (_, column) in enumerate(list(safe.items())):
        if not pd.api.types.is_numeric_dtype(column):
            safe.isetitem(place, [neutralise(value) if isinstance(value, str) else value for value in column])
    safe.columns = pd.Index([neutralise(str(name)) for name in safe.columns])
    return safe.to_csv(index=False, lineterminator="\n")
