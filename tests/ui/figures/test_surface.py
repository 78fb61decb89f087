"""The figure of three losses draws the engine's front and paths."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from ui.figures.plane import LossGrid, Paths, parameter_plane
from ui.figures.style import INKS, Theme
from ui.figures.surface import loss_space

RESULT = simulate(PlaneConfig(problem="three_groups", methods=("nash", "loss_gm"), steps=20, nudges=0))
FRONT = RESULT.problem.front


def floats(packed: dict[str, str]) -> np.ndarray:
    """The numbers in a packed array."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), "f4")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_surface_and_the_paths_are_the_engines(theme: Theme) -> None:
    losses = RESULT.trajectories.losses.numpy()
    figure = loss_space(
        Paths(("nash", "loss_gm"), losses, RESULT.failed.numpy()),
        FRONT.losses.numpy(),
        FRONT.cells.numpy(),
        FRONT.outline.numpy(),
        RESULT.problem.loss_range,
        theme,
    )
    traces = {trace["name"]: trace for trace in figure["data"]}
    front = traces["Pareto front"]
    np.testing.assert_allclose(floats(front["z"]), FRONT.losses[:, 2].numpy(), rtol=1e-6)
    assert [front["i"][5], front["j"][5], front["k"][5]] == FRONT.cells[5].tolist()
    drawn = floats(traces["Nash"]["y"]).reshape(5, 22)
    np.testing.assert_allclose(drawn[:, :21], losses[:, 0, :, 1].T, rtol=1e-6)
    np.testing.assert_allclose(floats(traces["GM (losses): ends"]["x"]), losses[-1, 1, :, 0], rtol=1e-6)
    rings = floats(traces["Off the front (fails)"]["x"])
    assert len(rings) == int(RESULT.failed.sum()) + 1
    scene = figure["layout"]["scene"]
    assert [scene[f"{axis}axis"]["title"]["text"][-2:] for axis in "xyz"] == ["L1", "L2", "L3"]
    assert scene["xaxis"]["color"] == INKS[theme].soft
    assert "xaxis" not in figure["layout"]


def test_the_parameter_plane_of_three_groups_has_three_kinds_of_levels_and_a_shaded_front() -> None:
    x = np.linspace(-5, 5, 11)
    values = np.stack([np.add.outer(x * x, x), np.add.outer(x, x * x), np.add.outer(x, x)])
    figure = parameter_plane(
        Paths(("nash", "loss_gm"), RESULT.trajectories.theta.numpy(), RESULT.failed.numpy()),
        FRONT.theta.numpy()[FRONT.outline.numpy()],
        LossGrid(x, x, values),
        (-5, 5),
        (-5, 5),
        "light",
    )
    levels = [trace for trace in figure["data"] if trace["type"] == "contour"]
    assert [trace["name"] for trace in levels] == ["Levels of L1", "Levels of L2", "Levels of L3"]
    assert len({trace["line"]["dash"] for trace in levels}) == 3
    front = next(trace for trace in figure["data"] if trace["name"] == "Pareto front")
    assert front["fill"] == "toself"


def test_a_longer_legend_makes_the_figure_higher_and_not_the_plane_smaller() -> None:
    def of(names: tuple[str, ...]) -> int:
        losses = np.zeros((2, len(names), 1, 2))
        paths = Paths(names, losses, np.zeros((len(names), 1), bool))
        ground = LossGrid(np.arange(2.0), np.arange(2.0), np.zeros((2, 2, 2)))
        front = np.array([[0.0, 0.0], [1.0, 1.0]])
        return parameter_plane(paths, front, ground, (0, 1), (0, 1), "light")["layout"]["height"]

    assert of(("nash",)) < of(
        ("nash", "ltr-nash@two_stage:100", "forml-nash@two_stage:100", "meta_gdro-nash")
    )
