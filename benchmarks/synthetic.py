"""What the loss plane costs, beside a bare PyTorch loop on one point.

The bare loop is what a notebook would do: Adam on one vector of two numbers, both losses' gradients by
autograd, 1000 steps. All ways are timed in turns in one process, so that whatever else the machine does slows
them alike; the figures are ratios of their fastest rounds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from nashcore.bargaining import RULES
from synthetic.basin import STANDARD_SIDE, map_basin
from synthetic.config import PlaneConfig, random_starts
from synthetic.optimizers import make_optimizer
from synthetic.simulate import simulate
from synthetic.trajectories import descend

STEPS, LR = 1000, 0.05


def run(rounds: int = 3) -> dict[str, Any]:
    """Measure.

    Args:
        rounds: how often each way is timed; the fastest counts.

    Returns:
        "figure_ratio": five rules from five starts with their perturbed copies, 1000 steps, every step recorded,
        over the bare loop; "plain_figure_ratio": the same without the copies; "basin_ratio": 41 x 41 starts for five rules
        over the bare loop; "seconds" of each; "threads".
    """
    ways: dict[str, Callable[[], object]] = {
        "bare": bare_loop,
        "figure": lambda: simulate(PlaneConfig(steps=STEPS, lr=LR)),
        "plain_figure": lambda: simulate(PlaneConfig(steps=STEPS, lr=LR, nudges=0)),
        "basin": lambda: map_basin(PlaneConfig(steps=STEPS, lr=LR), STANDARD_SIDE),
    }
    bare_loop()  # the first calls load and fill caches
    simulate(PlaneConfig(steps=20))
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(rounds):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            best[name] = min(best[name], time.perf_counter() - begun)
    return {
        **{f"{name}_ratio": best[name] / best["bare"] for name in ways if name != "bare"},
        "seconds": best,
        "threads": torch.get_num_threads(),
    }


def bare_loop() -> Tensor:
    """1000 Adam steps of the mean loss on one point, by autograd."""
    theta = torch.tensor([-8.5, 7.5], dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.Adam([theta], lr=LR)
    for _ in range(STEPS):
        first, second = _losses(theta)
        (g1,) = torch.autograd.grad(first, theta, retain_graph=True)
        (g2,) = torch.autograd.grad(second, theta)
        theta.grad = 0.5 * (g1 + g2)
        optimizer.step()
    return theta.detach()


def _losses(theta: Tensor) -> tuple[Tensor, Tensor]:
    x, y = theta[0], theta[1]
    c1, c2 = torch.tanh(y / 2).clamp(min=0), torch.tanh(-y / 2).clamp(min=0)
    f1 = torch.log((0.5 * (-x - 7) - torch.tanh(-y)).abs().clamp(min=5e-6)) + 6
    f2 = torch.log((0.5 * (-x + 3) + torch.tanh(-y) + 2).abs().clamp(min=5e-6)) + 6
    g1 = ((-x + 7) ** 2 + 0.1 * (-y - 8) ** 2) / 10 - 20
    g2 = ((-x - 7) ** 2 + 0.1 * (-y - 8) ** 2) / 10 - 20
    return c1 * f1 + c2 * g1, c1 * f2 + c2 * g2


if __name__ == "__main__":
    import json

    print(json.dumps(run(), indent=2))


def step_costs(rounds: int = 3) -> dict[str, dict[str, tuple[float, float]]]:
    """The coefficients of `synthetic.cost` on this machine, each rule alone: microseconds of processor time a step, for the call
    and for every run (they hold the step's own share, too), on a problem with two groups and on one with three."""
    return {
        problem: {rule: _step_cost(problem, rule, rounds) for rule in RULES}
        for problem in ("standard", "three_groups")
    }


def _step_cost(problem: str, rule: str, rounds: int) -> tuple[float, float]:
    few, many = 8, 2048
    small, large = (_step_time(problem, rule, starts, rounds) for starts in (few, many))
    run = (large - small) / (many - few)
    return small - few * run, run


def _step_time(problem: str, rule: str, starts: int, rounds: int, steps: int = 20) -> float:
    config = PlaneConfig(problem=problem, methods=(rule,))
    posed, methods = config.build_problem(), config.build_methods()
    drawn = random_starts(posed, starts, 0)
    times = []
    with torch.inference_mode():
        for _ in range(rounds):
            begun = time.process_time()
            optimizer = make_optimizer(config.optimizer, config.lr, None, 1.0)
            for _ in descend(posed, methods, drawn, steps, optimizer):
                pass
            times.append(time.process_time() - begun)
    return min(times) / steps * 1e6
