"""The registry of aggregation rules: one record each, with its words, its options and how it weighs games.

How they are called, with a look at what comes in first, is in `nashcore.bargaining.weight_rule`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import NamedTuple, cast

from torch import Tensor

from nashcore.bargaining._kernels import aggregators
from nashcore.bargaining._kernels.gramian import EXACT
from nashcore.bargaining._kernels.nash import solve_two
from nashcore.bargaining.game import solve
from nashcore.bargaining.weights import Status


@dataclass(frozen=True)
class Option:
    """A number that a rule can be given: its default, its range, and what it means."""

    default: float
    least: float
    most: float
    says: str
    whole: bool = False


class Game(NamedTuple):
    """What a rule looks at.

    Attributes:
        gramian: [..., K, K], float64.
        losses: [..., K], float64; None for a rule that needs none.
        active: [..., K] (bool), who is in the game; None for everybody.
        tolerance: how far the gradients' hull must stay from the origin (see `game.TOLERANCE`).
        precision: relative rounding error of the Gramian's entries, that of the dtype in which it was formed.
        step: of the run, from 0, for a rule that draws at random.
    """

    gramian: Tensor
    losses: Tensor | None
    active: Tensor | None
    tolerance: float
    precision: float = EXACT
    step: int = 0


@dataclass(frozen=True, kw_only=True)
class Rule:
    """An aggregation rule.

    Attributes:
        name: the key in `RULES`.
        title: the name shown to people.
        short: the same where space is short, as in figures.
        says: what the rule does, in one sentence.
        weigh: ``(game, **options) -> (weights [..., K], failed [...])``, without checks. Failed (bool) are the games without a
            direction; None where every game has one.
        failure: the status of these games, and of a game that nobody is in.
        options: what it can be given.
        needs_losses: whether it looks at the losses.
        separable: whether a player whose gradient is orthogonal to all changes nothing for the others, but for the common length
            of their weights. A rule that is not has to look at ``game.active`` itself.
    """

    name: str
    title: str
    short: str
    says: str
    weigh: Callable[..., tuple[Tensor, Tensor | None]]
    failure: Status = Status.STATIONARY
    options: Mapping[str, Option] = field(default_factory=dict)
    needs_losses: bool = False
    separable: bool = True


def _nash(game: Game) -> tuple[Tensor, Tensor]:
    if game.gramian.shape[-1] == 2:
        weights, agreement = solve_two(game.gramian, game.tolerance)
        return weights, ~agreement
    outcome = solve(game.gramian, 0.0, None, False, game.tolerance)
    return outcome.weights, ~outcome.agreement


def _mean(game: Game) -> tuple[Tensor, None]:
    return aggregators.mean(game.gramian), None


def _gm(game: Game, power: float) -> tuple[Tensor, Tensor | None]:
    if power == 1:
        return _mean(game)
    outcome = solve(game.gramian, power, None, False, game.tolerance)
    return outcome.weights, ~outcome.agreement


def _loss_gm(game: Game, power: float) -> tuple[Tensor, None]:
    return aggregators.loss_gm(cast(Tensor, game.losses), power), None


def _pcgrad(game: Game, seed: float, redraw: float) -> tuple[Tensor, None]:
    return aggregators.pcgrad(game.gramian, int(seed), game.step // int(redraw) if redraw else 0), None


def _cagrad(game: Game, c: float) -> tuple[Tensor, Tensor | None]:
    return aggregators.cagrad(game.gramian, c, game.active, game.precision)


def _mgda(game: Game) -> tuple[Tensor, Tensor]:
    return aggregators.mgda(game.gramian, game.precision)


def _imtl_g(game: Game) -> tuple[Tensor, Tensor]:
    return aggregators.imtl_g(game.gramian, game.active, game.precision)


def _upgrad(game: Game) -> tuple[Tensor, None]:
    return aggregators.upgrad(game.gramian, game.precision), None


def _aligned_mtl(game: Game) -> tuple[Tensor, Tensor]:
    return aggregators.aligned_mtl(game.gramian, game.active, game.precision)


_POWER = Option(
    -1.0, -math.inf, 1.0, "Exponent p of the mean: 1 is the plain mean, lower lifts the worse-off more."
)
_LOSS_POWER = Option(
    -1.0,
    -math.inf,
    math.inf,
    "Exponent p of the mean of the losses: 1 is the plain mean, higher weighs larger losses more, lower smaller ones.",
)
_RULES = (
    Rule(
        name="nash",
        title="Nash bargaining",
        short="Nash",
        says="The direction with the largest product of utilities; it does not depend on the players' scales.",
        weigh=_nash,
        failure=Status.NO_AGREEMENT,
    ),
    Rule(
        name="mean",
        title="Mean",
        short="Mean",
        says="Equal weights: the gradient of the mean loss.",
        weigh=_mean,
    ),
    Rule(
        name="gm",
        title="Generalised mean",
        short="GM (utilities)",
        says="The direction with the largest power mean of the utilities; at p = 1 the plain mean, "
        "also where somebody loses by it.",
        weigh=_gm,
        failure=Status.NO_AGREEMENT,
        options={"power": _POWER},
    ),
    Rule(
        name="loss_gm",
        title="Generalised mean of losses",
        short="GM (losses)",
        says="Weights proportional to the losses raised to p - 1: below p = 1 the smaller losses weigh more, above it the larger.",
        weigh=_loss_gm,
        options={"power": _LOSS_POWER},
        needs_losses=True,
    ),
    Rule(
        name="pcgrad",
        title="PCGrad",
        short="PCGrad",
        says="Each gradient sheds what conflicts with the others, met in an order drawn anew at each step; then all are summed.",
        weigh=_pcgrad,
        options={
            "seed": Option(0, 0, 2**31 - 1, "Seed of the orders in which gradients meet.", whole=True),
            "redraw": Option(
                1, 0, 2**31 - 1, "Steps until the order is drawn anew; 0 keeps the first order.", whole=True
            ),
        },
    ),
    Rule(
        name="cagrad",
        title="CAGrad",
        short="CAGrad",
        says="The largest gain of the worst-off within a ball around the mean gradient.",
        weigh=_cagrad,
        options={"c": Option(0.5, 0.0, 10.0, "Radius of the ball, relative to the mean gradient's length.")},
        separable=False,
    ),
    Rule(
        name="mgda",
        title="MGDA",
        short="MGDA",
        says="The shortest vector of the gradients' hull.",
        weigh=_mgda,
    ),
    Rule(
        name="imtl_g",
        title="IMTL-G",
        short="IMTL-G",
        says="Equal projections on all unit gradients; none where gradients on one line point both ways.",
        weigh=_imtl_g,
        separable=False,
    ),
    Rule(
        name="upgrad",
        title="UPGrad",
        short="UPGrad",
        says="Each gradient is projected so that nobody loses by it, then averaged.",
        weigh=_upgrad,
    ),
    Rule(
        name="aligned_mtl",
        title="Aligned-MTL",
        short="Aligned-MTL",
        says="All principal components of the gradients get the length of the shortest, then the gradients are averaged.",
        weigh=_aligned_mtl,
        separable=False,
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in _RULES})
"""Every rule by name."""
