"""The standard two-group conflict of the multi-task literature, both losses unscaled, as coded and as printed.

Source: "Conflict-Averse Gradient Descent" (Liu et al., NeurIPS 2021), its code and its appendix; used by "Fairness-Aware
Meta-Learning via Nash Bargaining" (NeurIPS 2024) with two groups in the place of two tasks.

The two differ in the sign before tanh(-y) in the second loss. The code has a plus, and all pictures were drawn with it: the
valley of L2 mirrors that of L1, x = 7 - 2 tanh(y) beside x = 2 tanh(y) - 7. The appendix has a minus: both valleys bend the
same way, and the start (9, 9) lies on the floor of L2's valley, where the second gradient is practically zero.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

import torch
from torch import Tensor

from synthetic.pareto import Front, line_front
from synthetic.problem import Problem

_FLOOR = 5e-6
"""The logarithms' arguments stay above this."""

_FRONT_POINTS = 1025

# A small tensor meets a number up to twice as quickly where the number is a tensor already.
_ONE, _SIX, _EIGHT, _FLOOR_NUMBER = (
    torch.tensor(number, dtype=torch.float64) for number in (1.0, 6.0, 8.0, _FLOOR)
)


def evaluate(theta: Tensor, bend: float = -1.0) -> tuple[Tensor, Tensor]:
    """Losses [..., 2] and gradients [..., 2, 2] at theta [..., 2] = (x, y).

    ``bend`` is the factor of tanh(y) in the second loss: -1 as coded, 1 as printed.

    On the kinks (y = 0, and where a logarithm reaches its floor) the derivative is the mean of the two
    one-sided ones, which is what automatic differentiation of ``torch.maximum`` gives.
    """
    x, y = theta.unbind(-1)
    sides, away_sides, bends, half, depth = _constants(bend, x.dtype, x.device, x.ndim)
    s = torch.tanh(y * half)
    upper = s.clamp(min=0)  # c1 = max(tanh(y/2), 0) and c2 = max(tanh(-y/2), 0) = c1 - tanh(y/2)
    lower = upper - s
    square = s * s
    less, more = _ONE - square, _ONE + square
    slope = less * half  # d tanh(y/2) / dy
    upper_y = slope * torch.heaviside(y, half)
    lower_y = upper_y - slope
    t = (s + s) / more  # tanh(y), and its derivative 1 - t^2 without cancellation
    root = less / more
    t_y = root * root

    inside = torch.addcmul(torch.add(away_sides, x, alpha=-0.5), t, bends)
    size = inside.abs()
    held = size.clamp(min=_FLOOR)
    f = held.log() + _SIX
    f_inner = torch.heaviside(size - _FLOOR_NUMBER, half) / held.copysign(inside)

    away = x - sides
    fall = y + _EIGHT
    g = torch.addcmul(torch.addcmul(depth, fall, fall, value=0.01), away, away, value=0.1)

    losses = torch.addcmul(lower * g, upper, f)
    along_x = torch.addcmul((lower * 0.2) * away, upper, f_inner, value=-0.5)
    along_y = torch.addcmul(lower_y * g, upper_y, f).addcmul(upper * t_y * bends, f_inner)
    along_y = along_y.addcmul(lower, fall, value=0.02)
    return losses.movedim(0, -1), torch.stack((along_x, along_y), -1).movedim(0, -2)


@cache
def _constants(bend: float, dtype: torch.dtype, device: torch.device, ndim: int) -> tuple[Tensor, ...]:
    """Both losses' +-7 beside x [...] and minus half of it, the factor of tanh(y), each [2, 1, ...]; 0.5 and -20."""
    shape = (2,) + (1,) * ndim
    with torch.inference_mode(False):  # or no gradient could be taken through them later
        pairs = (
            torch.tensor(pair, dtype=dtype, device=device) for pair in ((7.0, -7.0), (-3.5, 3.5), (1.0, bend))
        )
        numbers = (torch.tensor(number, dtype=dtype, device=device) for number in (0.5, -20.0))
        return *(pair.view(shape) for pair in pairs), *numbers


def pareto_front(points: int = _FRONT_POINTS) -> Front:
    """The front: x in [-7, 7], and y close to -8.36 solves one equation a point.

    Stationarity of ``w L1 + (1 - w) L2`` for y < 0 gives x = 14 w - 7 at once; what is left for y,
    ``lower' (w g1 + (1 - w) g2) + 0.02 lower (y + 8) = 0``, is solved by fixed-point steps, each of which
    shrinks the error to less than half.
    """
    w = torch.linspace(0, 1, points, dtype=torch.float64)
    x = 14 * w - 7
    y = torch.full_like(w, -8.3)
    for _ in range(60):
        s = torch.tanh(-y / 2)
        level = 19.6 * w * (1 - w) + 0.01 * (y + 8) ** 2 - 20
        y = -8 + (1 - s * s) / 2 * level / (0.02 * s)
    theta = torch.stack((x, y), -1)
    return line_front(theta, evaluate(theta)[0])


def two_groups() -> Problem:
    """The standard problem, with the formula that everybody's code has."""
    return Problem(
        name="standard",
        title="Two groups in conflict",
        says="Two losses with curved valleys that pull apart; a standard test of the multi-task literature, as it is coded.",
        groups=("group 1", "group 2"),
        evaluate=evaluate,
        starts=((-8.5, 7.5), (0.0, 0.0), (9.0, 9.0), (-7.5, -0.5), (9.0, -1.0)),
        theta_range=((-10.0, 10.0), (-10.0, 10.0)),
        loss_range=((-21.0, 13.0), (-21.0, 13.0)),
        front=pareto_front(),
    )


def as_printed() -> Problem:
    """The same with the formula that the CAGrad paper prints. For y < 0 the two are one, and so are their fronts."""
    return replace(
        two_groups(),
        name="printed",
        title="Two groups, as printed",
        says="The standard problem with the sign that the CAGrad paper prints before tanh(-y) in the second loss: both "
        "valleys bend the same way, and start 3 lies on the floor of the second, where rounding decides what rules do.",
        evaluate=partial(evaluate, bend=1.0),
    )
