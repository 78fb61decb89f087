"""What an audit of a table says: one finding, one sentence, and a switch where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal[
    "gives target away",
    "fixes the label",
    "constant",
    "identifier",
    "number-like text",
    "duplicates",
    "spellings",
    "small cell",
    "small group",
    "base rates",
    "tells the group",
    "missing values",
]
Switch = Literal["drop column", "drop duplicates", "drop group", "merge spellings"]


@dataclass(frozen=True)
class Finding:
    """Something to know before training.

    Attributes:
        kind: what sort of finding.
        column: the column it is about, or None.
        says: one plain sentence.
        figure: the number behind it; what it measures follows from the kind (AUC, distinct values, largest
            missing share, gap of base rates, rows, share of test rows or of rows).
        switch: what can be done about it, or None: "drop column" (``drop=[column]``), "drop duplicates"
            (``drop_duplicates=True``), "drop group" (``drop_groups=[group]``), "merge spellings"
            (``merge_spellings=True`` of the reading).
        group: the group it is about, or None.
        takes: the rows that the switch would take, of which groups and labels; "" without a switch.
        serious: whether a result cannot be trusted while it stands.
        short: a serious finding in a few words.
    """

    kind: Kind
    column: str | None
    says: str
    figure: float
    switch: Switch | None = None
    group: str | None = None
    takes: str = ""
    serious: bool = False
    short: str = ""


NO_ROWS = "takes no rows"
"""What a switch that leaves a column out, or writes values alike, does to rows."""


def headline(serious: Sequence[str]) -> str:
    """How many serious findings there are, and what they are: "1 serious finding: offered_rate, AUC 1.000"; "" without any."""
    if not serious:
        return ""
    return f"{len(serious):,} serious finding{'s' * (len(serious) != 1)}: {'; '.join(serious)}"
