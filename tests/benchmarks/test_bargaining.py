"""The benchmark's part for another device, on every device there is; its times are read by hand, never judged."""

from __future__ import annotations

import math

import pytest
import torch

from benchmarks.bargaining import games, on_cuda
from nashcore.bargaining import get_rule
from tests.devices import DEVICES


@pytest.mark.parametrize("device", DEVICES)
def test_the_figures_of_a_device(device: str) -> None:
    gradients = games("random", 16, torch.Generator().manual_seed(0))
    rules = {name: get_rule(name) for name in ("nash", "cagrad", "mgda")}
    figures = on_cuda(gradients, rules, 0.03, 1, device)
    assert all(name.startswith("cuda_") for name in figures)
    assert figures["cuda_worst_residual"] <= 1e-9
    assert set(figures["cuda_microseconds_a_game_in_batch"]) == {"nash", "cagrad", "mgda", "bargain"}
    ratios = ("cuda_batch_ratio", "cuda_cagrad_over_nash_batch", "cuda_mgda_over_nash_batch")
    assert all(math.isfinite(figures[name]) and figures[name] > 0 for name in ratios)
