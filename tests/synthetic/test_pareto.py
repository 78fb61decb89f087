"""Fronts against independent numerical ones, and distances against brute force."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from synthetic.pareto import gap, simplex_grid
from synthetic.problems import PROBLEMS, get_problem


@pytest.mark.parametrize("name", PROBLEMS)
def test_front_minimises_weighted_sums_as_scipy_finds_them(name: str) -> None:
    problem = get_problem(name)
    K = len(problem.groups)
    for weights in np.random.default_rng(0).dirichlet(np.ones(K), size=6):

        def weighted(theta: np.ndarray, weights: np.ndarray = weights) -> tuple[float, np.ndarray]:
            losses, gradients = problem.evaluate(torch.from_numpy(theta))
            return float(weights @ losses.numpy()), weights @ gradients.numpy()

        near = np.array([0.0, -8.0]) if name in ("standard", "printed") else np.zeros(2)
        found = minimize(weighted, near, jac=True, method="BFGS", options={"gtol": 1e-10})
        losses = problem.evaluate(torch.from_numpy(found.x))[0]
        assert problem.front.distance(losses) < (0.02 if K == 3 else 1e-4)  # the net's own coarseness


@pytest.mark.parametrize("name", PROBLEMS)
def test_no_point_of_the_plane_beats_the_front(name: str) -> None:
    problem = get_problem(name)
    axes = [torch.linspace(low, high, 401, dtype=torch.float64) for low, high in problem.theta_range]
    losses = problem.evaluate(torch.cartesian_prod(*axes))[0]
    front = problem.front.losses[:: 1 if len(problem.groups) == 2 else 25]
    for point in front[::64] if len(problem.groups) == 2 else front:
        assert not bool((losses < point - 1e-9).all(-1).any())


def test_standard_front_lies_where_the_protocol_says() -> None:
    front = get_problem("standard").front
    assert front.theta[:, 0].min() == -7
    assert front.theta[:, 0].max() == 7
    middle = front.theta[front.theta[:, 0] == 0][0]
    assert float(middle[1]) == pytest.approx(-8.3552, abs=2e-4)
    assert float((front.theta[:, 1] - middle[1]).abs().max()) < 0.08
    weights = (front.theta[:, 0] + 7) / 14
    _, gradients = get_problem("standard").evaluate(front.theta)
    pull = weights.unsqueeze(-1) * gradients[:, 0] + (1 - weights).unsqueeze(-1) * gradients[:, 1]
    assert float(pull.abs().max()) < 1e-12  # Pareto stationary


@pytest.mark.parametrize("name", PROBLEMS)
def test_distance_is_what_brute_force_over_a_finer_net_finds(name: str) -> None:
    front = get_problem(name).front
    draw = torch.Generator().manual_seed(1)
    low, high = front.losses.amin(0), front.losses.amax(0)
    points = low + (high - low) * torch.rand((60, len(low)), generator=draw, dtype=torch.float64)
    corners = front.losses[front.cells]
    if len(low) == 2:
        share = torch.linspace(0, 1, 21, dtype=torch.float64)
        inner = torch.stack((share, 1 - share), -1)
    else:
        inner = simplex_grid(12)[0]
    fine = (inner @ corners).flatten(0, 1)
    brute = torch.cdist(points, fine).amin(-1)
    found = front.distance(points)
    assert bool((found <= brute + 1e-9).all())
    assert float((brute - found).max()) < 0.02


def test_distance_is_zero_on_the_net_infinite_off_the_numbers_and_blind_to_units() -> None:
    front = get_problem("standard").front
    assert float(front.distance(front.losses).max()) < 1e-12
    lost = torch.tensor([[torch.nan, 0.0], [torch.inf, 0.0]], dtype=torch.float64)
    assert front.distance(lost).tolist() == [torch.inf, torch.inf]
    assert front.distance(front.losses[:0]).shape == (0,)
    losses = torch.tensor([[-3.0, 5.0], [-20.0, 1.0]], dtype=torch.float64)
    scaled = get_problem("standard", 1000.0).front.distance(losses * torch.tensor([1000.0, 1.0]))
    torch.testing.assert_close(scaled, front.distance(losses))


def test_distance_by_hand_beyond_the_ends_of_the_line() -> None:
    front = get_problem("standard").front
    end = front.losses[0]
    beyond = end + torch.tensor([3.0, 0.0], dtype=torch.float64)
    assert float(front.distance(beyond)) == pytest.approx(3.0, abs=1e-9)


def test_the_outline_of_a_line_is_the_line_and_of_a_surface_its_rim() -> None:
    line = get_problem("standard").front
    assert line.outline.tolist() == list(range(len(line.losses)))
    surface = get_problem("three_groups").front
    rim = surface.outline
    assert rim[0] == rim[-1]
    assert len(set(rim.tolist())) == len(rim) - 1 == 3 * 48  # each of the net's edge points once
    # On the rim one group has no say, so the other two's gradients are opposed and the third's weight is zero.
    _, gradients = get_problem("three_groups").evaluate(surface.theta[rim])
    first, second = gradients.unsqueeze(-2), gradients.unsqueeze(-3)
    across = (first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]).abs()
    pairs = torch.stack([across[:, 0, 1], across[:, 1, 2], across[:, 0, 2]], -1)
    assert float(pairs.amin(-1).max()) < 1e-9
    assert bool(
        (surface.losses[rim] == 0).any(0).all()
    )  # each group's own optimum is a corner of the surface


def test_every_point_of_the_surface_is_stationary_and_no_run_gets_below_it() -> None:
    problem = get_problem("three_groups")
    _, gradients = problem.evaluate(problem.front.theta)
    # Pareto stationary: zero lies among the weighted averages of the gradients, found by a plain solver.
    for own in gradients[::50].numpy():
        found = minimize(
            lambda w, own=own: float(((w @ own) ** 2).sum()),
            np.full(3, 1 / 3),
            bounds=[(0, 1)] * 3,
            constraints={"type": "eq", "fun": lambda w: w.sum() - 1},
            method="SLSQP",
            options={"ftol": 1e-14},
        )
        assert found.fun < 1e-6
    inside = problem.front.losses.mean(0)
    assert (
        float(problem.front.distance(inside)) > 0.1
    )  # the surface is curved: means of front points are above it


def test_gap_is_highest_minus_lowest() -> None:
    assert gap(torch.tensor([[1.0, 4.0, -2.0], [3.0, 3.0, 3.0]])).tolist() == [6.0, 0.0]
