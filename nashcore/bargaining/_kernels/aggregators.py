"""The rules that others proposed, each from a Gramian to weights; float64 inside, any number of players, batched.

Every function takes gramian [..., K, K] (float64, not checked) and returns weights [..., K]; the direction is
d = sum_i weights_i g_i. Where ``active`` is given, the gradients of all others are zero. A rule that may find none also says in
which games [...] (bool) it did not. Two players have closed forms. ``precision`` is the relative rounding error of the Gramian's
entries, as they were before they became float64: what is smaller than it makes of them counts as zero.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor

from nashcore.bargaining._kernels import polling
from nashcore.bargaining._kernels.gramian import (
    EXACT,
    ONE,
    ZERO,
    indefinite,
    norms_of,
    one_plus_cosine,
    power_of_two_scales,
    rescale,
    restrict_to,
    rounding_of,
    semidefinite,
    vanishing_of,
)
from nashcore.bargaining._kernels.matvec import matvec
from nashcore.bargaining._kernels.maxmin import lift_worst_off, shortest_of_hull
from nashcore.bargaining._kernels.meeting_order import meeting_order
from nashcore.bargaining._kernels.nonneg_qp import minimise
from nashcore.bargaining._kernels.symmetric_eig import eigen, jacobi

GRADED = 1e-6  # smallest eigenvalue, relative to the largest, below which PyTorch's routine leaves too few digits of it
MOST_TURNED = 64  # players; for more, Jacobi's method takes seconds on a CPU


def mean(gramian: Tensor, active: Tensor | None = None) -> Tensor:
    """Equal weights, 1/K each: the gradient of the mean loss; among the active players [..., K] only, where they are given."""
    if active is not None:
        return active.to(gramian.dtype) / active.sum(-1, keepdim=True).clamp_min(1)
    return torch.full(gramian.shape[:-1], 1.0 / gramian.shape[-1], dtype=gramian.dtype, device=gramian.device)


def loss_gm(losses: Tensor, exponent: float) -> Tensor:
    """Weights proportional to |L_i|^(p-1), summing to one: the gradient of the generalised mean of the losses, up to length.

    Above p = 1 the largest losses weigh most, below it the smallest; at p = inf and -inf they alone, in equal shares.

    A generalised mean is defined for positive losses; where a loss is not positive its size stands in, and the weights lose
    that meaning. Losses smaller than 1e-12 count as 1e-12.
    """
    sizes = losses.abs().clamp_min(1e-12)
    end = (sizes.amax if exponent > 1 else sizes.amin)(-1, keepdim=True)
    if math.isinf(exponent):  # the limits
        alone = (sizes == end).to(sizes.dtype)
        return alone / alone.sum(-1, keepdim=True)
    # Seen from the end that weighs most, so that no exponent overflows.
    return torch.softmax((exponent - 1.0) * (sizes.log() - end.log()), -1)


def pcgrad(gramian: Tensor, seed: int, draw: int = 0) -> Tensor:
    """Projecting conflicting gradients (Yu et al., NeurIPS 2020), the sum of the projected gradients.

    Each player's gradient meets the others' in a random order, the same for every game of the batch, and loses its component
    along those it conflicts with. The order is the one with the number ``draw`` in the stream of ``seed``.
    """
    players = gramian.shape[-1]
    squares = gramian.diagonal(dim1=-2, dim2=-1)
    inverse = torch.where(squares > ZERO, squares.reciprocal(), 0.0)
    if players == 2:
        shed = gramian[..., 0, 1].clamp_max(0).unsqueeze(-1)
        return ONE - shed * inverse
    order = meeting_order(players, seed, draw, gramian.device)
    own = torch.arange(players, device=gramian.device)
    combined = torch.eye(players, dtype=gramian.dtype, device=gramian.device).expand(gramian.shape).clone()
    for turn in range(players):
        other = order[:, turn]
        product = (combined * gramian[..., other, :]).sum(-1)
        shed = torch.where(other == own, 0.0, product.clamp_max(0)) * inverse[..., other]
        combined[..., own, other] -= shed
    return combined.sum(-2)


def mgda(gramian: Tensor, precision: float = EXACT) -> tuple[Tensor, Tensor]:
    """The shortest vector of the gradients' hull (Désidéri 2012): weights on the simplex that minimise w'G w.

    Also where that vector is zero (the point is Pareto stationary): there the weights are no direction.
    """
    vanishing = vanishing_of(gramian.shape[-1], precision)
    if gramian.shape[-1] == 2:
        first, second, cross = gramian[..., 0, 0], gramian[..., 1, 1], gramian[..., 0, 1]
        spread = first + second - (cross + cross)
        # Both shares by themselves: one minus the other would lose a tiny one.
        shares = torch.stack([second - cross, first - cross], -1) / spread.unsqueeze(-1)
        weights = torch.where(spread.unsqueeze(-1) <= ZERO, 0.5, shares).clamp(0, 1)
        # The shortest vector is sqrt((1 + cos) / 2) times its terms; not "<=": a zero gradient has no cosine.
        return weights, ~(one_plus_cosine(gramian, norms_of(gramian)) > 2 * vanishing**2)
    norms, units = _sound_units(gramian, precision)
    shortest = norms.amin(-1, keepdim=True)
    costs = torch.where(shortest > 0, shortest / norms, 1.0)  # so that weights / norms sum to a constant
    terms = shortest_of_hull(units, costs, rounding_of(gramian.shape[-1], precision))
    # Where some gradients are zero, the shortest vector is theirs.
    zero = norms == 0
    weights = torch.where(shortest > 0, terms * costs, zero.to(norms.dtype))
    stationary = (_length(units, terms) <= vanishing * terms.sum(-1, keepdim=True)).squeeze(-1) | zero.any(-1)
    return weights / weights.sum(-1, keepdim=True), stationary


def cagrad(
    gramian: Tensor, c: float, active: Tensor | None = None, precision: float = EXACT
) -> tuple[Tensor, Tensor | None]:
    """Conflict-averse gradient descent (Liu et al., NeurIPS 2021): the best worst-case gain within c |g0| of the mean g0.

    Weights 1/K + c |g0| / |g_w| w, where w on the simplex minimises <g0, g_w> + c |g0| |g_w|. Zero where g_w vanishes: the
    point is Pareto stationary and no direction in the ball helps the worst-off.

    Players who are not active [..., K] are left out, of the mean too; a player with a zero gradient is not.
    """
    centre = mean(gramian, active)
    if c == 0:
        return centre, None
    norms, units = _sound_units(gramian, precision)
    vanishing = vanishing_of(gramian.shape[-1], precision)
    longest = norms.amax(-1, keepdim=True)
    sizes = norms / longest.masked_fill(longest <= ZERO, 1.0)
    terms = centre * sizes
    gains = matvec(units, terms)
    length = (terms * gains).sum(-1, keepdim=True).clamp_min(0).sqrt()
    # Not ">": what is not a number stays NaN.
    stands = length <= vanishing * terms.sum(-1, keepdim=True)
    cosines = gains / length.masked_fill(stands, 1.0)  # between g0 and every player
    if gramian.shape[-1] == 2 and active is None:
        shares = _cagrad_pair(units, sizes, cosines, c)
    else:
        shares = _cagrad_many(units, sizes, cosines, c, active)
    norm = _length(units, shares)
    stands = stands | (norm <= vanishing * shares.sum(-1, keepdim=True))
    pull = c * length / norm * (shares / sizes).masked_fill(sizes <= ZERO, 0.0)
    return (centre + pull).masked_fill(stands, 0.0), stands.squeeze(-1)


def _cagrad_many(units: Tensor, sizes: Tensor, cosines: Tensor, c: float, active: Tensor | None) -> Tensor:
    """Multiples of w_i |g_i| [..., K]."""
    shortest = torch.where(sizes > 0, sizes, torch.inf).amin(-1, keepdim=True)
    costs = torch.where(sizes > 0, shortest / sizes, 1.0)
    gains = cosines / c
    if active is not None:  # the others: on an axis of their own, and so well off that nobody need lift them
        units = restrict_to(units, active)
        gains = torch.where(active, gains, gains.abs().amax(-1, keepdim=True) + 3.0)
    shares = lift_worst_off(units, gains, costs)
    return shares if active is None else torch.where(active, shares, 0.0)


def _cagrad_pair(units: Tensor, sizes: Tensor, cosines: Tensor, c: float) -> Tensor:
    """With g_w = t g_1 + (1 - t) g_2, |g_w|^2 = A t^2 + 2 B t + C and one square root gives the stationary t."""
    cosine, product = units[..., 0, 1], sizes.prod(-1)
    squares, cross = sizes * sizes, product * cosine
    square = torch.sub(squares.sum(-1), cross, alpha=2.0)  # A
    slope = torch.sub(*(cosines * sizes).unbind(-1))
    room = torch.addcmul(square * c**2, slope, slope, value=-1.0)
    spread = ((ONE - cosine * cosine) / room).sqrt() * product
    stationary = torch.addcmul(squares[..., 1] - cross, slope, spread, value=-1.0) / square
    # Without room the gain rises or falls all the way.
    share = torch.where(room > ZERO, stationary, slope < ZERO).clamp(0, 1)
    return torch.stack([share, ONE - share], -1) * sizes


def imtl_g(gramian: Tensor, active: Tensor | None = None, precision: float = EXACT) -> tuple[Tensor, Tensor]:
    """Impartial gradients (Liu et al., ICLR 2021): the same projection of d on every player's unit gradient, weights summing
    to one.

    Where no direction has that property, the projections' squared differences from it are as small as can be. Zero where the
    weights sum to zero, and where gradients on one line point both ways: no direction projects on them equally but zero. On one
    line and the same way, weights are as one over the norms. Players who are not active [..., K] are left out, of the sum too.
    """
    norms, units = _units(gramian)
    values, vectors = eigen(units)  # the pseudo-inverse, without the components that rounding error made
    rounding = rounding_of(gramian.shape[-1], precision)
    kept = values > rounding
    inverse = torch.where(kept, 1.0 / values, 0.0)
    sums = vectors.sum(-2)  # zero, but for rounding, where gradients oppose each other
    equal = matvec(vectors, inverse * torch.where(sums.abs() > 8 * rounding, sums, 0.0))
    raw = equal / torch.where(norms > 0, norms, torch.inf)
    total = raw.sum(-1, keepdim=True)
    # The shortest component that is left says how well the weights are known.
    blur = rounding * inverse.amax(-1, keepdim=True)
    finite = total.abs() > blur * raw.abs().sum(-1, keepdim=True)
    on_a_line = kept.sum(-1, keepdim=True) == 1
    if not polling.sync_is_cheap(on_a_line) or bool(on_a_line.any()):
        finite = finite & ~(on_a_line & (units < -0.5).flatten(-2).any(-1, keepdim=True))
    return torch.where(finite, raw / total, 0.0), ~finite.squeeze(-1)


def upgrad(gramian: Tensor, precision: float = EXACT) -> Tensor:
    """Unconflicting projections (Quinton and Rey 2024): the mean of the gradients, each projected on the dual cone.

    Gradient i becomes the nearest vector that no player loses by: weights e_i + y with y >= 0 that minimise the new length.
    """
    players = gramian.shape[-1]
    rounding = rounding_of(players, precision)
    norms = norms_of(gramian)
    scales = power_of_two_scales(norms)
    identity = torch.eye(players, dtype=gramian.dtype, device=gramian.device)
    # Where gradients cancel, weights may grow along them for nothing; the shortest are found, and there are some, since every
    # gradient is given a little of its own, too little for a Gramian to tell.
    scaled = semidefinite(rescale(gramian, scales), rounding) + rounding * identity
    each = scaled.unsqueeze(-3).expand(*gramian.shape[:-2], players, players, players)
    # A zero gradient changes nothing.
    extra = torch.where(norms.unsqueeze(-2) == 0, 0.0, minimise(each, scaled))
    weights = identity + extra
    return (weights * scales.unsqueeze(-1) / scales.unsqueeze(-2)).mean(-2)


def aligned_mtl(
    gramian: Tensor, active: Tensor | None = None, precision: float = EXACT
) -> tuple[Tensor, Tensor]:
    """Aligned principal components (Senushkin et al., CVPR 2023): the mean of the gradients after all their principal
    components are given the length of the shortest.

    How many components there are is seen on the unit gradients, whatever their lengths: those that rounding error made are left
    out. Weights are NaN where rounding hides a component that counts: of gradients that depend on each other, or of more than 64,
    with lengths about 1e7 apart. Equal weights where all gradients are zero. Players who are not active [..., K] are left out, of
    the mean too.
    """
    centre = mean(gramian, active)
    values, vectors, kept, hidden = _principal(gramian, precision)
    shortest = torch.where(kept, values, torch.inf).amin(-1, keepdim=True)
    stretch = torch.where(kept, (shortest / values.where(kept, 1.0)).sqrt(), 0.0)
    along = matvec(vectors.mT, centre)
    weights = matvec(vectors, stretch * along)
    inside = torch.linalg.vector_norm(torch.where(kept, along, 0.0), dim=-1)
    stationary = inside <= vanishing_of(gramian.shape[-1], precision) * torch.linalg.vector_norm(
        centre, dim=-1
    )
    weights = torch.where(kept.any(-1, keepdim=True), weights, centre)
    return weights.masked_fill(hidden.unsqueeze(-1), torch.nan), stationary & ~hidden


def _principal(gramian: Tensor, precision: float) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Eigenvalues [..., K], eigenvectors in columns, those [..., K] (bool) that rounding error did not make, and the games [...]
    (bool) in which it hides one that counts."""
    players, squares = gramian.shape[-1], gramian.diagonal(dim1=-2, dim2=-1)
    rounding, zero = rounding_of(players, precision), squares == 0
    # Whether all eigenvalues of the unit gradients are above it; so it can be asked without dividing by norms.
    full = indefinite(gramian, zero.to(squares.dtype) - squares * rounding) == 0
    rank = (~zero).sum(-1)
    if not polling.sync_is_cheap(full) or not bool(full.all()):
        norms, units = _units(gramian)
        values, vectors = eigen(units)
        sound = torch.where(values > _floor(values).clamp_min(rounding), values, 0.0)
        rank = torch.where(full, rank, (sound > 0).sum(-1))
        cleaned = (vectors * sound.unsqueeze(-2)) @ vectors.mT * norms.unsqueeze(-1) * norms.unsqueeze(-2)
        gramian = torch.where(full.unsqueeze(-1).unsqueeze(-1), gramian, cleaned)
    on_cpu = polling.on_cpu(full)
    values, vectors = eigen(gramian) if on_cpu else jacobi(gramian)
    if on_cpu and players <= MOST_TURNED:
        # Each game by its own values, so that its answer does not depend on which games are solved beside it.
        graded = (_largest(values, rank, torch.inf) < GRADED * values.amax(-1, keepdim=True)).any(-1)
        if bool(graded.any()):
            values[graded], vectors[graded] = jacobi(gramian[graded])
    to_the_last_digits = full & (not on_cpu or players <= MOST_TURNED)
    floor = torch.where(to_the_last_digits.unsqueeze(-1), 0.0, _floor(values))
    kept = _largest(values, rank, 0.0) > floor
    return values, vectors, kept, kept.sum(-1) < rank


