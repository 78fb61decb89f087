"""The Gramian, the one thing every rule looks at: checks, exact normalisation and products without cancellation.

A Gramian G [..., K, K] of K gradients holds their inner products, G_ij = <g_i, g_j>.
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.errors import InputError

_SYMMETRY = {torch.float64: 1e-8, torch.float32: 1e-4}
OPPOSED = 1e-3  # 1 + cos below which rounding takes digits that count
_SPLIT = 2.0**27 + 1.0  # halves the 53 digits of a float64 (Veltkamp's constant)


def check_gramian(gramian: Tensor) -> Tensor:
    """The Gramian itself, when it can be one.

    Args:
        gramian: [..., K, K], float32 or float64.

    Raises:
        InputError: not a dense tensor of square matrices, no player, a dtype other than float32 or float64, NaN or infinity, an
            asymmetric matrix, or one that is not positive semidefinite.
    """
    if not isinstance(gramian, Tensor):
        raise InputError(f"Gramian should be a torch tensor. Found {type(gramian).__name__}.")
    shape = tuple(gramian.shape)
    if gramian.ndim < 2 or shape[-1] != shape[-2]:
        raise InputError(f"Gramian should have the shape [..., K, K]. Found {list(shape)}.")
    if shape[-1] == 0:
        raise InputError("Gramian should have at least one player (K >= 1). Found K = 0.")
    if gramian.dtype not in _SYMMETRY:
        raise InputError(
            f"Gramian should be float32 or float64. Found {gramian.dtype}: make it as gradients.double() @ gradients.double().T."
        )
    if gramian.layout != torch.strided:
        raise InputError(
            f"Gramian should be a dense tensor. Found {gramian.layout}: call its to_dense() first."
        )
    tolerance = _SYMMETRY[gramian.dtype]
    norms = gramian.diagonal(dim1=-2, dim2=-1).sqrt()
    allowed = tolerance * norms.unsqueeze(-1) * norms.unsqueeze(-2)
    sound = ((gramian - gramian.mT).abs() <= allowed).all((-1, -2)) & _is_semidefinite(gramian, tolerance)
    # One question to the device; NaN, infinity and the root of a negative number compare false.
    if not bool(sound.all()):
        raise InputError(_what_is_wrong(gramian, tolerance))
    return gramian


def _what_is_wrong(gramian: Tensor, tolerance: float) -> str:
    if not bool(torch.isfinite(gramian).all()):
        return "Gramian should be finite. Found NaN or infinity: look at the gradients it was made of."
    squares = gramian.diagonal(dim1=-2, dim2=-1)
    if bool((squares < 0).any()):
        return (
            f"Gramian should have squared norms on its diagonal. Found {float(squares.min()):.3g} (negative)."
        )
    norms = squares.sqrt()
    difference = (gramian - gramian.mT).abs()
    if bool((difference > tolerance * norms.unsqueeze(-1) * norms.unsqueeze(-2)).any()):
        worst = float(difference.max())
        return f"Gramian should be symmetric. Found entries that differ from their mirror by {worst:.3g}."
    least = torch.finfo(gramian.dtype).tiny / tolerance
    if bool(((squares > 0) & (squares < least)).any()):
        return (
            f"Gramian should have squared norms of zero or at least {least:.0e} in {gramian.dtype}. Found "
            f"{float(squares[squares > 0].min()):.3g}, too small to keep its digits: scale the gradients up."
        )
    return (
        "Gramian should be positive semidefinite, as inner products of gradients are. Found one that is not: "
        "make it as gradients @ gradients.T."
    )


def _is_semidefinite(gramian: Tensor, tolerance: float) -> Tensor:
    """Whether each Gramian, its diagonal raised by the tolerance, has a Cholesky factor: [...] (bool)."""
    squares = gramian.diagonal(dim1=-2, dim2=-1)
    raised = gramian + torch.diag_embed(tolerance * squares + (squares == 0))
    failed: Tensor = torch.linalg.cholesky_ex(raised).info
    return failed == 0


def norms_of(gramian: Tensor) -> Tensor:
    """The gradients' norms [..., K]."""
    return gramian.diagonal(dim1=-2, dim2=-1).clamp_min(0).sqrt()


