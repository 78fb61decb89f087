"""The bargaining game: one call from a Gramian to weights, utilities and the proof of both."""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor

from nashcore.bargaining._kernels.gramian import (
    check_form,
    check_gramian,
    norms_of,
    power_of_two_scales,
    rescale,
)
from nashcore.bargaining._kernels.matvec import matvec, matvec_exact
from nashcore.bargaining._kernels.mean_family import follow_family, odds_of
from nashcore.bargaining._kernels.nash import solve_nash
from nashcore.bargaining.number import is_number, no_numbers
from nashcore.bargaining.plain_numbers import solving
from nashcore.bargaining.weights import Status, settled
from nashcore.errors import InputError, quoted

TOLERANCE = {torch.float64: 1e-7, torch.float32: 1e-3}
"""How far the gradients' hull must stay from the origin (unit gradients) to count as an agreement.

About the square root of the rounding error that a Gramian of that dtype carries: nearer than this, its entries cannot tell.
The distance is that of the hull's point along Nash's direction, at most sqrt(K) times as far away as the nearest one: a hull
farther than this always agrees, one nearer than this over sqrt(K) never does.
"""


@dataclass(frozen=True)
class Bargain:
    """The outcome of one or many bargaining games; every tensor has the games' batch shape [...] in front.

    Attributes:
        weights: [..., K], the players' weights a >= 0; the direction is d = sum_i a_i g_i. Zero where there is no agreement
            (the disagreement point, at which everybody gains nothing), and where the search did not find it. Never NaN.
        utilities: [..., K], u = G a, what each player gains along d.
        residual: [...], the largest relative residual of the players' stationarity condition u_i^(1-p) a_i / b_i = 1. A
            player's miss is measured against the condition itself or against the terms that make up its utility or weight,
            whichever is smaller, so that it is a few 1e-16 when the answer is as good as float64 can hold. It judges the float64
            solution: float32 weights add their own rounding, about 1e-7. NaN without agreement.
            It asks whether these are the weights of a Gramian that differs by rounding. Near p = 1 and at p = -inf such a change
            may share a weight differently among players of one gradient; the direction and the utilities do not notice.
            Infinite where there is an agreement that the search did not find.
        agreement: [...] (bool), whether there is a direction that every player gains from.
        iterations: [...] (int), linear systems solved; none for the Nash solution of two players, which has a closed form.
        cannot_gain: [..., K] (bool), the players whose gradient is zero: no direction helps them, so no agreement exists.
        norms: [..., K], the gradients' norms.
    """

    weights: Tensor
    utilities: Tensor
    residual: Tensor
    agreement: Tensor
    iterations: Tensor
    cannot_gain: Tensor
    norms: Tensor

    @property
    def status(self) -> Tensor:
        """[...] (int8), a `Status` for every game: AGREED, NO_AGREEMENT, or UNSOLVED where there is an agreement that the search
        did not find."""
        status = settled(self.weights, ~self.agreement, Status.NO_AGREEMENT).status
        return status.masked_fill(self.agreement & (self.residual == torch.inf), int(Status.UNSOLVED))

    @property
    def margin(self) -> Tensor:
        """[...], the smallest cosine between d and a player's gradient; 0 without an agreement."""
        length = (self.weights * self.utilities).sum(-1, keepdim=True).sqrt()
        cosines = self.utilities / (self.norms * length)
        return torch.where(self.agreement, cosines.amin(-1), 0.0).nan_to_num(0.0)


