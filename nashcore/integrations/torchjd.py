"""The exact bargaining rules as aggregators for torchjd, wherever it takes an aggregator or a Gramian weighting.

    from torchjd.autojac import backward, jac_to_grad
    from nashcore.integrations.torchjd import Nash

    aggregator = Nash()
    backward(losses)
    jac_to_grad(model.parameters(), aggregator)
    if not aggregator.agreement:
        ...  # no direction helps everybody: the gradient is zero

Nothing is remembered from step to step but the last outcome, which is there to be read and is not used again. Weights are
constants to autograd: no gradient flows through a rule.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining import RULES, Bargain, bargain, get_rule
from nashcore.errors import InputError

try:
    from torchjd.aggregation import GramianWeightedAggregator, Weighting
except ImportError as missing:
    raise InputError(
        f"The torchjd aggregators need the package {missing.name!r}. Install it: pip install torchjd"
    ) from None


class BargainWeighting(Weighting):  # type: ignore[misc]  # torchjd is optional, its types are not read
    """Weights of the generalised-mean family, for a Gramian [m, m]; p = 0 is Nash.

    Args:
        power: the exponent p in [-inf, 1].
        bargaining_power: [m], positive b_i; None for equal players.

    Attributes:
        outcome: the `Bargain` of the last call, None before the first.

    No agreement: the weights are all zero (the disagreement point), `agreement` is False and `outcome` says more. No rule is put
    in its place: what to do then is the caller's choice.

    Raises:
        InputError: when called with a Gramian, exponent or bargaining power that `bargain` refuses.
    """

    def __init__(self, power: float = 0.0, bargaining_power: Tensor | None = None) -> None:
        super().__init__()
        self.power = power
        self.bargaining_power = bargaining_power
        self.outcome: Bargain | None = None

    def forward(self, gramian: Tensor, /) -> Tensor:
        """Weights [m] of a Gramian [m, m]."""
        with torch.no_grad():
            self.outcome = bargain(
                _half_as_single(gramian), self.power, bargaining_power=self.bargaining_power
            )
            return self.outcome.weights.to(gramian.dtype)

    @property
    def agreement(self) -> bool:
        """Whether the players of the last call had an agreement.

        Raises:
            InputError: there was no call yet.
        """
        if self.outcome is None:
            raise InputError("There is no outcome yet. Call the aggregator first.")
        return bool(self.outcome.agreement.all())


class RuleWeighting(Weighting):  # type: ignore[misc]  # torchjd is optional, its types are not read
    """Weights of a rule that looks at nothing but the Gramian.

    Args:
        name: one of `nashcore.bargaining.RULES` that needs no losses.
        **options: the rule's own.

    Raises:
        InputError: an unknown rule or option, or a rule that needs the losses, which torchjd does not hand to aggregators.
    """

    def __init__(self, name: str, **options: float) -> None:
        super().__init__()
        self.name = name
        self.options = options
        self._rule = get_rule(name, check=True, **options)
        if RULES[name].needs_losses:
            raise InputError(f"Rule {name!r} needs the losses, which torchjd does not hand to aggregators.")

    def forward(self, gramian: Tensor, /) -> Tensor:
        """Weights [m] of a Gramian [m, m]."""
        with torch.no_grad():
            return self._rule(_half_as_single(gramian)).to(gramian.dtype)


class GeneralisedMean(GramianWeightedAggregator):  # type: ignore[misc]  # as above
    """The direction with the largest power mean (exponent p) of the players' utilities; see `BargainWeighting`.

    Args:
        power: the exponent p in [-inf, 1]; -1 harmonic, -inf egalitarian.
        bargaining_power: [m], positive b_i; None for equal players.
    """

    def __init__(self, power: float = -1.0, *, bargaining_power: Tensor | None = None) -> None:
        super().__init__(BargainWeighting(power, bargaining_power))

    @property
    def outcome(self) -> Bargain | None:
        """What the last call found; None before the first."""
        outcome: Bargain | None = self.gramian_weighting.outcome
        return outcome

    @property
    def agreement(self) -> bool:
        """Whether the last call found an agreement. Where it did not, its direction is zero."""
        agreement: bool = self.gramian_weighting.agreement
        return agreement

    def __repr__(self) -> str:
        return f"{type(self).__name__}(power={self.gramian_weighting.power:g})"


class Nash(GeneralisedMean):
    """The Nash bargaining solution: the largest product of utilities, whatever the players' scales.

    Args:
        bargaining_power: [m], positive b_i; None for equal players.
    """

    def __init__(self, *, bargaining_power: Tensor | None = None) -> None:
        super().__init__(0.0, bargaining_power=bargaining_power)

    def __repr__(self) -> str:
        return "Nash()"


class RuleAggregator(GramianWeightedAggregator):  # type: ignore[misc]  # as above
    """Any rule that looks at nothing but the Gramian; see `RuleWeighting`.

    Args:
        name: "mean", "pcgrad", "cagrad", "mgda", "imtl_g", "upgrad", "aligned_mtl", "nash" or "gm".
        **options: the rule's own.
    """

    def __init__(self, name: str, **options: float) -> None:
        super().__init__(RuleWeighting(name, **options))

    def __repr__(self) -> str:
        weighting = self.gramian_weighting
        options = "".join(f", {key}={value:g}" for key, value in weighting.options.items())
        return f"{type(self).__name__}({weighting.name!r}{options})"


def _half_as_single(gramian: Tensor) -> Tensor:
    """A Gramian that the rules take: float16 and bfloat16 as float32, without inner products above what the norms allow."""
    if gramian.dtype not in (torch.float16, torch.bfloat16):
        return gramian
    single = gramian.float()
    norms = single.diagonal().clamp_min(0).sqrt()
    largest = norms.unsqueeze(-1) * norms
    return single.clamp(-largest, largest)
