"""The config: defaults, round trips, and every refusal in one sentence."""

from __future__ import annotations

import math

import pytest
import torch

from nashcore.errors import InputError
from synthetic.config import MAX_STEPS, PlaneConfig, random_starts
from synthetic.problems import get_problem


def test_round_trips_through_a_dict_and_json() -> None:
    config = PlaneConfig(
        methods=("forml-nash@two_stage:100", "cagrad:0.3"),
        starts=((1, 2.5),),
        random_starts=3,
        lr=0.01,
        seed=7,
    )
    assert PlaneConfig(**config.to_dict()) == config
    assert PlaneConfig.from_json(config.to_json()) == config
    assert hash(config) == hash(PlaneConfig.from_json(config.to_json()))


def test_methods_are_written_in_their_shortest_form_and_once() -> None:
    assert PlaneConfig(methods=("loss_gm:-1", "loss_gm", "nash")).methods == ("loss_gm", "nash")


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"steps": 0}, f"Parameter 'steps' should be a whole number from 1 to {MAX_STEPS}. Found 0."),
        (
            {"steps": 10**9},
            f"Parameter 'steps' should be a whole number from 1 to {MAX_STEPS}. Found 1000000000.",
        ),
        ({"steps": 2.5}, f"Parameter 'steps' should be a whole number from 1 to {MAX_STEPS}. Found 2.5."),
        ({"lr": 0}, "Parameter 'lr' should be a finite number above zero. Found 0."),
        ({"lr": -0.1}, "Parameter 'lr' should be a finite number above zero. Found -0.1."),
        ({"lr": math.nan}, "Parameter 'lr' should be a finite number above zero. Found nan."),
        ({"lr": "fast"}, "Parameter 'lr' should be a finite number above zero. Found 'fast'."),
        (
            {"scale": 1e160},
            "Parameter 'scale' should be from 1e-100 to 1e+100: beyond, products of gradients leave the numbers. Found 1e+160.",
        ),
        (
            {"scale": 1e-160},
            "Parameter 'scale' should be from 1e-100 to 1e+100: beyond, products of gradients leave the numbers. Found 1e-160.",
        ),
        ({"scale": 0.0}, "Parameter 'scale' should be a finite number above zero. Found 0.0."),
        (
            {"problem": "moon"},
            "Problem should be one of standard, printed, convex_pair, three_groups. Found 'moon'.",
        ),
        (
            {"starts": ((math.nan, 0),)},
            "Each starting point should be 2 numbers between -1e6 and 1e6. Found (nan, 0.0).",
        ),
        (
            {"starts": ((1, 2, 3),)},
            "Each starting point should be 2 numbers between -1e6 and 1e6. Found (1.0, 2.0, 3.0).",
        ),
        ({"methods": ()}, "Parameter 'methods' should name 1 to 40 methods. Found 0."),
        ({"nudges": -1}, "Parameter 'nudges' should be a whole number from 0 to 256. Found -1."),
    ],
)
def test_bad_fields_are_refused_in_one_sentence(fields: dict, says: str) -> None:
    with pytest.raises(InputError) as refused:
        PlaneConfig(**fields)
    assert str(refused.value) == says


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"methods": ("magic",)}, "Found 'magic'"),
        ({"optimizer": "lion"}, "'optimizer'"),
        ({"optimizer": "guaranteed"}, "Lipschitz"),
        ({"speed": 3}, "There is no parameter 'speed'. Known are problem, scale"),
        ({"starts": (("a", 1),)}, "'starts.0.0'"),
        ({"random_starts": 500, "starts": ((0, 0),)}, "at most 500 points together"),
    ],
)
def test_other_faults_name_what_is_wrong(fields: dict, part: str) -> None:
    with pytest.raises(InputError) as refused:
        PlaneConfig(**fields)
    assert part in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["{", "[1]", '{"steps": -4}'])
def test_bad_json_is_refused(text: str) -> None:
    with pytest.raises(InputError):
        PlaneConfig.from_json(text)


def test_random_starts_are_seeded_and_lie_in_the_plane() -> None:
    problem = get_problem("convex_pair")
    drawn = random_starts(problem, 200, seed=3)
    assert torch.equal(drawn, random_starts(problem, 200, seed=3))
    assert not torch.equal(drawn, random_starts(problem, 200, seed=4))
    low, high = torch.tensor(problem.theta_range, dtype=torch.float64).unbind(-1)
    assert bool(((drawn >= low) & (drawn <= high)).all())


def test_starts_are_the_given_ones_or_the_standard_ones_then_random_ones() -> None:
    assert PlaneConfig().build_starts().tolist() == [list(start) for start in get_problem("standard").starts]
    config = PlaneConfig(starts=((1, 2),), random_starts=2)
    assert config.build_starts().shape == (3, 2)
    assert config.build_starts()[0].tolist() == [1.0, 2.0]
    copies = config.nudged(config.build_starts())
    assert len(copies) == config.nudges
    assert 0 < float((copies - config.build_starts()).abs().max()) < 1e-7


def test_one_more_start_moves_no_other_and_no_copy_of_another() -> None:
    few = PlaneConfig(starts=((1, 2), (3, 4)), random_starts=9)
    more = few.replaced(random_starts=10)
    last = few.replaced(starts=((3, 4),), random_starts=0)
    assert torch.equal(few.build_starts(), more.build_starts()[:-1])
    assert torch.equal(few.nudged(few.build_starts()), more.nudged(more.build_starts())[:, :-1])
    assert torch.equal(last.nudged(last.build_starts())[:, 0], few.nudged(few.build_starts())[:, 1])