def bargain(
    gramian: Tensor,
    power: float | Tensor = 0.0,
    *,
    bargaining_power: Tensor | None = None,
    check: bool = True,
) -> Bargain:
    """Solve bargaining games between gradients.

    The direction d in the ball that maximises the power mean (exponent p) of the utilities u_i = <g_i, d>, inside the set of
    directions from which everybody gains. It is d = sum_i a_i g_i with a_i = b_i u_i^(p-1), scaled so that this holds exactly.

    * p = 0, the default, is the Nash bargaining solution, a_i (G a)_i = b_i. It does not depend on the players' scales.
    * p = -1 is harmonic; p -> -inf egalitarian: the worst-off player's utility is as large as can be.
    * p = 1 is utilitarian: the plain sum, d = sum_i b_i g_i, where nobody loses by it; otherwise the best sum among the
      directions from which nobody loses, which is the limit p -> 1.

    Args:
        gramian: [..., K, K], the inner products <g_i, g_j>; float32 or float64, CPU or CUDA. Solved in float64, which TF32 does
            not touch; form a float32 Gramian without TF32 (PyTorch's default), which would keep three digits of it.
        power: the exponent p in [-inf, 1]; one number, or a tensor of the batch shape [...].
        bargaining_power: [..., K], positive b_i (default 1): a player with 2 counts as two players with the same gradient.
        check: whether to look for bad input first. Leave it out only in a loop whose Gramians are known to be good. Without it, up
            to 10,000 games on CUDA are solved without waiting for the device.

    Returns:
        A `Bargain` in the dtype and on the device of the Gramian, without gradients. No agreement is an answer: see there.

    Raises:
        InputError: see `check_gramian`; an exponent outside [-inf, 1] or NaN; a bargaining power that is not positive and finite,
            or of another shape.

    Example:
        >>> import torch
        >>> gradients = torch.tensor([[1.0, 0.0], [0.0, 2.0]], dtype=torch.float64)
        >>> bargain(gradients @ gradients.T).weights
        tensor([1.0000, 0.5000], dtype=torch.float64)
    """
    with solving(gramian):
        if check:
            check_gramian(gramian)
        outcome = solve(gramian, power, bargaining_power, check, TOLERANCE[gramian.dtype])
        if not _is_nash(power, bargaining_power):
            outcome = _only_finite(outcome)
    return Bargain(**{name: tensor.clone() for name, tensor in vars(outcome).items()})


def solve(
    gramian: Tensor, power: float | Tensor, bargaining_power: Tensor | None, check: bool, tolerance: float
) -> Bargain:
    """`bargain` for a caller that is in inference mode itself and whose Gramian is good; ``tolerance`` as in `TOLERANCE`.

    A game that the search did not solve has NaN weights here, which the caller turns into a status.
    """
    exact = gramian.to(torch.float64)
    norms = norms_of(exact)
    scales = power_of_two_scales(norms)
    cannot_gain = norms == 0
    game = rescale(exact, scales) + torch.diag_embed(cannot_gain.to(exact.dtype))
    point = solve_nash(game, tolerance)
    agreement = point.agreement & ~cannot_gain.any(-1)
    weights, utilities, iterations = point.weights, point.utilities, point.iterations
    if _is_nash(power, bargaining_power):
        residual = ((weights * utilities - 1.0).abs() / point.magnitude.clamp_min(1.0)).amax(-1)
    else:
        exponent = exponents_of(power, exact, check)
        powers = bargaining_powers_of(bargaining_power, exact, check)
        weights, steps = follow_family(game, scales, powers, weights, agreement, exponent)
        iterations = iterations + steps
        utilities = matvec_exact(game, weights)
        residual = _residual(exact, weights / scales, utilities * scales, powers, exponent)
    agreed, dtype = agreement.unsqueeze(-1), gramian.dtype
    return Bargain(
        weights=torch.where(agreed, weights / scales, 0.0).to(dtype),
        utilities=torch.where(agreed, utilities * scales, 0.0).to(dtype),
        residual=torch.where(agreement, residual, torch.nan).to(dtype),
        agreement=agreement,
        iterations=iterations,
        cannot_gain=cannot_gain,
        norms=norms.to(dtype),
    )


def _is_nash(power: float | Tensor, bargaining_power: Tensor | None) -> bool:
    """Whether the games are known, without a question to the device, to be Nash's."""
    return bargaining_power is None and is_number(power) and float(power) == 0


def _only_finite(outcome: Bargain) -> Bargain:
    """Zero weights and utilities where the search did not find the agreement, or no number is large enough for it."""
    unsolved = outcome.agreement & ((outcome.weights + outcome.utilities) * 0.0).sum(-1).isnan()
    return replace(
        outcome,
        weights=outcome.weights.masked_fill(unsolved.unsqueeze(-1), 0.0),
        utilities=outcome.utilities.masked_fill(unsolved.unsqueeze(-1), 0.0),
        residual=outcome.residual.masked_fill(unsolved, torch.inf),
    )


