"""One panel a method: the engine's numbers, one plane each."""

from __future__ import annotations

import json

import numpy as np

from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from tests.ui.shell.test_plane_runs import floats
from ui.figures.panels import panels
from ui.figures.plane import Paths
from ui.figures.style import RULES


def test_every_method_has_a_panel_with_its_own_paths_and_rings() -> None:
    names = ("nash", "mean", "pcgrad", "cagrad")
    result = simulate(PlaneConfig(methods=names, steps=30, nudges=0))
    span = (-21.0, 13.0)
    paths = Paths(
        [RULES[name].titled(name) for name in names],
        result.trajectories.losses.numpy(),
        result.failed.numpy(),
        np.ones((4, 5), bool),
    )
    made = panels(
        paths, result.problem.front.losses.numpy(), ("L1", "L2"), (span, span), "light", diagonal=True
    )
    json.dumps(made, allow_nan=False)
    for m, name in enumerate(names):
        own = [trace for trace in made["data"] if trace["xaxis"] == ("x" if m == 0 else f"x{m + 1}")]
        ends = next(trace for trace in own if trace["name"] == f"{name}: ends")
        np.testing.assert_allclose(floats(ends["x"]), result.trajectories.losses[-1, m, :, 0], rtol=1e-6)
        rings = next(trace for trace in own if trace["name"] == "Off the front (fails)")
        assert len(floats(rings["x"])) == 1 + int(result.failed[m].sum())
    domains = [made["layout"][f"xaxis{m}"]["domain"] for m in ("", 2, 3, 4)]
    assert domains[0] == domains[3]
    assert domains[0][1] < domains[1][0] < domains[1][1] < domains[2][0]
    assert made["layout"]["yaxis4"]["domain"][1] < made["layout"]["yaxis"]["domain"][0]
    assert [note["text"] for note in made["layout"]["annotations"]] == list(names)
