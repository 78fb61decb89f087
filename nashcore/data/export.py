"""Tables that leave the app: as CSV text that no spreadsheet mistakes for formulas."""

from __future__ import annotations

import re

import pandas as pd

_SIGNS = r"=+\-@＝＋－＠"
_START = re.compile(rf"(?= *[{_SIGNS}\t\r\n])")
_INSIDE = re.compile(rf"([;|\t\r\n]\s*)(?=[{_SIGNS}])")
"""Also where some spreadsheets part cells and rows, though the file's delimiter is the comma: they do not heed quotation
marks in what is the middle of a cell to them."""


def neutralise(text: str) -> str:
    """``text``, with an apostrophe before all that a spreadsheet would run as a formula.

    Numbers written as text stay as they are.

    >>> neutralise("=cmd()"), neutralise("-1.5"), neutralise("a;=cmd()"), neutralise("plain")
    ("'=cmd()", '-1.5', "a;'=cmd()", 'plain')
    """
    try:
        float(text)
    except ValueError:
        inside = _INSIDE.sub(r"\1'", text)
        return f"'{inside}" if _START.match(text) else inside
    return text


def to_safe_csv(frame: pd.DataFrame, *, index: bool = False) -> str:
    """The table as CSV text with a header; formulas in text values and names are neutralised (see `neutralise`).

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
