"""From the knobs of the loss-plane page to simulated runs, kept for the next time the same is asked."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
import torch
from numpy.typing import NDArray

from nashcore.errors import InputError
from synthetic.alignment import measure_alignment
from synthetic.config import PlaneConfig
from synthetic.problem import Problem
from synthetic.simulate import simulate
from synthetic.switching import sweep_switches

FLAT = ("standard", "convex_pair")
"""Problems with two losses and two parameters: those that a plane can show."""

METHODS = (
    *("nash", "mean", "gm", "loss_gm", "pcgrad", "cagrad", "mgda", "imtl_g", "upgrad", "aligned_mtl"),
    *("ltr", "forml", "meta_gdro"),
    *("ltr-nash", "forml-nash", "meta_gdro-nash"),
    *("ltr-nash@two_stage:100", "forml-nash@two_stage:100", "meta_gdro-nash@two_stage:100"),
    *("ltr-nash@two_stage:300", "forml-nash@two_stage:300", "meta_gdro-nash@two_stage:300"),
)
"""What the page offers, in the text forms of `synthetic.methods`."""


@dataclass(frozen=True)
class Ran:
    """What the page draws of a simulation, as plain arrays.

    Attributes:
        names: of the M methods.
        steps: [R], how many steps had been taken.
        theta: [R, M, S, 2].
        losses: [R, M, S, 2].
        gradients: [R, M, S, 2, 2], of both losses.
        directions: [R, M, S, 2], the combined gradient that is followed next.
        gained: [R - 1, M, S], both losses fell.
        failed: [M, S].
        distance: [M, S], to the front at the end.
        ends: one row a method and start.
    """

    names: tuple[str, ...]
    steps: NDArray[np.int64]
    theta: NDArray[np.float32]
    losses: NDArray[np.float32]
    gradients: NDArray[np.float32]
    directions: NDArray[np.float32]
    gained: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    distance: NDArray[np.float64]
    ends: pd.DataFrame


@st.cache_data(max_entries=24, show_spinner="Simulating …")
def run(config_json: str) -> Ran:
    """Simulate the config that the text describes."""
    result = simulate(PlaneConfig.from_json(config_json))
    path = result.trajectories
    return Ran(
        names=tuple(method.name for method in result.methods),
        steps=path.steps.numpy(),
        theta=path.theta.to(torch.float32).numpy(),
        losses=path.losses.to(torch.float32).numpy(),
        gradients=path.gradients.to(torch.float32).numpy(),
        directions=(path.weights.unsqueeze(-2) @ path.gradients).squeeze(-2).to(torch.float32).numpy(),
        gained=path.gained.numpy(),
        failed=result.failed.numpy(),
        distance=result.distance.numpy(),
        ends=result.ends_frame(),
    )


@st.cache_data(max_entries=8, show_spinner=False)
def ground(problem_name: str, scale: float, side: int = 71) -> tuple[NDArray[np.float32], ...]:
    """The losses under the parameter plane: x [side], y [side], losses [2, side, side]."""
    problem = PlaneConfig(problem=problem_name, scale=scale).build_problem()
    x, y = (torch.linspace(low, high, side, dtype=torch.float64) for low, high in problem.theta_range)
    across, up = torch.meshgrid(x, y, indexing="xy")
    losses, _ = problem.evaluate(torch.stack([across, up], -1))
    return tuple(part.to(torch.float32).numpy() for part in (x, y, losses.movedim(-1, 0)))


@st.cache_data(max_entries=8, show_spinner="Measuring …")
def aligned(config_json: str) -> dict[str, tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Method name -> cosines [moments, lowest mean highest] with the goal's direction and with the one
    taken."""
    found = measure_alignment(simulate(PlaneConfig.from_json(config_json)))
    return {
        name: tuple(
            part[:, row].reshape(-1, 3).to(torch.float32).numpy() for part in (found.before, found.after)
        )
        for row, name in enumerate(found.names)
    }


@dataclass(frozen=True)
class Swept:
    """Every two-stage schedule at once, as plain arrays.

    Attributes:
        switches: [T], numbers of bargaining steps.
        losses: [R, G, T, S, 2].
        distance: [G, T, S], to the front at the end.
        gap: [G, T, S], at the end.
        windows: for each goal, from which to which T both are met from every start.
        table: one row a goal, T and start.
    """

    switches: tuple[int, ...]
    losses: NDArray[np.float32]
    distance: NDArray[np.float64]
    gap: NDArray[np.float64]
    windows: tuple[tuple[int, int] | None, ...]
    table: pd.DataFrame


@st.cache_data(max_entries=8, show_spinner="Simulating every schedule at once …")
def sweep(config_json: str, goals: tuple[str, ...], rule: str, every: int = 10) -> Swept:
    """Run every goal with every number of bargaining steps."""
    found = sweep_switches(PlaneConfig.from_json(config_json), goals, rule, every)
    return Swept(
        switches=tuple(found.switches.tolist()),
        losses=found.losses.to(torch.float32).numpy(),
        distance=found.distance.numpy(),
        gap=found.gap.numpy(),
        windows=tuple(found.shared_windows()),
        table=found.frame(),
    )


def parse_starts(text: str) -> tuple[tuple[float, ...], ...]:
    """Starting points written as ``x, y; x, y``.

    Raises:
        InputError: a part is not two numbers.
    """
    points = []
    for part in filter(None, (piece.strip() for piece in text.split(";"))):
        numbers = re.split(r"[,\s]+", part)
        try:
            points.append(tuple(float(number) for number in numbers))
        except ValueError:
            numbers = []
        if len(numbers) != 2:
            raise InputError(
                f"Starting points should be written as x, y; x, y (two numbers each). Found {part[:40]!r}."
            )
    return tuple(points)


def command(config: PlaneConfig) -> str:
    """The command line that simulates the same."""
    standard = PlaneConfig().to_dict()
    words = ["python -m nashcore synthetic"]
    for name, value in config.to_dict().items():
        if value == standard[name]:
            continue
        if name == "starts":
            words += [f"--start={','.join(f'{number:g}' for number in start)}" for start in value]
        else:
            text = ",".join(value) if isinstance(value, list) else str(value)
            words.append(f"--{name.replace('_', '-')}={shlex.quote(text)}")
    return " ".join(words)


def basin_command(config: PlaneConfig, name: str, side: int) -> str | None:
    """The command line that maps the same starts; None where it has no words for the settings."""
    standard = PlaneConfig()
    if (config.scale, config.multiple, config.seed) != (standard.scale, standard.multiple, standard.seed):
        return None
    words = [f"python -m nashcore basin --methods={name} --side={side}"]
    for word in ("problem", "steps", "lr", "optimizer"):
        if getattr(config, word) != getattr(standard, word):
            words.append(f"--{word}={getattr(config, word)}")
    return " ".join(words)


def start_label(problem: Problem, number: int) -> str:
    """A standard start's number and place."""
    place = ", ".join(f"{value:g}".replace("-", "−") for value in problem.starts[number])
    return f"{number + 1}: ({place})"
