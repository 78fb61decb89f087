"""The Gramian, the one thing every rule looks at: checks, exact normalisation, and leaving players out.

A Gramian G [..., K, K] of K gradients holds their inner products, G_ij = <g_i, g_j>.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.bargaining._kernels.matvec import product_exact
from nashcore.bargaining._kernels.symmetric_eig import eigen
from nashcore.errors import InputError

_SYMMETRY = {torch.float64: 1e-8, torch.float32: 1e-4}
EXACT = torch.finfo(torch.float64).eps
# Numbers that meet small games often: as tensors they cost half as much to compare with, on any device; those of the CPU meet all.
ZERO, ONE = torch.tensor([0.0, 1.0], dtype=torch.float64, device="cpu").unbind()
LEAST = 1e-60  # norms between this and one over it can be squared twice without leaving the numbers
OPPOSED = 1e-3  # 1 + cos below which rounding takes digits that count


def check_gramian(gramian: Tensor) -> Tensor:
    """The Gramian itself, when it can be one.

    Args:
        gramian: [..., K, K], float32 or float64.

    Raises:
        InputError: not a dense tensor of square matrices, one inside a transform of torch.func (vmap, grad), no player, a dtype
            other than float32 or float64, no numbers (the device "meta"), NaN or infinity, an asymmetric matrix, or one that is
            not positive semidefinite.
    """
    check_form(gramian)
    if gramian.shape[-1] == 0:
        raise InputError("Gramian should have at least one player (K >= 1). Found K = 0.")
    if gramian.is_meta:
        raise InputError("Gramian should hold numbers. Found one on the device 'meta', where there are none.")
    tolerance = _SYMMETRY[gramian.dtype]
    norms = gramian.diagonal(dim1=-2, dim2=-1).sqrt()
    allowed = tolerance * norms.unsqueeze(-1) * norms.unsqueeze(-2)
    sound = ((gramian - gramian.mT).abs() <= allowed).all((-1, -2)) & _is_semidefinite(gramian, tolerance)
    # One question to the device; NaN, infinity and the root of a negative number compare false.
    if not bool(sound.all()):
        raise InputError(_what_is_wrong(gramian, tolerance))
    return gramian


def check_form(gramian: object) -> None:
    """Nothing, where it is a dense tensor of square matrices, float32 or float64.

    Raises:
        InputError: it is none.
    """
    if not isinstance(gramian, Tensor):
        raise InputError(f"Gramian should be a torch tensor. Found {type(gramian).__name__}.")
    if not torch.compiler.is_compiling() and torch.func.debug_unwrap(gramian, recurse=False) is not gramian:
        raise InputError(
            "Gramian should be a plain tensor. Found one inside a transform of torch.func: batch games by leading dimensions, and "
            "ask for weights outside of vmap and derivatives."
        )
    if gramian.is_nested:
        raise InputError("Gramian should be a dense tensor. Found a nested one: stack games of one size.")
    if gramian.layout != torch.strided:
        raise InputError(
            f"Gramian should be a dense tensor. Found {gramian.layout}: call its to_dense() first."
        )
    if gramian.ndim < 2 or gramian.shape[-1] != gramian.shape[-2]:
        raise InputError(f"Gramian should have the shape [..., K, K]. Found {list(gramian.shape)}.")
    if gramian.dtype not in _SYMMETRY:
        raise InputError(
            f"Gramian should be float32 or float64. Found {gramian.dtype}: make it as gradients.double() @ gradients.double().mT."
        )


def check_active(gramian: Tensor, active: Tensor) -> None:
    """Nothing, where ``active`` can say who is in the games of a Gramian [..., K, K].

    Raises:
        InputError: it is no dense tensor of bools of the shape [..., K] on the Gramian's device.
    """
    if not isinstance(active, Tensor) or active.is_nested:
        found = "a nested one" if isinstance(active, Tensor) else type(active).__name__
        raise InputError(f"Parameter 'active' should be a tensor of bools. Found {found}.")
    if active.layout != torch.strided:
        raise InputError(f"Parameter 'active' should be a dense tensor of bools. Found {active.layout}.")
    if active.device != gramian.device:
        raise InputError(
            f"Parameter 'active' should be on the Gramian's device, {gramian.device}. Found {active.device}."
        )
    if active.shape != gramian.shape[:-1] or active.dtype != torch.bool:
        raise InputError(
            f"Parameter 'active' should be bool, of the shape {list(gramian.shape[:-1])}. "
            f"Found {active.dtype}, of the shape {list(active.shape)}."
        )


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
        "make it as gradients @ gradients.mT."
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


def rounding_of(players: int, precision: float) -> float:
    """By how much an eigenvalue of unit gradients' Gramian may be off whose entries are right to ``precision``."""
    return 4 * players * precision