def exponents_of(power: float | Tensor, gramian: Tensor, check: bool = True) -> Tensor:
    """Every game's exponent [...], from one number or a tensor of the games' shape.

    Args:
        power: p of the generalised mean, at most 1; -inf is egalitarian.
        gramian: [..., K, K], whose games, dtype and device count.
        check: whether the exponents are looked at first.

    Raises:
        InputError: an exponent is no number or above 1, the tensor has another shape than the games, or the Gramian is no tensor of
            square matrices.
    """
    check_form(gramian)
    if not isinstance(power, Tensor):  # a plain number is judged and filled in without a device's answer
        if check and not (is_number(power) and power <= 1):
            raise InputError(
                f"Parameter 'power' should be at most 1 (or -inf for egalitarian). Found {quoted(power)}."
            )
        return torch.full(gramian.shape[:-2], float(power), dtype=gramian.dtype, device=gramian.device)
    if (found := no_numbers(power)) is not None:
        raise InputError(f"Parameter 'power' should be made of numbers. Found {found}.")
    exponent = power.to(gramian)
    if check and not bool((exponent <= 1).all()):
        above = exponent[~(exponent <= 1)].flatten()[0].item()
        raise InputError(f"Parameter 'power' should be at most 1 (or -inf for egalitarian). Found {above}.")
    try:
        return exponent.expand(gramian.shape[:-2])
    except RuntimeError:
        raise InputError(
            f"Parameter 'power' should be one number or have the games' shape {list(gramian.shape[:-2])}. "
            f"Found the shape {list(exponent.shape)}."
        ) from None


def bargaining_powers_of(bargaining_power: Tensor | None, gramian: Tensor, check: bool = True) -> Tensor:
    """Every player's bargaining power [..., K]."""
    if bargaining_power is None:
        return torch.ones(gramian.shape[:-1], dtype=gramian.dtype, device=gramian.device)
    try:
        found = no_numbers(torch.as_tensor(bargaining_power))
        powers = (
            torch.as_tensor(bargaining_power, dtype=gramian.dtype, device=gramian.device)
            if found is None
            else None
        )
    except (TypeError, ValueError, RuntimeError):
        powers = None
    if powers is None:
        raise InputError(
            f"Parameter 'bargaining_power' should be a tensor of numbers. Found {quoted(bargaining_power)}."
        )
    powers = powers.detach()
    if check and not bool((sound := (powers > 0) & torch.isfinite(powers)).all()):
        raise InputError(
            "Parameter 'bargaining_power' should be positive and finite for every player. "
            f"Found {powers[~sound].flatten()[0].item():g}."
        )
    try:
        return powers.expand(gramian.shape[:-1])
    except RuntimeError:
        raise InputError(
            f"Parameter 'bargaining_power' should have one entry a player, shape [..., {gramian.shape[-1]}]. "
            f"Found the shape {list(powers.shape)}."
        ) from None


def _residual(
    gramian: Tensor, weights: Tensor, utilities: Tensor, powers: Tensor, exponent: Tensor
) -> Tensor:
    """See `Bargain.residual`; [..., K, K], [..., K] x 3, [...] -> [...]."""
    odds = odds_of(exponent).unsqueeze(-1)
    tau, rest = torch.sigmoid(odds), torch.sigmoid(-odds)
    log_u, log_a = utilities.log(), (weights / powers).log()  # NaN or -inf for what is not positive
    miss = torch.expm1(2 * (rest * log_u + tau * log_a)).abs()
    utility_miss = (utilities - torch.exp(-tau / rest * log_a)).abs() / matvec(gramian.abs(), weights)
    sizes = weights * norms_of(gramian)
    wanted = torch.exp(-rest / tau * log_u) * powers * norms_of(gramian)
    weight_miss = (sizes - wanted).abs() / sizes.amax(-1, keepdim=True)
    misses = torch.stack([miss, utility_miss, weight_miss]).nan_to_num(nan=torch.inf)
    return misses.amin(0).amax(-1)
