"""What new rows hold that the rows did not on which an encoding was fitted."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from nashcore.data.columns import MISSING, as_codes, one_line, plain_number
from nashcore.data.encode import Encoder, finite_numbers
from nashcore.errors import quoted

MOST_NAMED = 3
"""Values of a column that a sentence names."""


def unseen_values(encoder: Encoder, frame: pd.DataFrame) -> Iterator[str]:
    """One sentence for each column in which some rows hold values that no training row held.

    An encoding of an earlier version may not know the rare categories or the range of the numbers of its training rows; the
    sentence then speaks of what it knows.

    Args:
        encoder: the fitted encoding.
        frame: new rows, with the columns that it needs.
    """
    for number in encoder.numbers:
        values = finite_numbers(frame[number.name])
        missing = int(np.isnan(values).sum())
        if number.low is not None and number.high is not None:
            outside = int(((values < number.low) | (values > number.high)).sum())
            if outside:
                yield (
                    f"{_rows(outside)} numbers never seen in column {number.name}: the training rows' were from "
                    f"{plain_number(number.low)} to {plain_number(number.high)}."
                )
        if missing and not number.flag:
            yield (
                f"{_rows(missing)} no value in column {number.name}, which every training row had: its median, "
                f"{plain_number(number.fill)}, stands in."
            )
    for category in encoder.categories:
        codes, texts = as_codes(frame[category.name])
        known = {*category.values, *(category.others or ())}
        unseen = np.array([text not in known for text in texts], dtype=bool)
        rows = np.bincount(codes, minlength=len(texts))
        count = int(rows[unseen].sum())
        if not count:
            continue
        often = sorted(np.flatnonzero(unseen).tolist(), key=lambda place: (-rows[place], texts[place]))
        shown = ", ".join(
            "no value" if texts[place] == MISSING else quoted(one_line(texts[place]))
            for place in often[:MOST_NAMED]
        )
        more = f" and {len(often) - MOST_NAMED:,} more" if len(often) > MOST_NAMED else ""
        seldom = " or only seldom" if category.others is None and category.rare else ""
        stands = "as a rare one" if category.rare else "as none of the values known"
        yield f"{_rows(count)} values never{seldom} seen in column {category.name} ({shown}{more}): each counts {stands}."


def _rows(count: int) -> str:
    return f"{count:,} row{' holds' if count == 1 else 's hold'}"
