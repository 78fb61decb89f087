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
from synthetic.simulate import PlaneResult, simulate

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
    """What the page draws of a simulation with M methods, S starts and K groups at R moments, as plain arrays.

    Attributes:
        names: of the M methods.
        steps: [R], how many steps had been taken.
        theta: [R, M, S, 2].
        losses: [R, M, S, K].
        gradients: [R, M, S, K, 2], of all losses.
        directions: [R, M, S, 2], the combined gradient that is followed next.
        gained: [R - 1, M, S], every loss fell.
        failed: [M, S].
        distance: [M, S], to the front at the end.
        ends: one row a method and start.
        gained_share: [M], see `PlaneResult.gained_share`; None but for guaranteed steps.
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
    gained_share: NDArray[np.float64] | None


@st.cache_resource(max_entries=4, show_spinner="Simulating …")
def _simulated(config_json: str) -> PlaneResult:
    """One simulation for all that the page asks of it; nobody changes it."""
    return simulate(PlaneConfig.from_json(config_json))


@st.cache_data(max_entries=24, show_spinner="Simulating …")
def run(config_json: str) -> Ran:
    """Simulate the config that the text describes."""
    result = _simulated(config_json)
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
        gained_share=result.gained_share().numpy() if result.config.optimizer == "guaranteed" else None,
    )


def paths_table(config_json: str) -> pd.DataFrame:
    """One row a method, start and moment (see `PlaneResult.paths_frame`)."""
    return _simulated(config_json).paths_frame()


@st.cache_data(max_entries=8, show_spinner=False)
def ground(problem_name: str, scale: float, side: int = 81) -> tuple[NDArray[np.float32], ...]:
    """The losses under the parameter plane: x [side], y [side], losses [K, side, side]."""
    problem = PlaneConfig(problem=problem_name, scale=scale).build_problem()
    x, y = (torch.linspace(low, high, side, dtype=torch.float64) for low, high in problem.theta_range)
    across, up = torch.meshgrid(x, y, indexing="xy")
    losses, _ = problem.evaluate(torch.stack([across, up], -1))
    return tuple(part.to(torch.float32).numpy() for part in (x, y, losses.movedim(-1, 0)))


@st.cache_data(max_entries=8, show_spinner="Measuring …")
def aligned(config_json: str, unit_gradients: bool = True) -> pd.DataFrame:
    """How every step agrees with the players' gradients (see `Alignment.frame`)."""
    return measure_alignment(_simulated(config_json), unit_gradients).frame()


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


def command(config: PlaneConfig, csv: str | None = None) -> str:
    """The command line that simulates the same, and writes the paths to the file ``csv``."""
    return " ".join(["python -m nashcore synthetic", *_words(config), *([f"--csv={csv}"] if csv else [])])


def alignment_command(config: PlaneConfig, unit_gradients: bool) -> str:
    """The command line that writes how every step agrees with the players' gradients."""
    return command(config) + " --alignment=alignment.csv" + ("" if unit_gradients else " --inner-products")


def basin_command(config: PlaneConfig, name: str, side: int, csv: str | None = None) -> str:
    """The command line that maps the same starts with one method, and writes the map to the file ``csv``."""
    bare = config.bare().model_copy(update={"methods": (name,), "nudges": PlaneConfig().nudges})
    words = [*_words(bare), f"--side={side}", *([f"--csv={csv}"] if csv else [])]
    return " ".join(["python -m nashcore basin", *words])


def _words(config: PlaneConfig) -> list[str]:
    """The options that make the standard config this one; numbers are written so that they read back the same."""
    standard = PlaneConfig().to_dict()
    words = []
    for name, value in config.to_dict().items():
        if value == standard[name]:
            continue
        if name == "starts":
            words += [f"--start={','.join(map(_short, start))}" for start in value]
        else:
            text = ",".join(value) if isinstance(value, list) else _short(value)
            words.append(f"--{name.replace('_', '-')}={shlex.quote(text)}")
    return words


def _short(value: object) -> str:
    return repr(value).removesuffix(".0") if isinstance(value, float) else str(value)


def start_label(problem: Problem, number: int) -> str:
    """A standard start's number and place."""
    place = ", ".join(f"{value:g}".replace("-", "−") for value in problem.starts[number])
    return f"{number + 1}: ({place})"
