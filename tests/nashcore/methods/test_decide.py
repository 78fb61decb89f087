"""One decision: the plane, its sweep over T and training come to the same for the same games, whatever the rule and goal."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace

import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES, Status, get_rule
from nashcore.learning.lockstep.game import Game, Play
from nashcore.learning.lockstep.players import players_of
from nashcore.methods import (
    GOALS,
    NOT_ASKED,
    Arm,
    Decider,
    Decision,
    Method,
    arms_of,
    continuous,
    make_method,
    parse_method,
    two_stage,
    while_in_conflict,
)
from synthetic.config import PlaneConfig
from synthetic.optimizers import make_optimizer
from synthetic.problem import Problem
from synthetic.trajectories import descend
from synthetic.two_stage_sweep import sweep_switches

GAMES = {
    "agreement": [[1.0, 0.2], [-0.3, 1.0]],
    "no agreement": [[1.0, 0.0], [-1.0, 0.0]],
    "one player satisfied": [[1.0, 0.0], [0.0, 0.0]],
    "all satisfied": [[0.0, 0.0], [0.0, 0.0]],
}
LOSSES = [2.0, 1.0]
FOUND = {
    # what the rules answer to two exactly opposite gradients of one length
    **dict.fromkeys(("nash", "gm"), Status.NO_AGREEMENT),
    **dict.fromkeys(("cagrad", "mgda", "imtl_g", "aligned_mtl"), Status.STATIONARY),
    **dict.fromkeys(("mean", "loss_gm", "pcgrad", "upgrad"), Status.AGREED),
}


Decided = tuple[Decision, Tensor]
"""What is followed and why, and the goal's own weights."""


def on_the_plane(method: Method, gradients: Tensor, losses: Tensor) -> Decided:
    """The first step of a run whose losses are linear with these gradients."""
    problem = linear_problem(gradients, losses)
    start = torch.zeros(1, gradients.shape[1], dtype=torch.float64)
    moment = next(descend(problem, [method], start, 1, make_optimizer("sgd", 0.1, None, 1.0)))
    goal = Decider([method]).goal_weights(moment.losses)
    return Decision(moment.weights[0], moment.status[0]), goal[0]


def in_training(method: Method, gradients: Tensor, losses: Tensor) -> Decided:
    """The first batch of a model whose cells' hypergradients are these: two groups of one cell each."""
    arm = Arm("one", "nash_ltr", method)
    players = players_of(
        torch.tensor([0, 2]), ("a", "b"), ("no", "yes"), torch.zeros((), dtype=torch.float64)
    )
    play: Play = Game([arm], 1, players, 0.0).play(gradients[None], losses[None], 0)
    return play.decision, play.goal_weights


def steps_of_the_sweep(
    method: Method, gradients: Tensor, losses: Tensor, monkeypatch: pytest.MonkeyPatch
) -> Tensor:
    """Where one step of length a tenth leads from the origin, without bargaining and with it: [2, n]."""
    monkeypatch.setattr(PlaneConfig, "build_problem", lambda _: linear_problem(gradients, losses))
    config = PlaneConfig(starts=((0.0, 0.0),), steps=1, nudges=0, optimizer="sgd", lr=0.1)
    return sweep_switches(config, [method.followed], str(method.rule), 1).theta[0, :, 0]


def linear_problem(gradients: Tensor, losses: Tensor) -> Problem:
    """Losses a + <g, theta>."""

    class Linear:
        parameters = gradients.shape[1]
        groups = ("a", "b")
        curvature = None
        theta_range = ((-1.0, 1.0), (-1.0, 1.0))
        front = SimpleNamespace(distance=lambda losses: losses.sum(-1))

        def evaluate(self, theta: Tensor) -> tuple[Tensor, Tensor]:
            at = losses + theta @ gradients.T
            return at, gradients.expand(*theta.shape[:-1], *gradients.shape)

    return Linear()  # type: ignore[return-value]


