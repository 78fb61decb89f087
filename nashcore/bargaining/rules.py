"""Every aggregation rule under one interface: ``rule(gramian, losses=None, active=None) -> weights``.

A rule is a function of the players' Gramian [..., K, K] (and, for `loss_gm`, their losses [..., K]) and returns weights
[..., K]; the caller forms the direction d = sum_i weights_i g_i. ``rule.answer`` takes the same and says of every game, too,
whether there is such a direction: the caller decides what to do where there is none, no rule averages in silence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import NamedTuple, cast

import torch
from torch import Tensor

from nashcore.bargaining._kernels import aggregators
from nashcore.bargaining._kernels.gramian import among, check_gramian
from nashcore.bargaining._kernels.nash import solve_two
from nashcore.bargaining.game import TOLERANCE, play
from nashcore.bargaining.weights import Status, Weights, status_of
from nashcore.errors import InputError


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
    """

    gramian: Tensor
    losses: Tensor | None
    active: Tensor | None
    tolerance: float


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

    @property
    def may_disagree(self) -> bool:
        """Whether its players may have no agreement."""
        return self.failure == Status.NO_AGREEMENT


def _nash(game: Game) -> tuple[Tensor, Tensor]:
    if game.gramian.shape[-1] == 2:
        weights, agreement = solve_two(game.gramian, game.tolerance)
        return weights, ~agreement
    outcome = play(game.gramian, 0.0, None, False, game.tolerance)
    return outcome.weights, ~outcome.agreement


def _mean(game: Game) -> tuple[Tensor, None]:
    return aggregators.mean(game.gramian), None


def _gm(game: Game, power: float) -> tuple[Tensor, Tensor | None]:
    if power == 1:
        return _mean(game)
    outcome = play(game.gramian, power, None, False, game.tolerance)
    return outcome.weights, ~outcome.agreement


def _loss_gm(game: Game, power: float) -> tuple[Tensor, None]:
    return aggregators.loss_gm(cast(Tensor, game.losses), power), None


def _pcgrad(game: Game, seed: float) -> tuple[Tensor, None]:
    return aggregators.pcgrad(game.gramian, int(seed)), None


def _cagrad(game: Game, c: float) -> tuple[Tensor, Tensor | None]:
    return aggregators.cagrad(game.gramian, c, game.active)


def _mgda(game: Game) -> tuple[Tensor, Tensor]:
    return aggregators.mgda(game.gramian)


def _imtl_g(game: Game) -> tuple[Tensor, Tensor]:
    return aggregators.imtl_g(game.gramian)


def _upgrad(game: Game) -> tuple[Tensor, None]:
    return aggregators.upgrad(game.gramian), None


def _aligned_mtl(game: Game) -> tuple[Tensor, Tensor]:
    return aggregators.aligned_mtl(game.gramian, game.active)


