"""From the knobs of the conflict-geometry page to what its figures draw; the engine does the mathematics."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeGuard

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from nashcore.bargaining import RULES, Bargain, Status, bargain, get_rule, pcgrad_order

MOST_GROUPS = 5
LENGTHS = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Lengths that a gradient can have."""

POWERS = (1.0, 0.9, 0.75, 0.5, 0.25, 0.1, 0.0, -0.25, -0.5, -1.0, -2.0, -3.0, -5.0, -10.0, -20.0, -math.inf)
"""Exponents of the power mean, from utilitarian to egalitarian."""

SHOWN_FIRST = ("nash", "mean", "gm", "pcgrad", "cagrad", "mgda")

OTHERS = ((25, 2.0), (155, 1.0), (95, 1.0), (120, 1.0), (60, 1.0))
"""Angle and length that a group has until somebody turns it."""

NOTHING = 1e-9
"""Below this share of its best a group counts as gaining nothing."""

STANDSTILL = 3e-7
"""A step shorter than this share of the longest gradient is none: a Gramian cannot tell it from rounding."""


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
class SolvedScene:
    """The scene as the engine sees it.

    Attributes:
        gradients: [K, 2].
        gramian: [K, K], of the gradients.
        nash: the Nash bargain.
        directions: rule name -> unit vector [2], or None where the rule has none (see its status) or its step is zero.
        shares: rule name -> [K], each group's gain along the unit direction as a share of the most it could gain alone.
        curve: [P, K], the same shares along `POWERS`; NaN without an agreement.
        gains: [K], utilities along the unit direction that the family picks at the chosen exponent; NaN without an agreement.
    """

    gradients: NDArray[np.float64]
    gramian: Tensor
    nash: Bargain
    directions: Mapping[str, NDArray[np.float64] | None]
    shares: Mapping[str, NDArray[np.float64]]
    curve: NDArray[np.float64]
    gains: NDArray[np.float64]


def solve(scene: Scene, rules: Sequence[str], power: float) -> SolvedScene:
    """Ask the engine for every rule's direction and what each group gains from it."""
    angle = torch.tensor(scene.angles, dtype=torch.float64).deg2rad()
    length = torch.tensor(scene.lengths, dtype=torch.float64)
    unit = torch.stack([angle.cos(), angle.sin()], -1)
    gradients = unit * length.unsqueeze(-1)
    gramian = gradients @ gradients.T
    directions: dict[str, NDArray[np.float64] | None] = {}
    shares: dict[str, NDArray[np.float64]] = {}
    for rule in rules:
        options: dict[str, Any] = {"power": power} if rule == "gm" else {}
        answer = get_rule(rule, **options).answer(gramian)
        step = answer.weights @ gradients
        size = step.norm()
        reached = bool(answer.agreed & (size > STANDSTILL * length.max()))
        direction = step / size if reached else torch.zeros_like(step)
        directions[rule] = direction.numpy() if reached else None
        shares[rule] = (unit @ direction).numpy()
    powers = torch.tensor((*POWERS, power), dtype=torch.float64)
    family = bargain(gramian.expand(len(powers), -1, -1), powers)
    steps = family.weights @ gradients
    curve = (steps / steps.norm(dim=-1, keepdim=True)) @ unit.T
    curve = torch.where((family.status == Status.AGREED).unsqueeze(-1), curve, torch.nan)
    return SolvedScene(
        gradients.numpy(),
        gramian,
        bargain(gramian),
        directions,
        shares,
        curve[:-1].numpy(),
        (curve[-1] * length).numpy(),
    )


def power_mean(gains: NDArray[np.float64], power: float) -> float:
    """The power mean of gains [K]: their product's root at 0, the smallest at -inf. One that rounding put below zero is zero."""
    if power == -math.inf:
        return float(gains.min())
    with np.errstate(divide="ignore"):
        logs = np.log(gains.clip(0))
    if power == 0:
        return float(np.exp(logs.mean()))
    return float(np.exp((np.logaddexp.reduce(power * logs) - math.log(len(gains))) / power))


def degrees(direction: NDArray[np.float64]) -> float:
    """The angle of a vector [2], from 0 to 360."""
    return math.degrees(math.atan2(direction[1], direction[0])) % 360


def verdict(solved: SolvedScene, titles: Mapping[str, str]) -> str:
    """What the pictures show, in a sentence or two; ``titles`` are the rules' names for people."""
    if not bool(solved.nash.agreement):
        return "No direction helps all groups: there is no agreement, and Nash stays where it is."
    cone = agreement_cone(solved.gradients)
    width = 0.0 if cone is None else math.degrees(cone[1] - cone[0])
    found = f"All groups gain from the directions in an arc of {width:.0f}°."
    takes = [
        f"{titles[name]} takes from {_groups((np.flatnonzero(shares < -NOTHING) + 1).tolist())}"
        for name, shares in solved.shares.items()
        if shares.min() < -NOTHING
    ]
    return f"{found} {'; '.join(takes) if takes else 'No rule drawn here makes a group lose'}."


def _groups(numbers: Sequence[int]) -> str:
    *first, last = map(str, numbers)
    return f"groups {', '.join(first)} and {last}" if first else f"group {last}"


def settings_from(report: object) -> dict[str, int | float]:
    """Widget values from what the browser's part reports; anything that is not a setting is left out.

    Args:
        report: ``{"groups": 3, "angles": [...], "lengths": [...], "power": place in POWERS}``.
    """
    if not isinstance(report, Mapping):
        return {}
    found: dict[str, int | float] = {}
    groups, power = report.get("groups"), report.get("power")
    if not _whole(groups, 2, MOST_GROUPS):
        return {}
    found["groups"] = groups
    if _whole(power, 0, len(POWERS) - 1):
        found["p"] = POWERS[power]
    angles, lengths = report.get("angles"), report.get("lengths")
    for row, angle in enumerate(angles[:groups] if isinstance(angles, list) else (), 1):
        if _whole(angle, 0, 360):
            found[f"angle{row}"] = angle
    for row, length in enumerate(lengths[:groups] if isinstance(lengths, list) else (), 1):
        if isinstance(length, int | float) and float(length) in LENGTHS:
            found[f"length{row}"] = float(length)
    return found


def _whole(value: object, least: int, most: int) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def agreement_cone(gradients: NDArray[np.float64]) -> tuple[float, float] | None:
    """The angles (radians) between which every group gains, or None. Half a turn less the fan that the gradients span."""
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


@cache
def meetings() -> list[list[list[int]]]:
    """For two groups up to the most: in which order each group's gradient meets the others' under PCGrad with its standard seed."""
    seed = int(RULES["pcgrad"].options["seed"].default)
    return [pcgrad_order(groups, seed) for groups in range(2, MOST_GROUPS + 1)]


def available_rules() -> tuple[str, ...]:
    """Rules that need only the gradients: those on losses have nothing to go by here."""
    return tuple(name for name, rule in RULES.items() if not rule.needs_losses)
