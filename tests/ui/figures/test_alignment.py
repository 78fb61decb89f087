"""The histograms of alignment hold every moment once."""

from __future__ import annotations

import base64

import numpy as np

from ui.figures.alignment import alignment, shares_aligned


def floats(packed: dict[str, str]) -> np.ndarray:
    """The numbers in a packed array."""
    return np.frombuffer(base64.b64decode(packed["bdata"]), "f4")


def test_three_panels_before_and_after_add_up_to_one() -> None:
    draw = np.random.default_rng(0)
    before, after = np.sort(draw.uniform(-1, 1, (500, 3)), -1), np.sort(draw.uniform(0, 1, (400, 3)), -1)
    figure = alignment("Title", before, after, "#007D5F", "light")
    assert len(figure["data"]) == 6
    for trace in figure["data"]:
        assert abs(float(floats(trace["y"]).sum()) - 1) < 1e-5
    assert {trace["xaxis"] for trace in figure["data"]} == {"x", "x2", "x3"}
    assert figure["layout"]["xaxis2"]["title"]["text"] == "Mean cosine"
    lowest = next(t for t in figure["data"] if t["name"] == "Direction taken" and t["xaxis"] == "x")
    x, y = floats(lowest["x"]), floats(lowest["y"])
    assert float(y[x < 0].sum()) == 0.0


def test_inner_products_reach_over_their_own_range_and_far_ones_count_at_the_edge() -> None:
    values = np.concatenate([np.linspace(-2, 5, 1000).repeat(3).reshape(-1, 3), np.full((3, 3), 1e9)])
    figure = alignment("Title", values, values, "#007D5F", "dark", cosines=False)
    low, high = figure["layout"]["xaxis"]["range"]
    assert -2 <= low < -1.8
    assert 4.8 < high <= 5
    assert abs(float(floats(figure["data"][0]["y"]).sum()) - 1) < 1e-5


def test_no_moment_is_no_share_and_lost_runs_are_left_out() -> None:
    empty, lost = np.empty((0, 3)), np.full((4, 3), np.nan)
    alignment("Title", empty, lost, "#007D5F", "light", cosines=False)
    shares = shares_aligned([empty, np.array([[0.1, 0.2, 0.3], [-0.1, 0.2, 0.3]])], [lost, np.ones((2, 3))])
    assert np.isnan(shares[0, 0])
    assert shares[0, 1] == 0.5
    assert shares[1].tolist() == [0.0, 1.0]