def vanishing_of(players: int, precision: float) -> float:
    """Length of a combination of gradients, relative to its terms, below which it counts as zero.

    The square of a length is known to the Gramian's rounding: at this length to a tenth of itself at worst.
    """
    return 2 * math.sqrt(rounding_of(players, precision))


def indefinite(gramian: Tensor, raised: Tensor | float) -> Tensor:
    """Not zero [...] where a symmetric matrix [..., K, K], its diagonal raised, is not positive definite.

    Cholesky's factor costs a fraction of the eigenvalues, and asks the device nothing.
    """
    matrix = gramian.clone()
    matrix.diagonal(dim1=-2, dim2=-1).add_(raised)
    info: Tensor = torch.linalg.cholesky_ex(matrix).info
    return info


def semidefinite(units: Tensor, rounding: float) -> Tensor:
    """The nearest positive semidefinite matrix, where rounding made it indefinite by more than ``rounding``.

    Args:
        units: [..., K, K], symmetric but for rounding, of gradients of length near one or zero.
        rounding: see `rounding_of`.
    """
    failed = indefinite(units, rounding)
    if polling.sync_is_cheap(failed) and not bool(failed.any()):
        return units
    # What is not a number stays: who answers is to say so.
    broken = ((failed != 0) & units.isfinite().all((-1, -2))).unsqueeze(-1).unsqueeze(-1)
    identity = torch.eye(units.shape[-1], dtype=units.dtype, device=units.device)
    values, vectors = eigen(torch.where(broken, (units + units.mT) / 2, identity))
    return torch.where(broken, (vectors * values.clamp_min(0).unsqueeze(-2)) @ vectors.mT, units)


def restrict_to(gramian: Tensor, active: Tensor) -> Tensor:
    """The Gramian of the game among some players: everybody else becomes a unit vector orthogonal to all.

    Args:
        gramian: [..., K, K]; entries of the others may be anything.
        active: [..., K] (bool).

    Raises:
        InputError: the Gramian is no dense tensor of that shape, or ``active`` is no tensor of bools of its shape and device.
    """
    check_form(gramian)
    check_active(gramian, active)
    return zero_inactive(gramian, active) + torch.diag_embed((~active).to(gramian.dtype))


def zero_inactive(gramian: Tensor, active: Tensor) -> Tensor:
    """The Gramian with a zero gradient in place of every player who is not active; arguments as in `restrict_to`."""
    return torch.where(active.unsqueeze(-1) & active.unsqueeze(-2), gramian, 0.0)


def power_of_two_scales(norms: Tensor) -> Tensor:
    """Powers of two nearest to the gradients' norms [..., K]; 1 for a zero gradient.

    Dividing by these brings every norm near one without a rounding error, which dividing by the norms themselves would
    cost: in a strong conflict that error is larger than the agreement's margin.
    """
    return torch.exp2(torch.where(norms > 0, norms, 1.0).log2().round())


def rescale(gramian: Tensor, scales: Tensor) -> Tensor:
    """The Gramian of the gradients divided by their scales [..., K]."""
    return gramian / scales.unsqueeze(-1) / scales.unsqueeze(-2)


def one_plus_cosine(gramian: Tensor, lengths: Tensor) -> Tensor:
    """1 + cos of the angle between two gradients, to the last digits also where they all but oppose each other.

    Args:
        gramian: [..., 2, 2].
        lengths: [..., 2], the gradients' norms.

    Returns:
        [...]; NaN where a gradient is zero.
    """
    first, second = lengths.unbind(-1)  # each by itself: their product may be out of range
    found = ONE + gramian[..., 0, 1] / first / second
    opposed = found < OPPOSED
    ask = polling.sync_is_cheap(opposed)
    if ask and not bool(opposed.any()):
        return found
    # There, with p and q the lengths, 1 + z / pq = ((pq)^2 - z^2) / (pq (pq - z)), whose squares are exact.
    in_range = ask and float(lengths.amin()) > LEAST and float(lengths.amax()) < 1 / LEAST
    scaled = gramian if in_range else rescale(gramian, power_of_two_scales(lengths))
    first_square, cross, _, second_square = scaled.flatten(-2).unbind(-1)
    # Both products in one go: here calls cost more than their arithmetic.
    products, errors = product_exact(torch.stack([first_square, cross]), torch.stack([second_square, cross]))
    squares, crossed = products.unbind(0)
    squares_error, crossed_error = errors.unbind(0)
    product = squares.sqrt()
    exact = ((squares - crossed) + (squares_error - crossed_error)) / (product * (product - cross))
    return torch.where(opposed, exact, found)
