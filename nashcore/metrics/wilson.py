"""Wilson's interval of a share that was counted."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

Z = 1.959963984540054
"""Of the normal distribution, 97.5% lies below: the intervals are made to cover 95%."""


@dataclass(frozen=True)
class Proportion:
    """Shares that were counted, [...] each; NaN where nothing was counted.

    Attributes:
        hits: rows that have it.
        of: rows that could.
        value: the share.
        low, high: Wilson's 95% interval.
    """

    hits: Tensor
    of: Tensor
    value: Tensor
    low: Tensor
    high: Tensor


def wilson(hits: Tensor, of: Tensor, squares: Tensor | None = None) -> Proportion:
    """Shares with their intervals.

    Source: E. B. Wilson, "Probable inference, the law of succession, and statistical inference" (1927).

    Args:
        hits: [...], rows that have it.
        of: [...], rows that could.
        squares: [...], where rows were drawn several times: the sum over distinct rows of how often each was drawn, squared. The
            interval then rests on Kish's effective number of rows, of² / squares: copies tell nothing new.
    """
    hits, of = hits.double(), of.double()
    known = of > 0
    share = torch.where(known, hits / of, torch.nan)
    rows = of if squares is None else torch.where(known, of * of / squares.double(), torch.nan)
    spread = Z * Z / rows
    middle = (share + spread / 2) / (1 + spread)
    reach = (share * (1 - share) * spread + spread * spread / 4).sqrt() / (1 + spread)
    low = torch.where(hits == 0, 0.0, (middle - reach).clamp(min=0))
    high = torch.where(hits == of, 1.0, (middle + reach).clamp(max=1))
    return Proportion(
        hits, of, share, torch.where(known, low, torch.nan), torch.where(known, high, torch.nan)
    )
