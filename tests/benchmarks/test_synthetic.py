"""The bare loop of the benchmark does the same work as the lab's run of the mean."""

from __future__ import annotations

import pytest
import torch

from benchmarks import synthetic
from benchmarks.synthetic import LR, STEPS, bare_loop
from nashcore.bargaining import RULES
from synthetic.config import PlaneConfig
from synthetic.simulate import simulate


def test_bare_loop_ends_where_the_lab_ends() -> None:
    config = PlaneConfig(methods=("mean",), starts=((-8.5, 7.5),), steps=STEPS, lr=LR, nudges=0)
    torch.testing.assert_close(bare_loop(), simulate(config).trajectories.theta[-1, 0, 0], rtol=0, atol=1e-3)


def test_every_rule_has_its_step_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(synthetic, "_step_time", lambda problem, rule, starts, rounds: 5.0 + 2.0 * starts)
    costs = synthetic.step_costs(1)
    assert set(costs) == {"standard", "three_groups"}
    assert set(costs["standard"]) == set(RULES)
    assert costs["standard"]["nash"] == (5.0, 2.0)
