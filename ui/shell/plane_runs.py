"""Simulated runs on the plane of the losses, kept for the next time the same is asked, and the command line that simulates them."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st
import torch
from numpy.typing import NDArray

from nashcore.methods import method_text
from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.simulate import PlaneResult, own_runs


@dataclass(frozen=True)
class PlaneRuns:
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
        unanswered: [2, M, S], at how many steps the rule had no answer, so that the goal was followed: in all, and of these
            on the front or nearer to it than `FAILURE_DISTANCE`.
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
    unanswered: NDArray[np.int64]
    gained_share: NDArray[np.float64] | None


@st.cache_resource(max_entries=4, show_spinner="Simulating …")
def simulated(config_json: str) -> PlaneResult:
    """One simulation for all that the page asks of it, without nudged copies; nobody changes it."""
    return own_runs(PlaneConfig.from_json(config_json))


@st.cache_data(max_entries=24, show_spinner="Simulating …")
def run(config_json: str) -> PlaneRuns:
    """Simulate the config that the text describes."""
    result = simulated(config_json)
    path = result.trajectories
    return PlaneRuns(
        names=tuple(map(method_text, result.methods)),
        steps=path.steps.numpy(),
        theta=path.theta.to(torch.float32).numpy(),
        losses=path.losses.to(torch.float32).numpy(),
        gradients=path.gradients.to(torch.float32).numpy(),
        directions=(path.weights.unsqueeze(-2) @ path.gradients).squeeze(-2).to(torch.float32).numpy(),
        gained=path.gained.numpy(),
        failed=result.failed.numpy(),
        distance=result.distance.numpy(),
        ends=result.ends_frame(),
        unanswered=_unanswered(result),
        gained_share=result.gained_share().numpy() if result.config.optimizer == "guaranteed" else None,
    )


def _unanswered(result: PlaneResult) -> NDArray[np.int64]:
    path = result.trajectories
    steps = path.fell_back[:-1]
    near = steps.clone()
    near[steps] = result.problem.front.distance(path.losses[:-1][steps]) <= FAILURE_DISTANCE
    counts: NDArray[np.int64] = torch.stack((steps, near)).sum(1).numpy()
    return counts


def paths_table(config_json: str) -> pd.DataFrame:
    """One row a method, start and moment (see `PlaneResult.paths_frame`)."""
    return simulated(config_json).paths_frame()


def command(config: PlaneConfig, csv: str | None = None) -> str:
    """The command line that simulates the same, and writes the paths to the file ``csv``."""
    return " ".join(["python -m nashcore synthetic", *options(config), *([f"--csv={csv}"] if csv else [])])


def options(config: PlaneConfig) -> list[str]:
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
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
