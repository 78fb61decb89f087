"""Decisions at any thresholds, of many models and groups at once: scores are sorted once, every threshold is then looked up.

A row is given label 1 where its score is above the threshold.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn.functional import one_hot, pad

from nashcore.metrics.confusion import Confusion
from nashcore.metrics.rows import check_rows, check_scores


class Sweep:
    """Every model's rows in the order of their scores, within each group.

    Args:
        scores: [M, n]; a model with one that is not finite has no counts: NaN.
        labels: [n], 0 or 1.
        groups: [n], numbers below ``count``.
        count: number of groups, G.
        copies: [n], how often the row is among these rows, itself included; 1 of each when left out.

    Raises:
        InputError: scores, labels or groups are not of this kind.
    """

    def __init__(
        self, scores: Tensor, labels: Tensor, groups: Tensor, count: int, copies: Tensor | None = None
    ) -> None:
        checked, groups = check_rows(labels, groups, count)
        self.count = count
        scores = check_scores(scores, len(checked), 2).double().contiguous()
        self._sound = scores.isfinite().all(-1)
        self._ascending = scores.sort(-1).values
        place = torch.searchsorted(self._ascending, scores).clamp(max=max(scores.shape[-1] - 1, 0))
        self._keys, order = (groups * scores.shape[-1] + place).sort(-1)  # group by group, then by score
        self._ends = one_hot(groups, count).sum(0).cumsum(0)
        ones = checked.double()
        weight = torch.ones_like(ones) if copies is None else copies.double()
        kinds = torch.stack([ones, 1 - ones, ones * weight, (1 - ones) * weight])
        self._below = pad(kinds[:, order].cumsum(-1), (1, 0))  # [4, M, n + 1]
        begins = pad(self._ends[:-1], (1, 0))
        self._all = self._below[..., self._ends] - self._below[..., begins]  # [4, M, G]

    def at(self, thresholds: Tensor) -> tuple[Confusion, Confusion]:
        """Counts at thresholds, and the same with each distinct row counted as the square of its draws.

        Args:
            thresholds: [T], for all groups alike, or [T, G].

        Returns:
            [M, T, G] each.
        """
        models, rows = self._ascending.shape
        each = thresholds.double()
        each = each.unsqueeze(-1).expand(-1, self.count) if each.ndim == 1 else each
        asked = each.reshape(1, -1).expand(models, -1).contiguous()
        not_above = torch.searchsorted(self._ascending, asked, right=True).view(models, len(each), self.count)
        keys = not_above + torch.arange(self.count, device=asked.device) * rows
        place = torch.searchsorted(self._keys, keys.flatten(1))
        upto = self._below.gather(-1, place.expand(4, -1, -1)).view(4, models, len(each), self.count)
        above = self._below[..., self._ends].unsqueeze(-2) - upto
        sound = self._sound.view(-1, 1, 1)
        above, total = torch.where(sound, above, torch.nan), self._all.unsqueeze(-2)
        counts, squares = (
            Confusion(above[i], above[i + 1], total[i] - above[i], total[i + 1] - above[i + 1])
            for i in (0, 2)
        )
        return counts, squares


def copies_of(rows: Tensor) -> Tensor:
    """How often each row's number [n] is among them, [n]."""
    _, place, counts = torch.unique(rows, return_inverse=True, return_counts=True)
    times: Tensor = counts[place]
    return times
