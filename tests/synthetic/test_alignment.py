"""Alignment by hand and by property."""

from __future__ import annotations

import pytest
import torch

from synthetic.alignment import measure_alignment
from synthetic.config import PlaneConfig
from synthetic.simulate import simulate


def test_first_moment_by_hand() -> None:
    result = simulate(
        PlaneConfig(problem="convex_pair", methods=("forml-nash",), starts=((0.0, 0.0),), steps=2, nudges=0)
    )
    found = measure_alignment(result)
    # L1 = ((x + 2)^2 + 4 y^2) / 2 = 2 and L2 = (2 (x - 2)^2 + (y - 1)^2 / 2) / 2 = 4.25 at the origin: FORML's
    # direction is g2 - g1 with g1 = (2, 0), g2 = (-4, -0.5).
    g1, g2 = torch.tensor([2.0, 0.0], dtype=torch.float64), torch.tensor([-4.0, -0.5], dtype=torch.float64)
    own = g2 - g1
    cosines = [float(torch.nn.functional.cosine_similarity(g, own, dim=0)) for g in (g1, g2)]
    assert found.before[0, 0, 0].tolist() == pytest.approx([min(cosines), sum(cosines) / 2, max(cosines)])
    raw = measure_alignment(result, unit_gradients=False)
    assert float(raw.before[0, 0, 0, 0]) == pytest.approx(float(g1 @ own / own.norm()))


def test_bargaining_aligns_every_player_equally_and_more_often() -> None:
    result = simulate(PlaneConfig(methods=("ltr-nash", "forml-nash"), steps=200, nudges=0))
    found = measure_alignment(result)
    bargained = result.trajectories.bargained
    lowest, mean, highest = found.after[bargained].unbind(-1)
    assert bool((lowest > 0).all())
    torch.testing.assert_close(lowest, highest, rtol=1e-6, atol=1e-9)  # two players: the bisector
    torch.testing.assert_close(lowest, mean, rtol=1e-6, atol=1e-9)
    before, after = ((stage[..., 0] > 0).double().mean((0, 2)) for stage in (found.before, found.after))
    assert bool((after > before).all())
    assert float(after.min()) > 0.95


def test_one_stage_runs_have_nothing_to_compare_and_the_frame_holds_both_stages() -> None:
    result = simulate(PlaneConfig(methods=("meta_gdro", "ltr"), steps=10, nudges=0))
    found = measure_alignment(result)
    assert torch.equal(found.before, found.after)
    frame = found.frame()
    assert len(frame) == 2 * 2 * 5 * 11
    one = frame[
        (frame["stage"] == "after")
        & (frame["method"] == "ltr")
        & (frame["start"] == 3)
        & (frame["step"] == 7)
    ]
    assert one[["lowest", "mean", "highest"]].to_numpy().tolist() == [found.after[7, 1, 3].tolist()]


def test_the_frame_says_how_far_from_the_front_each_moment_was() -> None:
    result = simulate(PlaneConfig(methods=("nash", "mean"), steps=30, nudges=0))
    frame, paths = measure_alignment(result).frame(), result.paths_frame()
    assert len(frame) == 2 * len(paths)
    for stage in ("before", "after"):
        rows = frame[frame["stage"] == stage]
        assert (rows["distance"].to_numpy() == paths["distance"].to_numpy()).all()
        assert (rows["step"].to_numpy() == paths["step"].to_numpy()).all()
