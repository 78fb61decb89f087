"""From the knobs of the conflict-geometry page to what its figures draw; the engine does the mathematics."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from nashcore.bargaining import RULES, Bargain, bargain, get_rule

MOST_GROUPS = 5
LENGTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Lengths that a gradient can have."""

POWERS = (1.0, 0.9, 0.75, 0.5, 0.25, 0.1, 0.0, -0.25, -0.5, -1.0, -2.0, -3.0, -5.0, -10.0, -20.0, -math.inf)
"""Exponents of the power mean, from utilitarian to egalitarian."""

SHOWN_FIRST = ("nash", "mean", "pcgrad", "cagrad", "mgda")


@dataclass(frozen=True)
class Scene:
    """Gradients in the plane: an angle in degrees (from the right, counterclockwise) and a length a group."""

    angles: tuple[float, ...]
    lengths: tuple[float, ...]


PRESETS: Mapping[str, Scene] = {
    "aligned": Scene((60, 100), (1.0, 1.0)),
    "conflict": Scene((25, 155), (2.0, 1.0)),
    "opposed": Scene((5, 172), (1.0, 1.0)),
    "one shouts": Scene((20, 130, 95), (100.0, 1.0, 1.0)),
    "no agreement": Scene((215, 335, 95), (1.0, 1.0, 1.0)),
}


@dataclass(frozen=True)
class Solved:
    """The scene as the engine sees it.

    Attributes:
        gradients: [K, 2].
        nash: the Nash bargain.
        directions: rule name -> unit vector [2], or None where the rule finds no agreement or its step is
        zero.
        shares: rule name -> [K], each group's gain along the unit direction as a share of the most it could
        gain alone.
        curve: [P, K], the same shares along `POWERS`; NaN without an agreement.
    """

    gradients: NDArray[np.float64]
    nash: Bargain
    directions: Mapping[str, NDArray[np.float64] | None]
    shares: Mapping[str, NDArray[np.float64]]
    curve: NDArray[np.float64]


def solve(scene: Scene, rules: Sequence[str], power: float) -> Solved:
    """Ask the engine for every rule's direction and what each group gains from it."""
    angle = torch.tensor(scene.angles, dtype=torch.float64).deg2rad()
    length = torch.tensor(scene.lengths, dtype=torch.float64)
    unit = torch.stack([angle.cos(), angle.sin()], -1)
    gradients = unit * length.unsqueeze(-1)
    gramian = gradients @ gradients.T
    directions: dict[str, NDArray[np.float64] | None] = {}
    shares: dict[str, NDArray[np.float64]] = {}
    for rule in rules:
        options = {"power": power} if rule == "gm" else {}
        step = get_rule(rule, **options)(gramian) @ gradients
        size = step.norm()
        reached = bool(size > 1e-9 * length.max())
        direction = step / size if reached else torch.zeros_like(step)
        directions[rule] = direction.numpy() if reached else None
        shares[rule] = (unit @ direction).numpy()
    family = bargain(gramian.expand(len(POWERS), -1, -1), torch.tensor(POWERS, dtype=torch.float64))
    steps = family.weights @ gradients
    curve = (steps / steps.norm(dim=-1, keepdim=True)) @ unit.T
    return Solved(gradients.numpy(), bargain(gramian), directions, shares, curve.numpy())


def agreement_cone(gradients: NDArray[np.float64]) -> tuple[float, float] | None:
    """The angles (radians) between which every group gains, or None. Half a turn less the fan that the
    gradients span."""
    angles = np.sort(np.arctan2(gradients[:, 1], gradients[:, 0]))
    gaps = np.diff(np.append(angles, angles[0] + 2 * math.pi))
    widest = int(np.argmax(gaps))
    span = 2 * math.pi - float(gaps[widest])
    if span >= math.pi:
        return None
    first = float(angles[(widest + 1) % len(angles)])
    return first + span - math.pi / 2, first + math.pi / 2


def snippet(gradients: NDArray[np.float64], power: float) -> str:
    """Lines of Python that solve the same game."""
    rows = ", ".join("[" + ", ".join(f"{value:.6g}" for value in row) + "]" for row in gradients)
    exponent = "float('-inf')" if power == -math.inf else f"{power:g}"
    return (
        "import torch\n"
        "from nashcore.bargaining import bargain, get_rule\n\n"
        f"gradients = torch.tensor([{rows}], dtype=torch.float64)\n"
        "gramian = gradients @ gradients.T\n"
        "nash = bargain(gramian)\n"
        "print(nash.agreement, nash.weights @ gradients, nash.utilities)\n"
        f"print(get_rule('gm', power={exponent})(gramian) @ gradients)"
    )


def available_rules() -> tuple[str, ...]:
    """Rules that need only the gradients: those on losses have nothing to go by here."""
    return tuple(name for name in RULES if name != "loss_gm")
