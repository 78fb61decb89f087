"""The exact bargaining rules as aggregators for torchjd, wherever it takes an aggregator or a Gramian weighting.

    from torchjd.autojac import backward, jac_to_grad
    from nashcore.integrations.torchjd import Nash

    aggregator = Nash()
    backward(losses)
    jac_to_grad(model.parameters(), aggregator)
    if not aggregator.agreement:
        ...  # no direction helps everybody: the gradient is zero

Nothing is remembered from step to step but the last outcome, which is there to be read and is not used again. Weights are
constants to autograd: no gradient flows through a rule. Of a Jacobian in half precision (float16, bfloat16) the Gramian is
formed in float32, also under autocast; one that was formed in half precision elsewhere is as good as that.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining import RULES, Bargain, Status, bargain, get_rule
from nashcore.errors import InputError, missing_package, quoted

try:
    from torchjd.aggregation import GramianWeightedAggregator, Weighting
except ImportError as missing:
    raise InputError(missing_package(missing, "An aggregator of torchjd", "torchjd")) from None


HALF = (torch.float16, torch.bfloat16)


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
        bargain(torch.eye(1), power)  # refuses what is none, before any training
        self.power = power
        self.bargaining_power = bargaining_power
        self.outcome: Bargain | None = None

    def forward(self, gramian: Tensor, /) -> Tensor:
        """Weights [m] of a Gramian [m, m]."""
        with torch.no_grad():
            self.outcome = bargain(_semidefinite(gramian), self.power, bargaining_power=self.bargaining_power)
            return self.outcome.weights.to(gramian.dtype)

    @property
    def agreement(self) -> bool:
        """Whether the players of the last call had an agreement.

        Raises:
            InputError: there was no call yet.
        """
        if self.outcome is None:
            raise InputError("There is no outcome yet. Call the aggregator first.")
        return bool((self.outcome.status == Status.AGREED).all())


class RuleWeighting(Weighting):  # type: ignore[misc]  # torchjd is optional, its types are not read
    """Weights of a rule that looks at nothing but the Gramian.

    Args:
        name: one of `nashcore.bargaining.RULES` that needs no losses.
        **options: the rule's own.

    Attributes:
        status: how the last call's game ended, None before the first. Where it is not AGREED there is no direction to go.
        step: how many calls there were. PCGrad's order follows from its seed and this number; set it to go on from a checkpoint.

    Raises:
        InputError: an unknown rule or option, or a rule that needs the losses, which torchjd does not hand to aggregators.
    """

    def __init__(self, name: str, **options: float) -> None:
        super().__init__()
        self.name = name
        self.options = options
        self.status: Status | None = None
        self.step = 0
        get_rule(name, check=True, **options)  # refuses what is none; kept by name, for pickle's sake
        if RULES[name].needs_losses:
            raise InputError(
                f"Rule {quoted(name)} needs the losses, which torchjd does not hand to aggregators."
            )

    def forward(self, gramian: Tensor, /) -> Tensor:
        """Weights [m] of a Gramian [m, m]."""
        with torch.no_grad():
            half = gramian.dtype in HALF
            # One rounding of every entry is all that the product of half precision rows has more than that of single ones.
            precision = torch.finfo(gramian.dtype).eps / 4 if half else None
            rule = get_rule(self.name, check=True, **self.options)
            answer = rule.answer(_semidefinite(gramian), step=self.step, precision=precision)
            self.step += 1
            self.status = Status(int(answer.status))
            return answer.weights.to(gramian.dtype)


class _Combination(GramianWeightedAggregator):  # type: ignore[misc]  # as above
    """The rows' combination with a weighting of their Gramian; both are formed in float32 where the rows are half precision."""

    def __init__(self, weighting: Weighting) -> None:
        super().__init__(weighting)
        self.weighting = weighting << _gramian_of

    def forward(self, matrix: Tensor, /) -> Tensor:
        """The combination [n] of rows [m, n]."""
        with torch.autocast(matrix.device.type, enabled=False):
            weights: Tensor = self.weighting(matrix)
            return (weights.to(_single(matrix).dtype) @ _single(matrix)).to(matrix.dtype)


class GeneralisedMean(_Combination):
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


class RuleAggregator(_Combination):
    """Any rule that looks at nothing but the Gramian; see `RuleWeighting`.

    Args:
        name: "mean", "pcgrad", "cagrad", "mgda", "imtl_g", "upgrad", "aligned_mtl", "nash" or "gm".
        **options: the rule's own.
    """

    def __init__(self, name: str, **options: float) -> None:
        super().__init__(RuleWeighting(name, **options))

    @property
    def status(self) -> Status | None:
        """How the last call's game ended; None before the first."""
        status: Status | None = self.gramian_weighting.status
        return status

    def __repr__(self) -> str:
        weighting = self.gramian_weighting
        options = "".join(f", {key}={value:g}" for key, value in weighting.options.items())
        return f"{type(self).__name__}({weighting.name!r}{options})"


def _single(tensor: Tensor) -> Tensor:
    """Half precision (float16, bfloat16) as float32."""
    return tensor.float() if tensor.dtype in HALF else tensor


def _gramian_of(matrix: Tensor) -> Tensor:
    """[m, n] -> [m, m]: inner products of half precision numbers overflow in it, and keep two digits."""
    rows = _single(matrix)
    with torch.autocast(matrix.device.type, enabled=False):
        return rows @ rows.T


def _semidefinite(gramian: Tensor) -> Tensor:
    """A Gramian that the rules take: of one in half precision the nearest that rounding did not spoil, in float32."""
    if gramian.dtype not in HALF or not bool(gramian.isfinite().all()):
        return _single(gramian)
    single = gramian.double()
    norms = single.diagonal().clamp_min(0).sqrt()
    sizes = torch.where(norms > 0, norms, 1.0)
    with torch.autocast(gramian.device.type, enabled=False):
        values, vectors = torch.linalg.eigh(single / sizes.unsqueeze(-1) / sizes)
        units = (vectors * values.clamp_min(0)) @ vectors.T
    found: Tensor = (units * sizes.unsqueeze(-1) * sizes).float()
    return found