def _floor(values: Tensor) -> Tensor:
    """What rounding makes of an eigenvalue of zero, beside the others [..., K]."""
    return values.amax(-1, keepdim=True) * values.shape[-1] * EXACT


def _largest(values: Tensor, count: Tensor, other: float) -> Tensor:
    """So many [...] of the largest values [..., K], and another number in the others' places."""
    place = values.argsort(-1, descending=True).argsort(-1)
    return torch.where(place < count.unsqueeze(-1), values, other)


def _units(gramian: Tensor) -> tuple[Tensor, Tensor]:
    """The gradients' norms [..., K] and the Gramian of the unit gradients; zero gradients stay zero."""
    norms = norms_of(gramian)
    inverse = norms.reciprocal().masked_fill(norms <= ZERO, 0.0)
    return norms, gramian * inverse.unsqueeze(-1) * inverse.unsqueeze(-2)


def _sound_units(gramian: Tensor, precision: float) -> tuple[Tensor, Tensor]:
    """`_units`, semidefinite."""
    norms, units = _units(gramian)
    if gramian.shape[-1] == 2:
        return norms, units.clamp(-1, 1)
    return norms, semidefinite(units, rounding_of(gramian.shape[-1], precision))


def _length(gramian: Tensor, weights: Tensor) -> Tensor:
    """The length [..., 1] of the gradients' combination."""
    return (weights * matvec(gramian, weights)).sum(-1, keepdim=True).clamp_min(0).sqrt()