def among(gramian: Tensor, active: Tensor) -> Tensor:
    """The Gramian of the game among some players: everybody else becomes a unit vector orthogonal to all.

    Args:
        gramian: [..., K, K]; entries of the others may be anything.
        active: [..., K] (bool).
    """
    return without_others(gramian, active) + torch.diag_embed((~active).to(gramian.dtype))


def without_others(gramian: Tensor, active: Tensor) -> Tensor:
    """The Gramian with a zero gradient in place of every player who is not active; arguments as in `among`."""
    return torch.where(active.unsqueeze(-1) & active.unsqueeze(-2), gramian, 0.0)


def binary_scales(norms: Tensor) -> Tensor:
    """Powers of two nearest to the gradients' norms [..., K]; 1 for a zero gradient.

    Dividing by these brings every norm near one without a rounding error, which dividing by the norms themselves would
    cost: in a strong conflict that error is larger than the agreement's margin.
    """
    return torch.exp2(torch.where(norms > 0, norms, 1.0).log2().round())


def rescale(gramian: Tensor, scales: Tensor) -> Tensor:
    """The Gramian of the gradients divided by their scales [..., K]."""
    return gramian / scales.unsqueeze(-1) / scales.unsqueeze(-2)


def apply(matrix: Tensor, vector: Tensor) -> Tensor:
    """Matrix times vector: [..., K, K] and [..., K] -> [..., K]."""
    return (matrix @ vector.unsqueeze(-1)).squeeze(-1)


def apply_exactly(matrix: Tensor, vector: Tensor) -> Tensor:
    """Matrix times vector as if in twice the precision, rounded once (float64).

    Error-free products and sums (Dekker 1971; Ogita, Rump and Oishi 2005, "Accurate sum and dot product"), summed as a
    tree. Utilities in a strong conflict are tiny differences of large terms, and are worth nothing without this.
    """
    total, error = _product(matrix, vector.unsqueeze(-2))
    while (half := total.shape[-1] // 2) > 0:
        left, right = total[..., :half], total[..., half : 2 * half]
        summed = left + right
        back = summed - left
        lost = (left - (summed - back)) + (right - back)
        lost = lost + error[..., :half] + error[..., half : 2 * half]
        total = torch.cat([summed, total[..., 2 * half :]], -1)
        error = torch.cat([lost, error[..., 2 * half :]], -1)
    return (total + error).squeeze(-1)


def one_plus_cosine(gramian: Tensor, lengths: Tensor) -> Tensor:
    """1 + cos of the angle between two gradients, to the last digits also where they all but oppose each other.

    Args:
        gramian: [..., 2, 2].
        lengths: [..., 2], the gradients' norms.

    Returns:
        [...]; NaN where a gradient is zero.
    """
    first, second = lengths.unbind(-1)  # each by itself: their product may be out of range
    found = 1.0 + gramian[..., 0, 1] / first / second
    opposed = found < OPPOSED
    if polling.may_ask(opposed) and not bool(opposed.any()):
        return found
    # There, with p and q the lengths, 1 + z / pq = ((pq)^2 - z^2) / (pq (pq - z)), whose squares are exact.
    scaled = rescale(gramian, binary_scales(lengths))
    squares, squares_error = _product(scaled[..., 0, 0], scaled[..., 1, 1])
    cross = scaled[..., 0, 1]
    crossed, crossed_error = _product(cross, cross)
    product = squares.sqrt()
    exact = ((squares - crossed) + (squares_error - crossed_error)) / (product * (product - cross))
    return torch.where(opposed, exact, found)


def _product(left: Tensor, right: Tensor) -> tuple[Tensor, Tensor]:
    """The product of numbers (float64), rounded, and what rounding took from it; together they are exact."""
    product = left * right
    left_high, left_low = _halves(left)
    right_high, right_low = _halves(right)
    error = ((left_high * right_high - product) + left_high * right_low + left_low * right_high) + (
        left_low * right_low
    )
    return product, error


def _halves(x: Tensor) -> tuple[Tensor, Tensor]:
    shifted = _SPLIT * x
    high = shifted - (shifted - x)
    return high, x - high