_POWER = Option(
    -1.0, -math.inf, 1.0, "Exponent p of the mean: 1 is the plain mean, lower lifts the worse-off more."
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
        says="Weights proportional to the losses raised to p - 1.",
        weigh=_loss_gm,
        options={"power": _POWER},
        needs_losses=True,
    ),
    Rule(
        name="pcgrad",
        title="PCGrad",
        short="PCGrad",
        says="Each gradient sheds what conflicts with the others, then all are summed.",
        weigh=_pcgrad,
        options={"seed": Option(0, 0, 2**31 - 1, "Seed of the order in which gradients meet.", whole=True)},
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
        says="Equal projections on all unit gradients.",
        weigh=_imtl_g,
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


@dataclass(frozen=True)
class WeightRule:
    """A rule with its options, ready to be called; made by `get_rule`.

    Attributes:
        name: the key in `RULES`.
        options: every option of the rule by name.
        check: whether each call looks for bad input first.
    """

    name: str
    options: Mapping[str, float]
    check: bool = True

    def __call__(self, gramian: Tensor, losses: Tensor | None = None, active: Tensor | None = None) -> Tensor:
        """The weights of `answer` alone."""
        with torch.inference_mode():
            weights, _ = self._weigh(gramian, losses, active)
        return weights.clone()

    def answer(self, gramian: Tensor, losses: Tensor | None = None, active: Tensor | None = None) -> Weights:
        """Weights and what became of each game.

        Args:
            gramian: [..., K, K], float32 or float64.
            losses: [..., K], for a rule that needs them.
            active: [..., K] (bool), who is in the game: the others have weight zero, and the weights are those of the game
                without them, up to a common factor. None for everybody.

        Returns:
            `Weights` in the Gramian's dtype.

        Raises:
            InputError: a bad Gramian (see `check_gramian`), missing or ill-shaped losses, ill-shaped ``active``.
        """
        with torch.inference_mode():  # nothing here is for autograd, and every call is cheaper for it
            weights, failed = self._weigh(gramian, losses, active)
            status = status_of(weights, failed, RULES[self.name].failure)
        return Weights(weights.clone(), status.clone())

    def _weigh(
        self, gramian: Tensor, losses: Tensor | None, active: Tensor | None
    ) -> tuple[Tensor, Tensor | None]:
        """Weights [..., K] in the Gramian's dtype, and the games [...] (bool) without a direction, if there may be some."""
        rule = RULES[self.name]
        if self.check:
            check_gramian(gramian)
        exact = gramian.to(torch.float64)
        losses = _check_losses(rule, gramian, losses, self.check) if rule.needs_losses else None
        if active is not None:
            _check_active(gramian, active)
            if rule.separable:
                exact = among(exact, active)
        game = Game(exact, losses, active, TOLERANCE[gramian.dtype])
        weights, failed = rule.weigh(game, **self.options)
        if active is not None:
            weights = torch.where(active, weights, 0.0)
            nobody = ~active.any(-1)
            failed = nobody if failed is None else failed | nobody
        return weights.to(gramian.dtype), failed


def get_rule(name: str, *, check: bool = True, **options: float) -> WeightRule:
    """The rule called ``name``, ready to be called.

    Args:
        name: one of `RULES`.
        check: whether each call looks for bad input first; leave it out only in a loop whose Gramians are known to be good. Without
            it, up to 10,000 games on CUDA are solved without waiting for the device.
        **options: the rule's own (``power`` for gm and loss_gm, ``c`` for cagrad, ``seed`` for pcgrad).

    Returns:
        ``rule(gramian, losses=None, active=None) -> weights``, shapes [..., K, K], [..., K], [..., K] -> [..., K]; see
        `WeightRule.answer`, which says of every game, too, how it ended. Where the players have no agreement, and where cagrad
        or imtl_g find no direction, weights are zero; a game that a rule's search did not solve has NaN weights (cagrad with more
        than six players whose norms lie 1e16 apart or more).

    Raises:
        InputError: an unknown rule or option, or an option outside its range.
    """
    try:
        rule = RULES[name]
    except KeyError:
        raise InputError(f"Rule should be one of {', '.join(RULES)}. Found {name!r}.") from None
    settings = {key: option.default for key, option in rule.options.items()} | options
    for key, value in settings.items():
        _check_option(rule, key, value)
    return WeightRule(name, settings, check)


def _check_option(rule: Rule, key: str, value: float) -> None:
    if key not in rule.options:
        known = ", ".join(rule.options) or "none"
        raise InputError(f"Rule {rule.name!r} has no option {key!r}. Its options: {known}.")
    option = rule.options[key]
    given: object = value
    is_number = isinstance(given, Real) and not isinstance(given, bool)  # NumPy's numbers, too
    if not is_number or not option.least <= value <= option.most or (option.whole and value != int(value)):
        kind = "a whole number" if option.whole else "a number"
        raise InputError(
            f"Option {key!r} of rule {rule.name!r} should be {kind} from {option.least:g} to {option.most:g}. Found {value!r}."
        )


def _check_active(gramian: Tensor, active: Tensor) -> None:
    if not isinstance(active, Tensor):
        raise InputError(f"Parameter 'active' should be a tensor of bools. Found {type(active).__name__}.")
    if active.shape != gramian.shape[:-1] or active.dtype != torch.bool:
        raise InputError(
            f"Parameter 'active' should be bool, of the shape {list(gramian.shape[:-1])}. "
            f"Found {active.dtype}, of the shape {list(active.shape)}."
        )


def _check_losses(rule: Rule, gramian: Tensor, losses: Tensor | None, check: bool) -> Tensor:
    if losses is None:
        raise InputError(
            f"Rule {rule.name!r} needs the players' losses. Found none: call rule(gramian, losses)."
        )
    if not isinstance(losses, Tensor):
        raise InputError(
            f"Parameter 'losses' should be a tensor, one loss a player. Found {type(losses).__name__}."
        )
    if losses.shape != gramian.shape[:-1]:
        raise InputError(
            f"Parameter 'losses' should have the shape {list(gramian.shape[:-1])}, one loss a player. Found {list(losses.shape)}."
        )
    if check and not bool(torch.isfinite(losses).all()):
        raise InputError("Parameter 'losses' should be finite. Found NaN or infinity.")
    return losses.to(torch.float64)
