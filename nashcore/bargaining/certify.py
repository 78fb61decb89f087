"""The same games posed to cvxpy: an independent check of any weights, by another algorithm from another codebase.

cvxpy is imported when `certify` is called; nothing else of the engine needs it.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from nashcore.bargaining._kernels.gramian import check_gramian, norms_of
from nashcore.bargaining.game import bargaining_powers_of, exponents_of
from nashcore.bargaining.number import no_numbers
from nashcore.bargaining.plain_numbers import solving
from nashcore.errors import InputError, missing_package, quoted

NEAR_NASH = 1e-5  # exponents nearer to 0 are posed as 0: the best direction moves by less than that, its mean by the square
NEAR_END = 1e7  # exponents below minus this are posed as -inf: the mean moves by less than log(K) over that
PRECISION = {"tol_gap_abs": 1e-10, "tol_gap_rel": 1e-10, "tol_feas": 1e-10}


@dataclass(frozen=True)
class Certificate:
    """Two optima of one game and what lies between them.

    Attributes:
        ours: the mean of the utilities that the given weights reach, along a direction of length one (see ``kind``); who loses by
            it counts as gaining nothing in a power mean, and by the loss in the sum and the smallest. Nobody loses by the solver's
            direction, so that weights that hurt somebody can look better than it.
        theirs: the same mean along the direction that the independent solver found.
        gap: (theirs - ours) / |theirs|; positive when the solver found better, negative when the given weights are better, zero
            when both means are zero, as where nobody can gain unless somebody loses.
        kind: which mean is compared: "geometric", "power p", "smallest" or "sum" (divided by the number of players).
        direction_cosine: cosine between the two directions; 1 when they are the same.
        solver: name and version of the solver.
        status: the solver's own word on its answer.
    """

    ours: float
    theirs: float
    gap: float
    kind: str
    direction_cosine: float
    solver: str
    status: str


def certify(
    gramian: Tensor | Sequence[Sequence[float]],
    weights: Tensor | Sequence[float],
    power: float = 0.0,
    *,
    bargaining_power: Tensor | Sequence[float] | None = None,
) -> Certificate:
    """Pose one game to cvxpy (Clarabel) and compare its optimum with what the weights reach.

    The game: among directions d of length at most one, in the span of the gradients, with no utility below zero, the largest
    power mean (exponent p, weighted by the bargaining powers) of the utilities. In the coordinates of a factor R of the
    Gramian (G = R R'), utilities are R x with |x| <= 1. For 0 < p < 1 the dual is posed: the shortest sum of gradients whose
    multipliers' conjugate mean is at least one.

    Args:
        gramian: [K, K], one game; this and what follows may be tensors (also those that require gradients, which are not touched),
            arrays or lists of numbers.
        weights: [K], to be checked.
        power: the exponent p in [-inf, 1].
        bargaining_power: [K], positive b_i (default 1), as for `bargain`.

    Raises:
        InputError: cvxpy or Clarabel is not installed (the message names the package), a batch instead of one game, a bad Gramian,
            exponent or bargaining power, weights of another shape or that are no numbers, or weights whose direction is zero or too
            long for a number.
        RuntimeError: the solver gave no answer; the message carries its status.
    """
    try:
        import clarabel  # named so that its absence is told as such
        import cvxpy
    except ImportError as missing:
        raise InputError(missing_package(missing, "The independent check", "check")) from None
    gramian, weights = _plain("gramian", gramian), _plain("weights", weights)
    check_gramian(gramian)
    if (found := no_numbers(weights)) is not None:
        raise InputError(f"Weights to be checked should be numbers. Found {found}.")
    if gramian.ndim != 2 or weights.shape != gramian.shape[:1]:
        raise InputError(
            "The independent check takes one game: gramian [K, K] and weights [K]. "
            f"Found {list(gramian.shape)} and {list(weights.shape)}."
        )
    with solving(None):
        exact = gramian.to("cpu", torch.float64)
        exponent = float(exponents_of(power, exact))
        given = None if bargaining_power is None else _plain("bargaining_power", bargaining_power)
        powers = bargaining_powers_of(given, exact)
        log_powers = (powers / powers.sum()).log()

        norms = norms_of(exact)
        sizes = torch.where(norms > 0, norms, 1.0)
        values, vectors = torch.linalg.eigh(exact / sizes.unsqueeze(-1) / sizes.unsqueeze(-2))
        rows = vectors * values.clamp_min(0).sqrt()  # the unit gradients in coordinates of the eigenvectors
        point = rows.T @ (weights.to("cpu", torch.float64) * sizes)
        length = float(point.norm())
        if not 0 < length < math.inf:
            raise InputError(
                f"Weights to be checked should give a direction. Found one of length {length:g} (no agreement?)."
            )
        with warnings.catch_warnings():
            warnings.filterwarnings(
                "ignore", "Solution may be inaccurate"
            )  # said in the certificate's status
            warnings.filterwarnings("ignore", "(invalid value|divide by zero) encountered in log")
            best, status = _solve_with_cvxpy(cvxpy, rows, sizes.log(), log_powers, exponent)
        ours = _mean(rows @ point / length, sizes, log_powers, exponent)
        theirs = _mean(rows @ best, sizes, log_powers, exponent)
        return Certificate(
            ours=ours,
            theirs=theirs,
            gap=(theirs - ours) / abs(theirs) if theirs else math.copysign(math.inf, -ours) if ours else 0.0,
            kind={1.0: "sum", 0.0: "geometric", -math.inf: "smallest"}.get(exponent, f"power {exponent:g}"),
            direction_cosine=float(point @ best / length),
            solver=f"Clarabel {clarabel.__version__} through cvxpy {cvxpy.__version__}",
            status=status,
        )


def _plain(name: str, given: Any) -> Tensor:
    """A tensor without a graph; of a list or an array one in float64."""
    if isinstance(given, Tensor):
        return given.detach()
    try:
        found = torch.as_tensor(given)
        # Of the list itself: what it is made of is known by now, but rounded as PyTorch's own numbers are.
        return torch.as_tensor(given, dtype=torch.float64) if no_numbers(found) is None else found
    except (TypeError, ValueError, RuntimeError):
        raise InputError(
            f"Parameter {quoted(name)} should be a tensor, or a list of numbers. Found {quoted(given)}."
        ) from None


def _solve_with_cvxpy(
    cvxpy: Any, rows: Tensor, log_sizes: Tensor, log_powers: Tensor, exponent: float
) -> tuple[Tensor, str]:
    """The solver's direction, of length one, and its word on it.

    Args:
        cvxpy: the package.
        rows: [K, K], unit gradients.
        log_sizes: [K], logarithms of the gradients' lengths.
        log_powers: [K], logarithms of the bargaining powers, which sum to one.
        exponent: p.
    """
    matrix = rows.numpy()
    if NEAR_NASH < exponent < 1:
        # The shortest R'm with m_i = b_i |g_i| l_i, where the power mean of l with exponent q = p / (p - 1) is one.
        conjugate = exponent / (exponent - 1)
        offset = log_powers + log_sizes
        offset = offset - offset.max()  # m is as good as any multiple of it
        unknown = cvxpy.Variable(len(rows), pos=True)
        measure = cvxpy.log_sum_exp(conjugate * (cvxpy.log(unknown) - offset.numpy()) + log_powers.numpy())
        problem = cvxpy.Problem(cvxpy.Minimize(cvxpy.norm(matrix.T @ unknown)), [measure <= 0])
    else:
        unknown = cvxpy.Variable(matrix.shape[1])
        gains = matrix @ unknown
        if exponent == 1:
            rates = log_powers + log_sizes
            goal = (rates - rates.max()).exp().numpy() @ gains
        elif exponent < -NEAR_END:
            goal = cvxpy.min(cvxpy.multiply((log_sizes - log_sizes.min()).exp().numpy(), gains))
        elif abs(exponent) <= NEAR_NASH:
            goal = log_powers.exp().numpy() @ cvxpy.log(gains)
        else:
            rates = exponent * log_sizes + log_powers
            goal = cvxpy.log_sum_exp(exponent * cvxpy.log(gains) + (rates - rates.max()).numpy()) / exponent
        problem = cvxpy.Problem(cvxpy.Maximize(goal), [cvxpy.sum_squares(unknown) <= 1, gains >= 0])
    try:
        problem.solve(solver=cvxpy.CLARABEL, **PRECISION)
    except cvxpy.error.SolverError as failed:
        raise RuntimeError(f"The independent solver gave no answer: {failed}") from None
    if unknown.value is None:
        raise RuntimeError(f"The independent solver gave no answer: {problem.status}.")
    found = torch.from_numpy(unknown.value)
    found = rows.T @ found if NEAR_NASH < exponent < 1 else found
    return found / found.norm().clamp_min(torch.finfo(torch.float64).tiny), str(problem.status)


def _mean(gains: Tensor, sizes: Tensor, log_powers: Tensor, exponent: float) -> float:
    """The power mean of the utilities, given as cosines and lengths; weights as logarithms."""
    utilities = gains * sizes
    if exponent == 1:
        return float((utilities * log_powers.exp()).sum())
    if exponent == -math.inf:
        return float(utilities.min())
    heights = utilities.clamp_min(0).log()
    if exponent == 0:
        return float((log_powers.exp() * heights).sum().exp())
    return float((torch.logsumexp(exponent * heights + log_powers, 0) / exponent).exp())