@pytest.mark.parametrize("game", GAMES)
@pytest.mark.parametrize("goal", GOALS)
@pytest.mark.parametrize("rule", RULES)
def test_plane_sweep_and_training_decide_alike(
    rule: str, goal: str, game: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    method = make_method(goal, rule, continuous())
    gradients, losses = torch.tensor(GAMES[game]).double(), torch.tensor(LOSSES).double()
    (plane, goal_there), (training, goal_here) = (
        decide(method, gradients, losses) for decide in (on_the_plane, in_training)
    )
    assert torch.equal(goal_there, goal_here)
    assert training.asked.all()
    assert plane.status.tolist() == training.status.tolist()
    # Training bargains about gradients of which the longest has length one: weights agree up to a common factor.
    one, other = (decision.weights / decision.weights.abs().sum() for decision in (plane, training))
    assert torch.allclose(one, other, rtol=1e-12)
    for decision in (plane, training):
        followed = torch.where(decision.agreed.unsqueeze(-1), decision.weights, goal_here)
        assert torch.equal(decision.weights, followed)
        assert decision.weights.isfinite().all()
    never, always = steps_of_the_sweep(method, gradients, losses, monkeypatch)
    assert torch.allclose(never, -0.1 * goal_there[0] @ gradients, rtol=1e-14)
    assert torch.allclose(always, -0.1 * plane.weights[0] @ gradients, rtol=1e-14)


@pytest.mark.parametrize("decide", [on_the_plane, in_training])
@pytest.mark.parametrize("rule", RULES)
def test_opposite_gradients_follow_the_goal_and_say_why(
    rule: str, decide: Callable[[Method, Tensor, Tensor], Decided]
) -> None:
    method = make_method("ltr", rule, continuous())
    decision, _ = decide(method, torch.tensor(GAMES["no agreement"]).double(), torch.tensor(LOSSES).double())
    assert decision.status.tolist() == [FOUND[rule]]
    if FOUND[rule] != Status.AGREED:
        assert decision.weights.tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("decide", [on_the_plane, in_training])
def test_a_satisfied_player_is_left_out(decide: Callable[[Method, Tensor, Tensor], Decided]) -> None:
    gradients, losses = torch.tensor(GAMES["one player satisfied"]).double(), torch.tensor(LOSSES).double()
    decision, _ = decide(parse_method("ltr-nash"), gradients, losses)
    assert decision.status.tolist() == [Status.AGREED]
    assert decision.weights[0, 1] == 0
    nobody, _ = decide(parse_method("forml-nash"), torch.zeros_like(gradients), losses)
    assert nobody.status.tolist() == [Status.NO_AGREEMENT]
    assert nobody.weights.tolist() == [[1.0, -1.0]]


def test_stages_conflict_and_rules_are_kept_apart_in_one_call() -> None:
    methods = (
        parse_method("ltr-nash@two_stage:2"),
        make_method("forml", "mean", continuous()),
        make_method("meta_gdro", "nash", while_in_conflict()),
        Method("ltr"),
        Method("dro"),
        parse_method("ltr-nash@every_nth:2"),
    )
    decider = Decider(methods)
    friendly, hostile = (
        torch.tensor(rows).double() for rows in ([[1.0, 0.0], [0.6, 0.8]], [[1.0, 0.0], [-0.6, 0.8]])
    )
    gradients = torch.stack([friendly, hostile]).expand(len(methods), 2, 2, 2)
    gramian = gradients @ gradients.mT
    losses = torch.tensor(LOSSES).double().expand(len(methods), 2, 2)
    goal_weights = decider.goal_weights(losses)
    asked = [decider.decide(step, gramian, losses, goal_weights).asked.tolist() for step in range(3)]
    both, none = [True, True], [False, False]
    assert asked[0] == [both, both, [False, True], none, none, both]
    assert asked[1] == [both, both, [False, True], none, none, none]
    assert asked[2] == [none, both, [False, True], none, none, both]
    late = decider.decide(2, gramian, losses, goal_weights)
    assert (late.status[0] == NOT_ASKED).all()
    assert torch.equal(late.weights[0], goal_weights[0])
    assert late.weights[4].tolist() == [[0, 0], [0, 0]]


def test_the_sweep_over_t_decides_as_the_plane_does() -> None:
    """The path of every T is the one of the two-stage method run by itself, for rules that have no answer, too."""
    for rule in ("nash", "cagrad", "mgda", "imtl_g"):
        config = PlaneConfig(starts=((0.0, -8.0), (3.0, 2.0)), steps=60, nudges=0)
        swept = sweep_switches(config, ["ltr", "forml"], rule, 20)
        for g, goal in enumerate(swept.goals):
            for t, switch in enumerate(swept.switch_steps.tolist()):
                method = make_method(goal, rule, two_stage(switch))
                problem = config.build_problem()
                optimizer = make_optimizer("adam", config.lr, problem.curvature, 1.0)
                for moment in descend(problem, [method], config.build_starts(), 60, optimizer):
                    last = moment.theta.clone()
                assert torch.equal(swept.theta[g, t], last[0])


def test_arms_of_training_are_methods_of_the_plane() -> None:
    arms = arms_of(("nash_ltr",), {"nash_ltr": ("two_stage:14",)}, "cagrad", {"c": 0.3})
    assert arms[0].method == parse_method("ltr-cagrad:0.3@two_stage:14")


@pytest.mark.parametrize(
    ("text", "redraw"), [("pcgrad:seed=5", 1), ("pcgrad:0,seed=5", 0), ("pcgrad:4,seed=5", 4)]
)
def test_the_order_of_pcgrad_is_a_function_of_seed_and_step(text: str, redraw: int) -> None:
    """On the plane by its steps, in training by its batches; whoever starts in the middle has the same."""
    gradients = torch.randn(1, 6, 3, generator=torch.Generator().manual_seed(2), dtype=torch.float64)
    gramian, losses = gradients @ gradients.mT, torch.ones(1, 6, dtype=torch.float64)
    decider = Decider([parse_method(text)], seed=9)
    goal = decider.goal_weights(losses)
    found = [decider.decide(step, gramian, losses, goal).weights for step in range(8)]
    late = Decider([parse_method(text)], seed=1)  # a seed of the method's own counts more
    for step in (5, 2):
        expected = get_rule("pcgrad", seed=5)(gramian, step=step // redraw if redraw else 0)
        assert torch.equal(found[step], expected)
        assert torch.equal(late.decide(step, gramian, losses, goal).weights, expected)
        assert torch.equal(late.decide(0, gramian, losses, goal, draw=step).weights, expected)
    assert torch.equal(found[0], found[1]) is (redraw != 1)


def test_training_counts_batches_and_the_plane_counts_steps() -> None:
    players = players_of(
        torch.arange(6), ("a", "b", "c"), ("no", "yes"), torch.zeros((), dtype=torch.float64)
    )
    arms = arms_of(("nash_ltr",), {"nash_ltr": ("continuous",)}, "pcgrad", {})
    gradients = torch.randn(2, 6, 3, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    losses = torch.ones(2, 6, dtype=torch.float64)
    game = Game(arms, 2, players, 0.0)
    for draw in (0, 7, 3):
        played = game.play(gradients, losses, 1, draw)
        expected = get_rule("pcgrad")(played.gramian, step=draw)
        assert torch.equal(played.decision.weights, expected)
