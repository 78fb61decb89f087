"""Every aggregation rule under one interface: ``rule(gramian, losses=None, active=None) -> weights``.

A rule is a function of the players' Gramian [..., K, K] (and, for `loss_gm`, their losses [..., K]) and returns weights
[..., K]; the caller forms the direction d = sum_i weights_i g_i. The bargaining rules (`nash`, `gm`) give zero weights where
the players have no agreement: the caller decides what to do then, no rule averages in silence.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from numbers import Real
from types import MappingProxyType
from typing import Protocol

import torch
from torch import Tensor

from nashcore.bargaining._kernels import aggregators
from nashcore.bargaining._kernels.gramian import among, check_gramian
from nashcore.bargaining._kernels.nash import solve_two
from nashcore.bargaining.game import TOLERANCE, play
from nashcore.errors import InputError


class WeightRule(Protocol):
    """What `get_rule` returns."""

    def __call__(
        self, gramian: Tensor, losses: Tensor | None = None, active: Tensor | None = None
    ) -> Tensor: ...


@dataclass(frozen=True)
class Option:
    """A number that a rule can be given: its default, its range, and what it means."""

    default: float
    least: float
    most: float
    says: str
    whole: bool = False


@dataclass(frozen=True)
class Rule:
    """An aggregation rule.

    Attributes:
        name: the key in `RULES`.
        title: the name shown to people.
        says: what the rule does, in one sentence.
        weigh: ``(gramian, losses, **options) -> weights``, without checks. The Gramian comes in float64, or in its own dtype
            to a rule that may disagree: that dtype says how well an agreement can be told.
        options: what it can be given.
        needs_losses: whether it looks at the losses.
        may_disagree: whether zero weights mean that the players have no agreement.
        separable: whether a player whose gradient is orthogonal to all changes nothing for the others, but for the common length
            of their weights. To a rule that is not, ``weigh`` takes the active players as ``active``.
    """

    name: str
    title: str
    says: str
    weigh: Callable[..., Tensor]
    options: Mapping[str, Option] = field(default_factory=dict)
    needs_losses: bool = False
    may_disagree: bool = False
    separable: bool = True


def _nash(gramian: Tensor, losses: Tensor | None) -> Tensor:
    if gramian.shape[-1] == 2:
        return solve_two(gramian.to(torch.float64), TOLERANCE[gramian.dtype])[0]
    return play(gramian, 0.0, None, False).weights


def _gm(gramian: Tensor, losses: Tensor | None, power: float) -> Tensor:
    if power == 1:
        return aggregators.mean(gramian)
    return play(gramian, power, None, False).weights


def _loss_gm(gramian: Tensor, losses: Tensor, power: float) -> Tensor:
    return aggregators.loss_gm(losses, power)


_POWER = Option(
    -1.0, -math.inf, 1.0, "Exponent p of the mean: 1 is the plain mean, lower lifts the worse-off more."
)
_RULES = (
    Rule(
        "nash",
        "Nash bargaining",
        "The direction with the largest product of utilities; it does not depend on the players' scales.",
        _nash,
        may_disagree=True,
    ),
    Rule("mean", "Mean", "Equal weights: the gradient of the mean loss.", lambda g, _: aggregators.mean(g)),
    Rule(
        "gm",
        "Generalised mean",
        "The direction with the largest power mean of the utilities; at p = 1 the plain mean, also where somebody loses by it.",
        _gm,
        {"power": _POWER},
        may_disagree=True,
    ),
    Rule(
        "loss_gm",
        "Generalised mean of losses",
        "Weights proportional to the losses raised to p - 1.",
        _loss_gm,
        {"power": _POWER},
        needs_losses=True,
    ),
    Rule(
        "pcgrad",
        "PCGrad",
        "Each gradient sheds what conflicts with the others, then all are summed.",
        lambda g, _, seed: aggregators.pcgrad(g, int(seed)),
        {"seed": Option(0, 0, 2**31 - 1, "Seed of the order in which gradients meet.", whole=True)},
    ),
    Rule(
        "cagrad",
        "CAGrad",
        "The largest gain of the worst-off within a ball around the mean gradient.",
        lambda g, _, c, active=None: aggregators.cagrad(g, c, active),
        {"c": Option(0.5, 0.0, 10.0, "Radius of the ball, relative to the mean gradient's length.")},
        separable=False,
    ),
    Rule("mgda", "MGDA", "The shortest vector of the gradients' hull.", lambda g, _: aggregators.mgda(g)),
    Rule("imtl_g", "IMTL-G", "Equal projections on all unit gradients.", lambda g, _: aggregators.imtl_g(g)),
    Rule(
        "upgrad",
        "UPGrad",
        "Each gradient is projected so that nobody loses by it, then averaged.",
        lambda g, _: aggregators.upgrad(g),
    ),
    Rule(
        "aligned_mtl",
        "Aligned-MTL",
        "All principal components of the gradients get the length of the shortest, then the gradients are averaged.",
        lambda g, _, active=None: aggregators.aligned_mtl(g, active),
        separable=False,
    ),
)

RULES: Mapping[str, Rule] = MappingProxyType({rule.name: rule for rule in _RULES})
"""Every rule by name."""


def get_rule(name: str, *, check: bool = True, **options: float) -> WeightRule:
    """The rule called ``name``, ready to be called.

    Args:
        name: one of `RULES`.
        check: whether each call looks for bad input first; leave it out only in a loop whose Gramians are known to be good. Without
            it, up to 10,000 games on CUDA are solved without waiting for the device.
        **options: the rule's own (``power`` for gm and loss_gm, ``c`` for cagrad, ``seed`` for pcgrad).

    Returns:
        ``rule(gramian, losses=None, active=None) -> weights``, shapes [..., K, K], [..., K], [..., K] -> [..., K], in the Gramian's
        dtype. ``active`` (bool) says who is in the game: the others have weight zero, and the weights are those of the game
        without them, up to a common factor.
        A game that a rule's search did not solve has NaN weights (cagrad with more than six players whose norms lie 1e16
        apart or more).

    Raises:
        InputError: an unknown rule or option, or an option outside its range. The rule itself raises it for a bad Gramian (see
            `check_gramian`), for missing or ill-shaped losses, and for ill-shaped ``active``.
    """
    try:
        rule = RULES[name]
    except KeyError:
        raise InputError(f"Rule should be one of {', '.join(RULES)}. Found {name!r}.") from None
    settings = {key: option.default for key, option in rule.options.items()} | options
    for key, value in settings.items():
        _check_option(rule, key, value)

    def weigh(gramian: Tensor, losses: Tensor | None = None, active: Tensor | None = None) -> Tensor:
        with torch.inference_mode():  # nothing here is for autograd, and every call is cheaper for it
            if check:
                check_gramian(gramian)
            if rule.needs_losses:
                losses = _check_losses(rule, gramian, losses, check)
            game = gramian if rule.may_disagree else gramian.to(torch.float64)
            if active is None:
                weights = rule.weigh(game, losses, **settings)
            else:
                _check_active(gramian, active)
                if rule.separable:
                    weights = rule.weigh(among(game, active), losses, **settings)
                else:
                    weights = rule.weigh(game, losses, **settings, active=active)
                weights = torch.where(active, weights, 0.0)
            weights = weights.to(gramian.dtype)
        return weights.clone()

    return weigh


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
