"""The figure of three losses draws the engine's front and paths."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from ui.figures.plane import Paths
from ui.figures.style import INKS, RULES, Theme
from ui.figures.surface import loss_space

RESULT = simulate(PlaneConfig(problem="three_groups", methods=("nash", "loss_gm"), steps=20, nudges=0))
FRONT = RESULT.problem.front
STYLES = (RULES["nash"].titled("Nash"), RULES["loss_gm"].titled("GM (losses)"))


def floats(packed: dict[str, str]) -> np.ndarray:
    """The numbers in a packed array."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), "f4")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_surface_and_the_paths_are_the_engines(theme: Theme) -> None:
    losses = RESULT.trajectories.losses.numpy()
    figure = loss_space(
        Paths(STYLES, losses, RESULT.failed.numpy()),
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
