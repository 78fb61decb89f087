"""The page's two figures: the losses, and the parameters where the runs really move."""

from __future__ import annotations

import numpy as np
import streamlit as st
import torch
from numpy.typing import NDArray

from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.problem import Problem
from synthetic.two_stage_sweep import GAP_TOLERANCE
from ui.figures import plane as draw
from ui.figures.panels import panels as draw_panels
from ui.figures.style import Theme
from ui.figures.surface import loss_space
from ui.lossplane import lessons
from ui.lossplane.ends import summary
from ui.shell import figure_box, plane_runs
from ui.shell.plane_work import PlaneRuns
from ui.shell.styles import written_style

_MARKS = (
    "Numbered circles are starts, filled marks are ends. A red ring is an end further than "
    f"{FAILURE_DISTANCE:g} from the front; a start is red where some method fails from it."
)
_SQUARES = f" A square frames an end whose losses differ by more than {GAP_TOLERANCE:g}."


@st.cache_data(max_entries=8, show_spinner=False)
def loss_grid(problem_name: str, scale: float, side: int = 81) -> draw.LossGrid:
    """The losses under the parameter plane, on a grid of ``side`` by ``side`` points."""
    problem = PlaneConfig(problem=problem_name, scale=scale).build_problem()
    x, y = (torch.linspace(low, high, side, dtype=torch.float64) for low, high in problem.theta_range)
    across, up = torch.meshgrid(x, y, indexing="xy")
    losses, _ = problem.evaluate(torch.stack([across, up], -1))
    return draw.LossGrid(*(part.to(torch.float32).numpy() for part in (x, y, losses.movedim(-1, 0))))


def show(
    runs: PlaneRuns,
    config: PlaneConfig,
    problem: Problem,
    grid: draw.LossGrid,
    theme: Theme,
    unfair: bool,
) -> None:
    """Both planes side by side, or on demand one panel a method."""
    apart = st.toggle(
        "One panel a method",
        key="panels",
        bind="query-params",
        help="Paths that coincide can then be told apart.",
    )
    if apart:
        panels(runs, config, problem, theme, unfair)
        return
    left, right = st.columns(2, gap="medium")
    with left:
        losses(runs, config, problem, theme, unfair)
    with right:
        parameters(runs, config, problem, grid, theme)


def panels(runs: PlaneRuns, config: PlaneConfig, problem: Problem, theme: Theme, unfair: bool) -> None:
    """A panel a method: the losses of two groups; of three, the parameters."""
    two = len(problem.groups) == 2
    off = np.asarray(runs.ends["gap"]).reshape(runs.failed.shape) > GAP_TOLERANCE if unfair else None
    styles = [written_style(name) for name in runs.names]
    paths = draw.Paths(styles, runs.losses if two else runs.theta, runs.failed, off)
    theta = problem.front.theta.numpy()[problem.front.outline.numpy()]
    ranges = problem.loss_range if two else problem.theta_range
    figure_box.show(
        draw_panels(
            paths,
            problem.front.losses.numpy() if two else theta,
            ("L1", "L2") if two else ("x", "y"),
            (ranges[0], ranges[1]),
            theme,
            diagonal=two,
        ),
        key="panels-plane",
        caption=f"{_MARKS.replace('some method', 'this method')}{_SQUARES if unfair else ''} How fast a run moves is not shown.",
        alt=f"A panel for each of {len(runs.names)} methods with its paths. {summary(runs)}",
        data=lambda: plane_runs.paths_table(config),
        command=plane_runs.command(config, "panels.csv"),
    )


def losses(runs: PlaneRuns, config: PlaneConfig, problem: Problem, theme: Theme, unfair: bool) -> None:
    """The plane of two losses, or the space of three."""
    front = problem.front
    off = np.asarray(runs.ends["gap"]).reshape(runs.failed.shape) > GAP_TOLERANCE if unfair else None
    paths = draw.Paths([written_style(name) for name in runs.names], runs.losses, runs.failed, off)
    if len(problem.groups) == 2:
        figure = draw.loss_plane(
            paths, front.losses.numpy(), problem.loss_range[0], problem.loss_range[1], theme
        )
        caption = f"{_MARKS}{_SQUARES if unfair else ''} On the dotted diagonal both groups lose alike."
    else:
        figure = loss_space(
            paths,
            front.losses.numpy(),
            front.cells.numpy(),
            front.outline.numpy(),
            problem.loss_range,
            theme,
        )
        caption = f"{_MARKS}{_SQUARES if unfair else ''} Drag to turn, scroll to come nearer."
    name = "loss-plane" if len(problem.groups) == 2 else "loss-space"
    figure_box.show(
        figure,
        key=name,
        caption=f"{caption} How fast a run moves is not shown.",
        alt=f"Paths of {len(runs.names)} methods in the plane of the losses. {summary(runs)}"
        if len(problem.groups) == 2
        else f"Paths of {len(runs.names)} methods in the space of three losses, with the front's surface. {summary(runs)}",
        data=lambda: plane_runs.paths_table(config),
        command=plane_runs.command(config, f"{name}.csv"),
    )
    lessons.show(name)


def parameters(
    runs: PlaneRuns, config: PlaneConfig, problem: Problem, grid: draw.LossGrid, theme: Theme
) -> None:
    """The plane of the two parameters, over level lines of all losses."""
    theta: NDArray[np.float64] = problem.front.theta.numpy()[problem.front.outline.numpy()]
    three = len(problem.groups) == 3
    figure_box.show(
        draw.parameter_plane(
            draw.Paths([written_style(name) for name in runs.names], runs.theta, runs.failed),
            theta,
            grid,
            problem.theta_range[0],
            problem.theta_range[1],
            theme,
        ),
        key="parameter-plane",
        caption="The level lines are those of L1 (solid)"
        + (
            ", L2 (dotted) and L3 (dashed); the front's points fill the shaded area."
            if three
            else " and L2 (dotted)."
        )
        + " How high a level lies is not shown.",
        alt="The same paths on the plane of the two parameters, over level lines of the losses.",
        data=lambda: plane_runs.paths_table(config),
        command=plane_runs.command(config, "parameter-plane_runs.csv"),
    )
    lessons.show("parameter-plane")
