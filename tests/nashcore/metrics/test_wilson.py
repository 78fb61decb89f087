"""Wilson's interval: the values of an independent library, the ends of the range, and rows drawn several times."""

from __future__ import annotations

import math

import pytest
import torch
from scipy.stats import binomtest

from nashcore.metrics.wilson import wilson


@pytest.mark.parametrize(("hits", "of"), [(0, 1), (1, 1), (0, 7), (7, 7), (3, 10), (250, 1000), (1, 100_000)])
def test_intervals_agree_with_scipy(hits: int, of: int) -> None:
    found = wilson(torch.tensor([hits]), torch.tensor([of]))
    expected = binomtest(hits, of).proportion_ci(0.95, "wilson")
    assert found.value.item() == pytest.approx(hits / of)
    assert found.low.item() == pytest.approx(expected.low, abs=1e-12)
    assert found.high.item() == pytest.approx(expected.high, abs=1e-12)


def test_ends_are_exact_and_nothing_counted_is_no_share() -> None:
    found = wilson(torch.tensor([0, 9, 0]), torch.tensor([9, 9, 0]))
    assert (found.low[0].item(), found.high[1].item()) == (0.0, 1.0)
    assert all(math.isnan(one[2].item()) for one in (found.value, found.low, found.high))


def test_copies_tell_nothing_new() -> None:
    """Ten rows that were drawn four times each are as unsure as ten rows."""
    once = wilson(torch.tensor([3]), torch.tensor([10]))
    again = wilson(torch.tensor([12]), torch.tensor([40]), torch.tensor([10 * 16]))
    assert again.value.item() == once.value.item()
    assert again.low.item() == pytest.approx(once.low.item())
    assert again.high.item() == pytest.approx(once.high.item())
