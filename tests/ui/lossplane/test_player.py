"""What the player is handed: every step where that is not too much, and projections that keep what they should."""

from __future__ import annotations

import base64
import zlib

import numpy as np
import pytest

from synthetic.config import PlaneConfig
from tests.ui.figures.test_series import unfolded_text
from ui.lossplane import player
from ui.lossplane.pictures import loss_grid
from ui.lossplane.player import gained_between
from ui.shell.plane_work import plane_runs as run


def pieces(text: str) -> np.ndarray:
    """The level lines' pieces [N, 4]."""
    numbers = len(zlib.decompress(base64.b64decode(text))) // 4
    return unfolded_text(text, "<f4", (numbers // 4, 4), 0)


def as_angles(codes: np.ndarray) -> np.ndarray:
    """As the browser reads them."""
    return np.where(codes == -32768, np.nan, codes / 32767 * np.pi)


def test_no_direction_is_none_and_not_an_angle() -> None:
    vectors = np.array([[0.0, 0.0], [np.nan, 1.0], [1.0, 0.0], [0.0, -2.0]])
    drawn = as_angles(player.angle_codes(vectors))
    assert np.isnan(drawn[:2]).all()
    np.testing.assert_allclose(np.abs(drawn[2:]), [np.pi, np.pi / 2], atol=1e-4)
    assert drawn[3] > 0


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> dict:
    """The data of the last mounted player."""
    seen: dict = {}
    monkeypatch.setattr(player, "_player", lambda **given: seen.update(given["data"]))
    return seen


@pytest.mark.parametrize("problem", ["standard", "convex_pair", "three_groups"])
def test_the_player_gets_every_step_of_the_engines_runs(handed: dict, problem: str) -> None:
    config = PlaneConfig(problem=problem, methods=("nash", "mean"), steps=30, nudges=0)
    runs, posed = run(config.to_json()), config.build_problem()
    player.show(runs, posed, loss_grid(problem, 1.0), "dark", lambda x, y: None)
    assert handed["steps"] == list(range(31))
    values = handed.get("values", handed["planes"]["losses"]["points"])
    np.testing.assert_array_equal(unfolded_text(values, "<f4", runs.losses.shape, 2), runs.losses)
    theta = unfolded_text(handed["planes"]["theta"]["points"], "<f4", runs.theta.shape, 2)
    np.testing.assert_array_equal(theta, runs.theta)
    for name, vectors in (("descents", runs.gradients), ("moves", runs.directions)):
        drawn = as_angles(unfolded_text(handed[name], "<i2", vectors.shape[:-1], 2))
        away = vectors / -np.linalg.norm(vectors, axis=-1, keepdims=True)
        np.testing.assert_allclose(np.stack([np.cos(drawn), np.sin(drawn)], -1), away, atol=1e-4)
    assert len(handed["planes"]["theta"]["pieces"]) == len(posed.groups)
    assert all(len(pieces(part["ends"])) > 100 for part in handed["planes"]["theta"]["pieces"])
    points = unfolded_text(handed["planes"]["losses"]["points"], "<f4", (31, 2, 5, 2), 2)
    if len(posed.groups) == 2:
        np.testing.assert_array_equal(points, runs.losses)
    x, y = handed["planes"]["losses"]["x"], handed["planes"]["losses"]["y"]
    inside = (points >= [x[0], y[0]]) & (points <= [x[1], y[1]])
    assert bool(inside.all()), "a run of the standard starts leaves the drawn plane"


def test_long_runs_are_thinned_to_what_can_be_sent() -> None:
    config = PlaneConfig(methods=("nash", "mean"), random_starts=40, steps=1500, nudges=0)
    kept = player.played(run(config.to_json()))
    assert kept[0] == 0
    assert kept[-1] == 1500
    assert 201 <= len(kept) < 1000
    assert len(player.played(run(PlaneConfig(steps=60, nudges=0).to_json()))) == 61


def test_the_ribbon_is_the_share_of_steps_and_starts() -> None:
    gained = np.array([[[1, 1]], [[1, 0]], [[0, 0]], [[1, 1]]], dtype=bool)
    assert gained_between(gained, np.array([0, 2, 4])).tolist() == [[0.75], [0.5]]
