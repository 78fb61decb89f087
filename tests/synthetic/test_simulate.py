"""The standard figure's findings, and that frames and summary hold the numbers they came from."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
import torch

from synthetic.config import PlaneConfig
from synthetic.nudges import failing_copies
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.simulate import PlaneResult, simulate


@pytest.fixture(scope="module")
def standard() -> PlaneResult:
    return simulate(PlaneConfig())


FAILS = {"nash": (), "mean": (3,), "loss_gm": (1,), "pcgrad": (), "cagrad": (1, 3)}
"""The starts from which the standard rules fail, with every one of their nudged copies."""


def test_the_standard_rules_fail_where_they_were_measured_to_and_no_start_is_on_a_knifes_edge(
    standard: PlaneResult,
) -> None:
    for name, row in standard.summary()["methods"].items():
        assert row["failed"] == [start in FAILS[name] for start in range(1, 6)], name
        assert row["failing_copies"] == [33 * failed for failed in row["failed"]], name
    # Far enough from the line between failing and not, so that another machine's rounding finds the same.
    distance = standard.distance
    assert bool((distance[~standard.failed] < 0.03).all())
    assert bool((distance[standard.failed] > 0.2).all())
    assert float(distance[0].max()) < 1e-3


def test_the_verdict_counts_the_starts_own_runs_and_names_knife_edges(standard: PlaneResult) -> None:
    starts, edges = standard.verdict()
    assert starts == (
        "Reaches the front from every start: Nash, PCGrad. "
        "Fails: Mean from 1 of 5, GM (losses) from 1 of 5, CAGrad from 2 of 5."
    )
    assert edges.startswith("No start is on a knife's edge")
    failing = standard.failing.clone()
    failing[3, 2] = 3
    edged = replace(standard, failing=failing)
    assert edged.verdict()[0] == starts
    assert "PCGrad, start 3: 3 of 33 nudged copies fail" in edged.verdict()[1]
    assert float(edged.failing_share[3, 2]) == pytest.approx(3 / 33)
    assert edged.summary()["verdict"] == dict(zip(("starts", "knife_edge"), edged.verdict(), strict=True))


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


def test_nudged_copies_change_no_run_and_are_counted_beside_the_start() -> None:
    fields = {"methods": ("nash", "mean"), "steps": 60}
    alone, crowd = (simulate(PlaneConfig(nudges=count, **fields)) for count in (0, 4))
    assert torch.equal(alone.trajectories.theta, crowd.trajectories.theta)
    assert (alone.copies, crowd.copies) == (1, 5)
    assert torch.equal(alone.failing, alone.failed.long())
    by_hand = torch.stack(
        [
            simulate(
                PlaneConfig(starts=tuple(map(tuple, copies)), nudges=0, **fields)
            ).failed  # each copy as a start of its own
            for copies in PlaneConfig(nudges=4).nudged(crowd.starts).tolist()
        ]
    ).sum(0)
    assert torch.equal(crowd.failing, crowd.failed + by_hand)


def test_a_check_that_is_overtaken_can_be_stopped() -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        failing_copies(PlaneConfig(steps=50, nudges=2), stop)


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
    methods = ("forml", "forml-nash", "forml-nash@two_stage:300", "meta_gdro-nash@two_stage:300", "meta_gdro")
    rows = simulate(PlaneConfig(methods=methods, nudges=0)).summary()["methods"]
    assert max(rows["forml"]["gap"]) < 0.1
    assert min(rows["forml"]["distance_to_front"]) > 15
    assert max(rows["forml-nash"]["distance_to_front"]) < 1e-2
    assert sum(gap > 5 for gap in rows["forml-nash"]["gap"]) >= 4
    for name in methods[2:4]:
        assert max(rows[name]["distance_to_front"]) < 0.02
        assert max(rows[name]["gap"]) < 0.08
    # This problem shows no need for bargaining to Meta-gDRO: alone it meets both goals, too.
    assert max(rows["meta_gdro"]["distance_to_front"]) < 0.06
    assert max(rows["meta_gdro"]["gap"]) < 0.06


def test_three_groups_reach_their_surface() -> None:
    result = simulate(PlaneConfig(problem="three_groups", methods=("nash", "mean"), steps=200, nudges=0))
    assert result.final_losses.shape == (2, 5, 3)
    assert not bool(result.failed.any())


def test_with_guaranteed_steps_every_group_gains_on_the_way_and_with_four_times_the_step_it_does_not() -> (
    None
):
    fields = {"problem": "convex_pair", "methods": ("nash", "mean"), "optimizer": "guaranteed", "nudges": 0}
    within, beyond = (
        simulate(PlaneConfig(steps=120, multiple=multiple, **fields)).gained_share()
        for multiple in (1.0, 4.0)
    )
    assert float(within[0]) == 1.0
    assert float(beyond[0]) < 0.9


def test_the_share_of_gains_counts_only_steps_off_the_front() -> None:
    at_rest = (
        (-2.0, 0.0),
    )  # a group's own optimum lies on the front, and with guaranteed steps nobody leaves it
    fields = {"problem": "convex_pair", "methods": ("nash",), "optimizer": "guaranteed", "nudges": 0}
    assert bool(simulate(PlaneConfig(starts=at_rest, steps=3, **fields)).gained_share().isnan().all())
