"""The plane of the parameters: levels, front and a legend that takes its own room."""

from __future__ import annotations

import numpy as np

from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from ui.figures.plane import LossGrid, Paths, parameter_plane
from ui.figures.style import RULES

RESULT = simulate(PlaneConfig(problem="three_groups", methods=("nash", "loss_gm"), steps=20, nudges=0))
FRONT = RESULT.problem.front
STYLES = (RULES["nash"].titled("Nash"), RULES["loss_gm"].titled("GM (losses)"))


def test_the_parameter_plane_of_three_groups_has_three_kinds_of_levels_and_a_shaded_front() -> None:
    x = np.linspace(-5, 5, 11)
    values = np.stack([np.add.outer(x * x, x), np.add.outer(x, x * x), np.add.outer(x, x)])
    figure = parameter_plane(
        Paths(STYLES, RESULT.trajectories.theta.numpy(), RESULT.failed.numpy()),
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
    def of(*titles: str) -> int:
        losses = np.zeros((2, len(titles), 1, 2))
        styles = [STYLES[0].titled(title) for title in titles]
        paths = Paths(styles, losses, np.zeros((len(titles), 1), bool))
        ground = LossGrid(np.arange(2.0), np.arange(2.0), np.zeros((2, 2, 2)))
        front = np.array([[0.0, 0.0], [1.0, 1.0]])
        return parameter_plane(paths, front, ground, (0, 1), (0, 1), "light")["layout"]["height"]

    assert of("Nash") < of("Nash", *(f"{goal} + Nash, T = 100" for goal in ("LtR", "FORML", "Meta-gDRO")))
