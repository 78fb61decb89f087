"""The lockstep against slow references: one run at a time, autograd gradients, torch.optim steps."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES
from nashcore.methods import continuous, parse_method
from synthetic.optimizers import make_optimizer
from synthetic.problems import get_problem
from synthetic.trajectories import descend, record
from tests.synthetic.problems.points import standard_by_the_book


def run(
    names: list[str],
    starts: Tensor,
    steps: int,
    optimizer: str = "adam",
    lr: float = 0.05,
    problem: str = "standard",
):
    posed = get_problem(problem)
    methods = [parse_method(name) for name in names]
    chosen = make_optimizer(optimizer, lr, posed.curvature, 1.0)  # type: ignore[arg-type]
    return record(descend(posed, methods, starts, steps, chosen), steps)


def nash_of_two(g: Tensor) -> Tensor:
    """The bisector, from the two gradients themselves."""
    size = g.norm(dim=-1)
    cosine = float((g[0] @ g[1]) / (size[0] * size[1]))
    return torch.stack([1 / (s * math.sqrt(1 + cosine)) for s in size])


def slow_path(start: tuple[float, float], steps: int, optimizer: str, lr: float, weigh) -> Tensor:
    """One run by the book: autograd of the printed losses and a step of torch.optim."""
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    kinds = {
        "adam": lambda: torch.optim.Adam([theta], lr=lr),
        "sgd": lambda: torch.optim.SGD([theta], lr=lr),
        "momentum": lambda: torch.optim.SGD([theta], lr=lr, momentum=0.9),
    }
    stepper = kinds[optimizer]()
    path = [theta.detach().clone()]
    for step in range(steps):
        losses = standard_by_the_book(theta)
        g = torch.stack([torch.autograd.grad(loss, theta, retain_graph=True)[0] for loss in losses])
        theta.grad = weigh(step, losses.detach(), g) @ g
        stepper.step()
        path.append(theta.detach().clone())
    return torch.stack(path)


def forml_weights(losses: Tensor) -> Tensor:
    return torch.tensor([1.0, -1.0] if losses[0] > losses[1] else [-1.0, 1.0], dtype=torch.float64)


HALF = torch.tensor([0.5, 0.5], dtype=torch.float64)


@pytest.mark.parametrize("optimizer", ["adam", "momentum", "sgd"])
@pytest.mark.parametrize(
    ("name", "weigh"),
    [
        ("mean", lambda step, losses, g: HALF),
        ("ltr", lambda step, losses, g: HALF),
        ("forml", lambda step, losses, g: forml_weights(losses)),
        ("nash", lambda step, losses, g: nash_of_two(g)),
        (
            "forml-nash@two_stage:20",
            lambda step, losses, g: nash_of_two(g) if step < 20 else forml_weights(losses),
        ),
        (
            "forml-nash@bargain_last:20",
            lambda step, losses, g: nash_of_two(g) if step >= 20 else forml_weights(losses),
        ),
        (
            "forml-nash@every_nth:7",
            lambda step, losses, g: forml_weights(losses) if step % 7 else nash_of_two(g),
        ),
        (
            "forml-nash@while_in_conflict",
            lambda step, losses, g: nash_of_two(g) if g[0] @ g[1] < 0 else forml_weights(losses),
        ),
    ],
)
def test_paths_are_those_of_a_slow_step_by_step_reference(optimizer: str, name: str, weigh) -> None:
    steps, start, lr = 60, (-8.5, 7.5), 0.05 if optimizer == "adam" else 0.002
    starts = torch.tensor([(9.0, 9.0), start], dtype=torch.float64)
    path = run(
        ["mean", name, "nash"] if name not in ("mean", "nash") else ["ltr", name],
        starts,
        steps,
        optimizer,
        lr,
    )
    slow = slow_path(start, steps, optimizer, lr, weigh)
    torch.testing.assert_close(path.theta[:, 1, 1], slow, rtol=0, atol=1e-7)
    torch.testing.assert_close(path.losses[:, 1, 1], standard_by_the_book(slow), rtol=0, atol=1e-5)


@pytest.mark.parametrize("problem", ["standard", "convex_pair", "three_groups"])
def test_no_run_depends_on_which_others_there_are(problem: str) -> None:
    drawn = 20 * torch.rand((7, 2), generator=torch.Generator().manual_seed(1), dtype=torch.float64) - 10
    # The third player's own optimum: there a gradient is zero, and the game is another one.
    quiet = torch.tensor([(0.0, 3.0)], dtype=torch.float64)
    starts = torch.cat((torch.tensor(get_problem(problem).starts, dtype=torch.float64), drawn, quiet))
    names = [*RULES, "forml", "ltr-nash@two_stage:10", "meta_gdro-pcgrad@every_nth:3"]
    together = run(names, starts, 40, problem=problem)
    for m, name in enumerate(names):
        alone = run([name], starts[1:2], 40, problem=problem)
        assert torch.equal(together.theta[:, m, 1], alone.theta[:, 0, 0]), name
        some = run([names[m - 1], name], starts[3:9], 40, problem=problem)
        assert torch.equal(together.theta[:, m, 3:9], some.theta[:, 1]), name


def test_records_say_what_was_followed() -> None:
    starts = torch.tensor([(-8.5, 7.5)], dtype=torch.float64)
    path = run(["forml-nash@two_stage:5", "forml"], starts, 12)
    assert path.bargained[:, 0, 0].tolist() == [True] * 5 + [False] * 8
    assert not path.bargained[:, 1].any()
    assert not path.fell_back.any()
    assert path.steps.tolist() == list(range(13))
    torch.testing.assert_close(path.weights[7, 0, 0].abs(), torch.ones(2, dtype=torch.float64))
    assert path.gained.shape == (12, 2, 1)
    assert bool(path.gained[:5, 0].all())
    assert float(path.cosine[0, 0, 0]) == pytest.approx(
        float(torch.nn.functional.cosine_similarity(*path.gradients[0, 0, 0], dim=0))
    )


def test_without_agreement_the_goal_is_followed_and_recorded() -> None:
    centres_line = torch.tensor([(0.0, 0.5)], dtype=torch.float64)
    front = get_problem("convex_pair").front.theta[
        400:401
    ]  # opposed gradients: nobody can gain with the other
    path = run(["nash", "forml-nash", "mean"], front, 1, problem="convex_pair")
    assert path.fell_back[0, :, 0].tolist() == [True, True, False]
    torch.testing.assert_close(path.weights[0, 0], path.weights[0, 2])
    assert sorted(path.weights[0, 1, 0].tolist()) == [-1.0, 1.0]
    assert not run(["nash"], centres_line, 1, problem="convex_pair").fell_back[0].any()


def test_thinning_keeps_the_same_moments_and_the_last() -> None:
    posed, methods = get_problem("convex_pair"), [parse_method("nash")]
    starts = torch.tensor(posed.starts, dtype=torch.float64)
    full = run(["nash"], starts, 25, problem="convex_pair")
    thin = record(descend(posed, methods, starts, 25, make_optimizer("adam", 0.05, None, 1.0)), 25, every=10)
    assert thin.steps.tolist() == [0, 10, 20, 25]
    assert torch.equal(thin.theta, full.theta[[0, 10, 20, 25]])


def scaled_run(name: str, factor: float, steps: int):
    posed = get_problem("standard", factor)
    starts = torch.tensor(posed.starts, dtype=torch.float64)
    optimizer = make_optimizer("adam", 0.05, None, 1.0)
    return record(descend(posed, [parse_method(name)], starts, steps, optimizer), steps)


def test_nash_ignores_the_scale_of_a_loss_and_the_mean_does_not() -> None:
    # In 100 steps no start comes near the end of agreement, where rounding would decide whether there is one.
    one, eighth, tenth = (scaled_run("nash", factor, 100) for factor in (1.0, 0.125, 0.1))
    assert float(one.cosine.min()) > -0.9999
    assert not one.fell_back.any()
    # A power of two only moves the binary point, so the paths agree to the last bit.
    assert torch.equal(one.theta, eighth.theta)
    # A tenth rounds, and on the ridge y = 0, where the second start is, rounding chooses the side.
    quiet = [place for place, start in enumerate(get_problem("standard").starts) if start[1] != 0]
    torch.testing.assert_close(one.theta[:, 0, quiet], tenth.theta[:, 0, quiet], rtol=0, atol=1e-6)
    means = [scaled_run("mean", factor, 100).theta for factor in (1.0, 0.1)]
    assert float((means[0] - means[1]).abs().max()) > 0.1


def test_nash_weights_of_three_players_meet_their_condition() -> None:
    posed = get_problem("three_groups")
    path = run(["nash"], torch.tensor(posed.starts, dtype=torch.float64), 20, problem="three_groups")
    gramian = path.gradients @ path.gradients.mT
    product = path.weights * (gramian @ path.weights.unsqueeze(-1)).squeeze(-1)
    assert bool(path.bargained[0].all())
    torch.testing.assert_close(product[path.bargained], torch.ones_like(product[path.bargained]))


def guaranteed_path(multiple: float, steps: int):
    posed = get_problem("convex_pair")
    starts = torch.tensor(posed.starts, dtype=torch.float64)
    optimizer = make_optimizer("guaranteed", 0.05, posed.curvature, multiple)
    return record(descend(posed, [parse_method("nash")], starts, steps, optimizer), steps)


@pytest.mark.parametrize("multiple", [0.3, 1.0, 1.99])
def test_steps_within_the_bound_lower_every_loss_until_the_front(multiple: float) -> None:
    path = guaranteed_path(multiple, 80)
    away = get_problem("convex_pair").front.distance(path.losses[:-1]) > 1e-5
    assert int(away.sum()) > 20
    assert bool(path.gained[away].all())


def test_steps_four_times_longer_break_the_guarantee() -> None:
    path = guaranteed_path(4.0, 80)
    away = get_problem("convex_pair").front.distance(path.losses[:-1]) > 1e-5
    assert not bool(path.gained[away].all())


def test_the_guaranteed_step_is_the_bound_of_the_nash_direction() -> None:
    path, curvature = guaranteed_path(1.0, 1), get_problem("convex_pair").curvature
    assert curvature is not None
    a = path.weights[0, 0]
    eta = 1 / (curvature * 2 * a.amax(-1, keepdim=True))
    by_hand = path.theta[0, 0] - eta * (a.unsqueeze(-2) @ path.gradients[0, 0]).squeeze(-2)
    torch.testing.assert_close(path.theta[1, 0], by_hand)


def test_guaranteed_steps_wait_where_somebody_would_lose() -> None:
    posed = get_problem("convex_pair")
    start = torch.tensor([(0.0, 0.4)], dtype=torch.float64)
    optimizer = make_optimizer("guaranteed", 0.05, posed.curvature, 1.0)
    path = record(descend(posed, [parse_method("forml")], start, 5, optimizer), 5)
    assert torch.equal(path.theta, path.theta[:1].expand_as(path.theta))


def test_two_stage_spelled_as_continuous_is_continuous() -> None:
    assert parse_method("nash").schedule == continuous()
    starts = torch.tensor(get_problem("standard").starts[:1], dtype=torch.float64)
    path = run(["ltr-nash", "ltr-nash@two_stage:9999"], starts, 30)
    assert torch.equal(path.theta[:, 0], path.theta[:, 1])
