"""The standard figure's findings, and that frames and summary hold the numbers they came from."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.simulate import PlaneResult, simulate


@pytest.fixture(scope="module")
def standard() -> PlaneResult:
    return simulate(PlaneConfig())


def test_nash_fails_from_no_start_and_the_other_rules_from_at_least_one(standard: PlaneResult) -> None:
    failed = {name: row["failed"] for name, row in standard.summary()["methods"].items()}
    assert not any(failed["nash"])
    for name in ("mean", "loss_gm", "pcgrad", "cagrad"):
        assert any(failed[name]), name


def test_nash_ends_on_the_front_and_the_mean_where_it_was_measured(standard: PlaneResult) -> None:
    distance = dict(zip(standard.config.methods, standard.distance.tolist(), strict=True))
    assert max(distance["nash"]) < 1e-3
    assert distance["mean"] == pytest.approx([0.015, 0.025, 2.76, 0.006, 0.001], abs=0.01)


def test_summary_is_strict_json_and_agrees_with_itself(standard: PlaneResult) -> None:
    summary = json.loads(json.dumps(standard.summary(), allow_nan=False))
    assert list(summary["methods"]) == list(standard.config.methods)
    for row in summary["methods"].values():
        assert len(row["final_losses"]) == len(row["distance_to_front"]) == len(row["failed"]) == 5
        for distance, failed in zip(row["distance_to_front"], row["failed"], strict=True):
            assert failed == (distance is None or distance > FAILURE_DISTANCE)
    assert PlaneConfig(**summary["config"]) == standard.config


def test_frames_hold_the_tensors_numbers(standard: PlaneResult) -> None:
    ends, paths = standard.ends_frame(), standard.paths_frame()
    assert len(ends) == 25
    assert len(paths) == 25 * 1001
    row = ends[(ends["method"] == "mean") & (ends["start"] == 2)].iloc[0]
    assert row["distance"] == float(standard.distance[1, 2])
    assert (row["end_x"], row["end_y"]) == tuple(standard.trajectories.theta[-1, 1, 2].tolist())
    one = paths[(paths["method"] == "mean") & (paths["start"] == 2)]
    np.testing.assert_array_equal(one["x"], standard.trajectories.theta[:, 1, 2, 0])
    np.testing.assert_array_equal(one["loss_2"], standard.trajectories.losses[:, 1, 2, 1])
    np.testing.assert_array_equal(one["step"], range(1001))
    assert one["distance"].iloc[-1] == pytest.approx(row["distance"])
    assert not bool(one["gained"].iloc[0])
    np.testing.assert_array_equal(one["gained"].iloc[1:], standard.trajectories.gained[:, 1, 2])


def test_a_start_stands_for_its_nudged_copies_only_where_they_fail_and_it_does_not() -> None:
    fields = {"methods": ("nash", "mean"), "steps": 300}
    alone, crowd = (simulate(PlaneConfig(nudges=count, **fields)) for count in (0, 4))
    assert bool(((alone.failing_share == 0) | (alone.failing_share == 1)).all())
    settled = (crowd.failing_share == 0) | alone.failed
    torch.testing.assert_close(
        crowd.trajectories.theta[:, settled], alone.trajectories.theta[:, settled], rtol=0, atol=1e-5
    )
    assert bool((crowd.failed == (crowd.failing_share > 0)).all())


def test_the_same_config_gives_the_same_numbers() -> None:
    config = PlaneConfig(methods=("nash", "pcgrad"), random_starts=3, steps=50, seed=5)
    assert torch.equal(simulate(config).trajectories.theta, simulate(config).trajectories.theta)


def test_runs_that_leave_the_finite_numbers_fail_by_name_and_stop_nobody() -> None:
    config = PlaneConfig(
        problem="convex_pair", methods=("mean", "nash"), optimizer="sgd", lr=50.0, steps=400, nudges=0
    )
    summary = simulate(config).summary()
    assert summary["methods"]["mean"]["distance_to_front"] == [None] * 5
    assert summary["methods"]["mean"]["failed"] == [True] * 5
    json.dumps(summary, allow_nan=False)


def test_goals_and_schedules_end_as_the_two_stage_argument_says() -> None:
    methods = ("forml", "forml-nash", "forml-nash@two_stage:300", "meta_gdro-nash@two_stage:300")
    rows = simulate(PlaneConfig(methods=methods, nudges=0)).summary()["methods"]
    assert max(rows["forml"]["gap"]) < 0.1
    assert min(rows["forml"]["distance_to_front"]) > 15
    assert max(rows["forml-nash"]["distance_to_front"]) < 1e-2
    assert sum(gap > 5 for gap in rows["forml-nash"]["gap"]) >= 4
    for name in methods[2:]:
        assert sum(distance < 0.01 for distance in rows[name]["distance_to_front"]) >= 4
        assert max(rows[name]["gap"]) < 0.1


def test_three_groups_reach_their_surface() -> None:
    result = simulate(PlaneConfig(problem="three_groups", methods=("nash", "mean"), steps=200, nudges=0))
    assert result.final_losses.shape == (2, 5, 3)
    assert not bool(result.failed.any())


def test_with_guaranteed_steps_every_group_gains_on_the_way_and_with_ten_times_the_step_it_does_not() -> None:
    fields = {"problem": "convex_pair", "methods": ("nash", "mean"), "optimizer": "guaranteed", "nudges": 0}
    within, beyond = (
        simulate(PlaneConfig(steps=120, multiple=multiple, **fields)).gained_share()
        for multiple in (1.0, 10.0)
    )
    assert float(within[0]) == 1.0
    assert float(beyond[0]) < 0.9


def test_the_share_of_gains_counts_only_steps_off_the_front() -> None:
    at_rest = (
        (-2.0, 0.0),
    )  # a group's own optimum lies on the front, and with guaranteed steps nobody leaves it
    fields = {"problem": "convex_pair", "methods": ("nash",), "optimizer": "guaranteed", "nudges": 0}
    assert bool(simulate(PlaneConfig(starts=at_rest, steps=3, **fields)).gained_share().isnan().all())
