"""The loss plane's figures carry the engine's numbers, and its texts are read or refused plainly."""

from __future__ import annotations

import base64
import json
import shlex

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from nashcore.__main__ import app
from synthetic.config import PlaneConfig
from synthetic.optimizers import OptimizerName
from synthetic.simulate import simulate
from ui.figures.plane import Paths, loss_plane
from ui.shell import plane_runs, plane_work
from ui.shell.plane_runs import command
from ui.shell.plane_work import plane_runs as run
from ui.shell.styles import written_style

SMALL = PlaneConfig(methods=("nash", "forml"), steps=50, nudges=0)


def floats(packed: dict[str, str]) -> np.ndarray:
    """The numbers in a packed array."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), "f4")


def test_the_figure_draws_the_engines_paths_and_ends() -> None:
    result = simulate(SMALL)
    runs = run(SMALL.to_json())
    figure = loss_plane(
        Paths(tuple(map(written_style, runs.names)), runs.losses, runs.failed),
        result.problem.front.losses.numpy(),
        (-21, 13),
        (-21, 13),
        "light",
    )
    traces = {trace["name"]: trace for trace in figure["data"]}
    losses = result.trajectories.losses.numpy()
    drawn = floats(traces["Nash"]["x"]).reshape(5, 52)
    np.testing.assert_allclose(drawn[:, :51], losses[:, 0, :, 0].T, rtol=1e-6)
    assert np.isnan(drawn[:, 51]).all()
    np.testing.assert_allclose(floats(traces["FORML: ends"]["y"]), losses[-1, 1, :, 1], rtol=1e-6)
    rings = floats(traces["Off the front (fails)"]["x"])
    assert len(rings) == int(result.failed.sum()) + 1
    assert np.isnan(rings[-1])
    failing = floats(traces["Failing start"]["y"])[:-1]
    np.testing.assert_allclose(failing, losses[0, 0, result.failed.any(0), 1], rtol=1e-6)


def test_the_command_line_names_what_differs_from_the_standard() -> None:
    assert command(PlaneConfig()) == "python -m nashcore synthetic"
    words = command(PlaneConfig(methods=("nash",), starts=((1.0, -2.0), (3.5, 4.0)), lr=0.1))
    assert words == "python -m nashcore synthetic --methods=nash --start=1,-2 --start=3.5,4 --lr=0.1"


CONFIGS = [
    PlaneConfig(methods=("nash", "forml-nash@two_stage:100"), starts=((-1.0, -2.0),), steps=20, nudges=0),
    PlaneConfig(problem="convex_pair", optimizer="guaranteed", multiple=10.0, scale=10.0, steps=20, seed=3),
    PlaneConfig(
        optimizer="momentum", lr=0.002, random_starts=3, seed=7, steps=20, methods=("pcgrad", "gm:-2.5")
    ),
    PlaneConfig(optimizer="sgd", lr=0.001, starts=((0.123456789, -9.87654321),), steps=20, scale=0.01),
    PlaneConfig(problem="three_groups", methods=("cagrad:0.3", "ltr-nash@every_nth:7"), steps=20),
]


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.problem}, {config.optimizer}")
def test_the_command_line_prints_what_the_page_draws(config: PlaneConfig) -> None:
    words = shlex.split(command(config))[3:]
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert PlaneConfig(**found["config"]) == config
    runs = run(config.to_json())
    for row, name in enumerate(config.methods):
        np.testing.assert_allclose(found["methods"][name]["final_losses"], runs.losses[-1][row], rtol=1e-5)
        assert found["methods"][name]["failed"] == runs.failed[row].tolist()


@pytest.mark.parametrize("optimizer", ["adam", "guaranteed"])
def test_halves_put_together_are_the_whole(optimizer: OptimizerName) -> None:
    config = PlaneConfig(
        problem="convex_pair",
        methods=("mean", "cagrad", "ltr-nash@two_stage:5", "pcgrad", "nash", "forml"),
        optimizer=optimizer,
        random_starts=2,
        steps=40,
        nudges=0,
    )
    parts = plane_work.parts(config)
    assert sorted(name for part in parts for name in part.methods) == sorted(config.methods)
    assert len(parts) == 2
    whole, found = run(config.to_json()), plane_work.joined(config, [run(part.to_json()) for part in parts])
    for name, value in vars(whole).items():
        if isinstance(value, pd.DataFrame):
            pd.testing.assert_frame_equal(getattr(found, name), value, check_exact=True)
        else:
            np.testing.assert_array_equal(getattr(found, name), value, err_msg=name)


def test_a_record_that_is_thinned_is_not_halved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plane_work, "_MOST_NUMBERS", 100)
    assert plane_work.parts(SMALL) == (SMALL,)


def test_what_has_begun_goes_on_as_it_began(monkeypatch: pytest.MonkeyPatch) -> None:
    config, begun, others = PlaneConfig(), set[str](), [False]
    monkeypatch.setattr(plane_runs, "known", lambda _, text: text in begun)
    monkeypatch.setattr(plane_runs, "idle", lambda: not others[0])
    halves = plane_runs._parts(config)
    assert len(halves) == 2
    others[0] = True
    assert plane_runs._parts(config) == (config,)
    begun |= {part.to_json() for part in halves}
    assert plane_runs._parts(config) == halves
    others[0] = False
    begun.add(config.to_json())
    assert plane_runs._parts(config) == (config,)
