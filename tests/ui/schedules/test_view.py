"""What the browser's part is handed is what the engine found, and so is the figure to take away."""

from __future__ import annotations

import base64
import json

import numpy as np
import pytest

from nashcore.methods import GOALS
from synthetic.config import PlaneConfig
from tests.ui.figures.test_series import unfolded
from ui.figures.schedules import CEILING, FLOOR, Ends, two_stages
from ui.schedules.sweep_view import LEVELS, LOST, SweepView, pack, sweep
from ui.schedules.view import data
from ui.shell.styles import bargained_style

CONFIG = PlaneConfig(steps=60)
N = 60


@pytest.fixture(scope="module")
def swept() -> SweepView:
    return sweep(CONFIG.to_json(), tuple(GOALS), "nash")


def unpacked(packed: bytes, shape: tuple[int, ...]) -> np.ndarray:
    """The levels [G, S, 2, O, T] that a browser reads."""
    return np.moveaxis(unfolded(packed, "<u2", (shape[-1], *shape[:-1]), 1), 0, -1)


def floats(text: str) -> np.ndarray:
    return np.frombuffer(base64.b64decode(text), "f4")


def test_positions_return_to_less_than_a_tenth_of_a_pixel(swept: SweepView) -> None:
    tails = swept.found.tails.numpy()
    moments, G, T, S, _ = tails.shape
    levels = unpacked(swept.positions, (G, S, 2, moments, T)).transpose(3, 0, 4, 1, 2)
    low, high = np.array(swept.found.problem.loss_range).T
    places = low + (high - low) * (levels / (LEVELS - 1) * 3 - 1)
    pixel = (high - low) / 560
    assert (np.abs(places - tails) / pixel).max() < 0.1


def test_far_places_are_held_at_the_border_and_lost_ones_are_marked() -> None:
    tails = np.zeros((1, 1, 4, 1, 2))
    tails[0, 0, :, 0, 0] = [np.nan, np.inf, 1e9, -1e9]
    levels = unpacked(pack(tails, [(-1.0, 1.0), (-1.0, 1.0)]), (1, 1, 2, 1, 4))
    assert levels[0, 0, 0, 0].tolist() == [LOST, LOST, LEVELS - 1, 0]
    assert levels[0, 0, 1, 0].tolist() == [round((LEVELS - 1) / 2)] * 4


def test_the_part_is_handed_the_engines_ends(swept: SweepView) -> None:
    sent = data(swept, [0, 2], "dark")
    json.dumps(sent, allow_nan=False)
    found = swept.found
    assert (sent["steps"], sent["starts"], sent["shown"]) == (N, 5, [0, 2])
    assert sent["offsets"] == found.offsets.tolist()
    distance = found.distance.numpy().max(-1)
    np.testing.assert_allclose(floats(sent["distance"]).reshape(3, N + 1), np.maximum(distance, FLOOR), 1e-6)
    flags = np.frombuffer(base64.b64decode(sent["flags"]), np.uint8).reshape(3, N + 1, 5)
    assert ((flags == 0) == found.both_met.numpy()).all()
    assert ((flags & 1 > 0) == (found.distance > 0.1).numpy()).all()
    assert sent["one_bargain"] is True


def test_what_left_the_finite_numbers_is_off_the_front_and_off_the_diagonal() -> None:
    config = PlaneConfig(problem="convex_pair", optimizer="sgd", lr=1e9, steps=60)
    lost = sweep(config.to_json(), ("ltr",), "mean")
    assert lost.off_front.all()
    assert lost.off_diagonal.all()
    assert np.isnan(lost.distance).all()


def test_the_figure_draws_the_same_at_one_t(swept: SweepView) -> None:
    found = swept.found
    steps, losses = found.path(20)
    assert steps.tolist()[:21] == list(range(21))
    figure = two_stages(
        {goal: bargained_style(goal) for goal in found.goals},
        20,
        (losses.numpy(), swept.off_front[:, 20], swept.off_diagonal[:, 20]),
        (Ends("Distance to the front", swept.distance, 0.1), Ends("Gap", swept.gap, 0.1)),
        (found.problem.front.losses.numpy(), *found.problem.loss_range),
        "light",
    )
    json.dumps(figure, allow_nan=False)
    traces = figure["data"]
    ends = next(trace for trace in traces if trace["name"] == "FORML: ends")
    np.testing.assert_allclose(floats(ends["x"]["bdata"]), found.losses[1, 20, :, 0], rtol=1e-6)
    curve = next(trace for trace in traces if trace.get("yaxis") == "y3" and trace["name"] == "Meta-gDRO")
    np.testing.assert_allclose(floats(curve["y"]["bdata"]), np.maximum(swept.gap[2], FLOOR), rtol=1e-6)
    assert figure["layout"]["yaxis2"]["range"] == [np.log10(FLOOR), np.log10(CEILING)]
    marks = [shape["x0"] for shape in figure["layout"]["shapes"] if shape["type"] == "line"]
    assert marks == [20, 20]
