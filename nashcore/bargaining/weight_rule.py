"""Every aggregation rule under one interface: ``rule(gramian, losses=None, active=None, step=0) -> weights``.

A rule is a function of the players' Gramian [..., K, K] (and, for `loss_gm`, their losses [..., K]) and returns weights
[..., K]; the caller forms the direction d = sum_i weights_i g_i. ``rule.answer`` takes the same and says of every game, too,
whether there is such a direction: the caller decides what to do where there is none, no rule averages in silence.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.bargaining._kernels.gramian import check_active, check_gramian, restrict_to, zero_inactive
from nashcore.bargaining.game import TOLERANCE
from nashcore.bargaining.number import is_number, no_numbers, whole
from nashcore.bargaining.plain_numbers import solving
from nashcore.bargaining.rules import RULES, Game, Rule
from nashcore.bargaining.weights import Weights, finite, settled
from nashcore.errors import InputError, quoted


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

    def __hash__(self) -> int:
        return hash((self.name, tuple(sorted(self.options.items())), self.check))

    def __call__(
        self, gramian: Tensor, losses: Tensor | None = None, active: Tensor | None = None, step: int = 0
    ) -> Tensor:
        """The weights of `answer` alone."""
        with solving(gramian):
            weights = finite(self._weigh(gramian, losses, active, step)[0])
        return weights.clone()

    def answer(
        self,
        gramian: Tensor,
        losses: Tensor | None = None,
        active: Tensor | None = None,
        step: int = 0,
        precision: float | None = None,
    ) -> Weights:
        """Weights and what became of each game.

        Args:
            gramian: [..., K, K], float32 or float64.
            losses: [..., K], for a rule that needs them.
            active: [..., K] (bool), who is in the game: the others have weight zero, and the weights are those of the game
                without them, up to a common factor. None for everybody.
            step: of the run, from 0, for a rule that draws at random (pcgrad): its draw is a function of its seed and this number.
            precision: relative rounding error of the Gramian's entries, where it was formed in a coarser dtype than it has.

        Returns:
            `Weights` in the Gramian's dtype.

        Raises:
            InputError: a bad Gramian (see `check_gramian`), missing, ill-shaped or unreal losses, ill-shaped ``active``, a step or
                a precision that is no such number.
        """
        with solving(gramian):
            weights, failed = self._weigh(gramian, losses, active, step, precision)
            answer = settled(weights, failed, RULES[self.name].failure)
        if torch.is_inference_mode_enabled():  # where nothing is for autograd
            return answer
        return Weights(answer.weights.clone(), answer.status.clone())

    def _weigh(
        self,
        gramian: Tensor,
        losses: Tensor | None,
        active: Tensor | None,
        step: int,
        precision: float | None = None,
    ) -> tuple[Tensor, Tensor | None]:
        """Weights [..., K] in the Gramian's dtype, and the games [...] (bool) without a direction, if there may be some."""
        rule = RULES[self.name]
        if self.check:
            check_gramian(gramian)
        exact = gramian.to(torch.float64)
        losses = _check_losses(rule, gramian, losses, self.check) if rule.needs_losses else None
        if active is not None:
            check_active(gramian, active)
            exact = restrict_to(exact, active) if rule.separable else zero_inactive(exact, active)
        if precision is not None and not (is_number(precision) and 0 <= precision < 1):
            raise InputError(
                f"Parameter 'precision' should be a number from 0 to below 1. Found {quoted(precision)}."
            )
        own = torch.finfo(gramian.dtype).eps
        step = whole("step", step)
        game = Game(exact, losses, active, TOLERANCE[gramian.dtype], max(own, precision or 0.0), step)
        weights, failed = rule.weigh(game, **self.options)
        weights = weights + (exact * 0.0).sum((-1, -2)).unsqueeze(-1)  # no number where the Gramian is none
        if active is not None:
            weights = torch.where(active, weights, 0.0)
            nobody = ~active.any(-1)
            failed = nobody if failed is None else failed | nobody
        return weights.to(gramian.dtype), failed


# So that a rule among other things in a file is read by `torch.load` as it stands: it is a name and a few numbers.
torch.serialization.add_safe_globals([WeightRule])


def get_rule(name: str, *, check: bool = True, **options: float) -> WeightRule:
    """The rule called ``name``, ready to be called.

    Args:
        name: one of `RULES`.
        check: whether each call looks for bad input first; leave it out only in a loop whose Gramians are known to be good. Without
            it, up to 10,000 games on CUDA are solved without waiting for the device.
        **options: the rule's own (``power`` for gm and loss_gm, ``c`` for cagrad, ``seed`` and ``redraw`` for pcgrad).

    Returns:
        ``rule(gramian, losses=None, active=None, step=0) -> weights``, shapes [..., K, K], [..., K], [..., K] -> [..., K]; see
        `WeightRule.answer`, which says of every game, too, how it ended. Where the players have no agreement, where cagrad or
        imtl_g find no direction, and where a rule did not solve the game (cagrad with more than six players whose norms lie 1e16
        apart or more; aligned_mtl with norms 1e7 apart, of dependent gradients or of more than 64), weights are zero. They are
        never NaN, so that whoever follows them unasked stands still.

    Raises:
        InputError: an unknown rule or option, or an option outside its range.
    """
    try:
        rule = RULES[name]
    except (KeyError, TypeError):  # a list, say, is no key at all
        raise InputError(f"Rule should be one of {', '.join(RULES)}. Found {quoted(name)}.") from None
    settings = {key: option.default for key, option in rule.options.items()} | options
    for key, value in settings.items():
        _check_option(rule, key, value)
    return WeightRule(name, settings, check)


def _check_option(rule: Rule, key: str, value: float) -> None:
    if key not in rule.options:
        known = ", ".join(rule.options) or "none"
        raise InputError(f"Rule {quoted(rule.name)} has no option {quoted(key)}. Its options: {known}.")
    option = rule.options[key]
    if (
        not is_number(value)
        or not option.least <= value <= option.most
        or (option.whole and value != int(value))
    ):
        kind = "a whole number" if option.whole else "a number"
        raise InputError(
            f"Option {quoted(key)} of rule {quoted(rule.name)} should be {kind} from {option.least:g} to {option.most:g}. "
            f"Found {quoted(value)}."
        )


def _check_losses(rule: Rule, gramian: Tensor, losses: Tensor | None, check: bool) -> Tensor:
    if losses is None:
        raise InputError(
            f"Rule {quoted(rule.name)} needs the players' losses. Found none: call rule(gramian, losses)."
        )
    if not isinstance(losses, Tensor):
        raise InputError(
            f"Parameter 'losses' should be a tensor, one loss a player. Found {type(losses).__name__}."
        )
    if check and (found := no_numbers(losses)) is not None:
        raise InputError(f"Parameter 'losses' should be made of numbers. Found {found}.")
    if losses.device != gramian.device:
        raise InputError(
            f"Parameter 'losses' should be on the Gramian's device, {gramian.device}. Found {losses.device}."
        )
    if losses.shape != gramian.shape[:-1]:
        raise InputError(
            f"Parameter 'losses' should have the shape {list(gramian.shape[:-1])}, one loss a player. Found {list(losses.shape)}."
        )
    exact = losses.to(torch.float64)
    if check and not bool(torch.isfinite(exact).all()):
        raise InputError("Parameter 'losses' should be finite. Found NaN or infinity.")
    return exact
