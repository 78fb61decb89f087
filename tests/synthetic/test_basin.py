"""The basin map against plain simulations from the same starts."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from nashcore.bargaining import Status, get_rule
from nashcore.errors import InputError
from synthetic import basin
from synthetic.basin import map_basin
from synthetic.config import PlaneConfig
from synthetic.simulate import simulate

CONFIG = PlaneConfig(problem="convex_pair", methods=("nash", "forml", "ltr-nash@two_stage:20"), steps=60)


def test_each_cell_is_the_run_from_its_point() -> None:
    found = map_basin(CONFIG, side=5)
    assert found.distance.shape == found.gap.shape == (3, 5, 5)
    starts = tuple((float(x), float(y)) for y in found.y for x in found.x)
    slow = simulate(PlaneConfig(**(CONFIG.to_dict() | {"starts": starts, "nudges": 0})))
    torch.testing.assert_close(found.distance.flatten(1), slow.distance, rtol=0, atol=1e-7)
    frame = found.frame()
    ends = slow.ends_frame()
    np.testing.assert_allclose(frame["x"], ends["start_x"])
    np.testing.assert_allclose(frame["y"], ends["start_y"])
    np.testing.assert_allclose(frame["gap"], ends["gap"], atol=1e-6)
    torch.testing.assert_close(found.failing_share, slow.failed.to(torch.float64).mean(-1))


def test_where_the_plane_s_gradients_are_opposite_mgda_has_no_direction_and_its_goal_goes_on() -> None:
    config = PlaneConfig(methods=("mgda",), starts=((7.0, 0.0), (-7.0, 0.0)), nudges=0)
    _, gradients = config.build_problem().evaluate(torch.tensor(config.starts, dtype=torch.float64))
    assert not gradients[..., 0].any()
    assert bool((gradients[..., 1].prod(-1) < 0).all())
    answer = get_rule("mgda").answer(gradients @ gradients.mT)
    assert answer.status.tolist() == [Status.STATIONARY] * 2
    assert not simulate(config).failed.any()


def test_chunks_do_not_change_the_map_and_progress_runs_from_nought_to_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = map_basin(CONFIG, side=6)
    monkeypatch.setattr(basin, "_RUNS_AT_ONCE", 30)
    shares: list[float] = []
    parts = map_basin(CONFIG, side=6, progress=shares.append)
    torch.testing.assert_close(parts.distance, whole.distance, rtol=0, atol=1e-7)
    assert shares[0] == 0.0
    assert shares[-1] == 1.0
    assert shares == sorted(shares)
    assert len(shares) > 8


def test_progress_can_stop_the_work() -> None:
    def stop(share: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        map_basin(CONFIG, side=3, progress=stop)


def test_nash_fails_from_fewer_starts_than_the_mean() -> None:
    found = map_basin(PlaneConfig(methods=("nash", "mean", "loss_gm")), side=16)
    nash, mean, loss_gm = found.failing_share.tolist()
    assert nash < 0.02 < mean < loss_gm


@pytest.mark.parametrize("side", [1, 202, 4.0, True])
def test_sides_out_of_range_are_refused(side: object) -> None:
    with pytest.raises(InputError, match=r"^Parameter 'side' should be a whole number from 2 to 201\. Found"):
        map_basin(CONFIG, side=side)  # type: ignore[arg-type]
