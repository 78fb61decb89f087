"""The same games posed to cvxpy: an independent check of any weights, by another algorithm from another codebase.

cvxpy is imported when `certify` is called; nothing else of the engine needs it.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass

import torch
from torch import Tensor

from nashcore.bargaining.gramian import binary_scales, check_gramian, norms_of, rescale
from nashcore.errors import InputError


@dataclass(frozen=True)
class Certificate:
    """Two optima of one game and what lies between them.

    Attributes:
        ours: the mean of the utilities that the given weights reach, along a direction of length one (see ``kind``).
        theirs: the optimum that the independent solver found.
        gap: (theirs - ours) / |theirs|; positive when the solver found better, negative when the given weights are better.
        kind: which mean is compared: "geometric", "power p", "smallest" or "sum".
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


def certify(gramian: Tensor, weights: Tensor, power: float = 0.0) -> Certificate:
    """Pose one game to cvxpy (Clarabel) and compare its optimum with what the weights reach.

    The game: among directions d of length at most one, in the span of the gradients, with no utility below zero, the largest
    power mean (exponent p) of the utilities. In the dual coordinates d = sum_i a_i g_i of the gradients' Cholesky-like factor R
    (G = R R'), utilities are R x with |x| <= 1.

    Args:
        gramian: [K, K], one game.
        weights: [K], to be checked.
        power: the exponent p in [-inf, 1].

    Raises:
        InputError: cvxpy or Clarabel is not installed (the message names the package), a batch instead of one game, a bad Gramian
            or exponent, weights of another shape, or weights whose direction is zero.
        RuntimeError: the solver gave no answer; the message carries its status.
    """
    try:
        import clarabel  # named so that its absence is told as such
        import cvxpy
    except ImportError as missing:
        raise InputError(
            f"The independent check needs the package {missing.name!r}. Install it: pip install cvxpy clarabel"
        ) from None
    check_gramian(gramian)
    if gramian.ndim != 2 or weights.shape != gramian.shape[:1]:
        raise InputError(
            "The independent check takes one game: gramian [K, K] and weights [K]. "
            f"Found {list(gramian.shape)} and {list(weights.shape)}."
        )
    if math.isnan(power) or power > 1:
        raise InputError(f"Parameter 'power' should be at most 1. Found {power}.")

    exact = gramian.to("cpu", torch.float64)
    scales = binary_scales(norms_of(exact))
    values, vectors = torch.linalg.eigh(rescale(exact, scales))
    root = (
        vectors * values.clamp_min(0).sqrt()
    )  # rows: the scaled gradients in coordinates of the eigenvectors
    point = root.T @ (weights.to("cpu", torch.float64) * scales)
    length = float(point.norm())
    if not length > 0:
        raise InputError(
            "Weights to be checked should give a direction. Found one of length zero (no agreement?)."
        )
    rows = (root * scales.unsqueeze(-1)).numpy() if power != 0 else root.numpy()

    unknown = cvxpy.Variable(rows.shape[1])
    utilities = rows @ unknown
    if power == 1:
        kind, goal = "sum", cvxpy.sum(utilities) / rows.shape[0]
    elif power == -math.inf:
        kind, goal = "smallest", cvxpy.min(utilities)
    elif power == 0:
        kind, goal = "geometric", cvxpy.sum(cvxpy.log(utilities)) / rows.shape[0]
    else:
        kind, goal = f"power {power:g}", cvxpy.pnorm(utilities, power)
    problem = cvxpy.Problem(cvxpy.Maximize(goal), [cvxpy.sum_squares(unknown) <= 1, utilities >= 0])
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Solution may be inaccurate")  # said in the certificate's status
        problem.solve(solver=cvxpy.CLARABEL, tol_gap_abs=1e-10, tol_gap_rel=1e-10, tol_feas=1e-10)
    if unknown.value is None:
        raise RuntimeError(f"The independent solver gave no answer: {problem.status}.")

    theirs_point = torch.from_numpy(unknown.value)
    reach = torch.from_numpy(rows)
    ours = _mean(reach @ point / length, power)
    theirs = _mean(reach @ theirs_point / theirs_point.norm(), power)
    return Certificate(
        ours=ours,
        theirs=theirs,
        gap=(theirs - ours) / abs(theirs) if theirs else math.inf,
        kind=kind,
        direction_cosine=float(point @ theirs_point / length / theirs_point.norm()),
        solver=f"Clarabel {clarabel.__version__} through cvxpy {cvxpy.__version__}",
        status=str(problem.status),
    )


def _mean(utilities: Tensor, power: float) -> float:
    """The power mean of the utilities."""
    if power == 1:
        return float(utilities.mean())
    if power == -math.inf:
        return float(utilities.min())
    positive = utilities.clamp_min(0)
    if power == 0:
        return float(positive.log().mean().exp())
    return float((positive**power).mean() ** (1 / power))
