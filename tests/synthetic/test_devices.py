"""Nothing on the plane is made on a device of its own: every tensor follows the starts it is given."""

from __future__ import annotations

import pytest
import torch

from nashcore.bargaining import RULES
from nashcore.methods import parse_method
from synthetic.basin import map_basin
from synthetic.config import PlaneConfig
from synthetic.optimizers import make_optimizer
from synthetic.problems import PROBLEMS, get_problem
from synthetic.simulate import simulate
from synthetic.trajectories import descend
from tests.devices import DEVICES

METHODS = (
    *RULES,
    "forml",
    "meta_gdro-nash@two_stage:2",
    "forml-pcgrad@every_nth:2",
    "ltr-nash@while_in_conflict",
)


@pytest.mark.parametrize("optimizer", ["adam", "momentum", "sgd", "guaranteed"])
@pytest.mark.parametrize("problem", PROBLEMS)
def test_a_march_makes_no_tensor_on_the_default_device(problem: str, optimizer: str) -> None:
    posed = get_problem(problem)
    if optimizer == "guaranteed" and posed.curvature is None:
        pytest.skip("no bound on this problem")
    starts = torch.tensor(posed.starts, dtype=torch.float64)
    methods = [parse_method(name) for name in METHODS]
    for _ in descend(posed, methods, starts, 0, make_optimizer("sgd", 0.05, None, 1.0)):
        pass  # what rules draw once on the CPU, so that a seed means the same everywhere, is drawn here
    # A tensor made without saying where would be a "meta" tensor here, and meeting those of the run would raise.
    with torch.device("meta"), torch.no_grad():
        stepper = make_optimizer(optimizer, 0.05, posed.curvature, 1.0)  # type: ignore[arg-type]
        for moment in descend(posed, methods, starts, 3, stepper):
            distance = posed.front.distance(moment.losses)
    assert distance.device == moment.weights.device == starts.device
    assert bool(distance.isfinite().all())


@pytest.mark.parametrize("device", DEVICES)
def test_simulations_and_maps_agree_on_every_device(device: str) -> None:
    config = PlaneConfig(problem="convex_pair", methods=("nash", "pcgrad", "forml"), steps=40, nudges=2)
    here, there = simulate(config), simulate(config, device)
    assert there.distance.device.type == there.trajectories.losses.device.type == "cpu"
    torch.testing.assert_close(there.distance, here.distance, rtol=0, atol=1e-8)
    torch.testing.assert_close(
        map_basin(config, 5, device=device).distance, map_basin(config, 5).distance, rtol=0, atol=1e-8
    )
