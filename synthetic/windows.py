"""From which number of bargaining steps on both are met: the front and the fair diagonal."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor

GAP_TOLERANCE = 0.1
"""A run is on the fair diagonal when its final gap is at most this."""


@dataclass(frozen=True)
class Window:
    """The T at which a goal meets both.

    Attributes:
        first: the smallest such T.
        last: the largest such T.
        longest: (first, last) T of the longest unbroken row of such T.
        met: how many T there are from `first` to `last` that meet both.
        tried: how many T were tried from `first` to `last`.
    """

    first: int
    last: int
    longest: tuple[int, int]
    met: int
    tried: int


def windows(switches: Tensor, met: Tensor) -> list[Window | None]:
    """The window of each goal; None where no T meets both.

    Args:
        switches: [T], the numbers of bargaining steps, rising.
        met: [G, T] (bool).
    """
    return [_window(switches.tolist(), row.tolist()) for row in met]


def _window(switches: list[int], met: list[bool]) -> Window | None:
    if not any(met):
        return None
    first = met.index(True)
    last = len(met) - 1 - met[::-1].index(True)
    rows, begun = [], 0
    for place, is_met in enumerate([*met, False]):
        if not is_met:
            rows.append((place - begun, begun, place - 1))
            begun = place + 1
    _, begins, ends = max(rows, key=lambda row: row[0])
    longest = switches[begins], switches[ends]
    return Window(switches[first], switches[last], longest, sum(met), last - first + 1)
