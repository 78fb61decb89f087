"""The sweep over bargaining steps against one simulation a schedule."""

from __future__ import annotations

import pytest
import torch

from nashcore.errors import InputError
from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from synthetic.two_stage_sweep import MOST_SWITCHES, Sweep, SwitchRange, sweep_switches, switch_ranges

CONFIGS = {
    "adam": PlaneConfig(steps=45, starts=((-8.5, 7.5), (-7.5, -0.5))),
    "momentum": PlaneConfig(steps=45, optimizer="momentum", lr=0.02, scale=0.1),
    "sgd, three groups": PlaneConfig(problem="three_groups", steps=40, optimizer="sgd"),
    "guaranteed": PlaneConfig(problem="convex_pair", steps=40, optimizer="guaranteed"),
}


def one_by_one(config: PlaneConfig, names: list[str]):
    """The same schedules, each as a method of a plain simulation."""
    return simulate(PlaneConfig(**(config.to_dict() | {"methods": names, "nudges": 0})))


def close(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Equal up to the last digits: where a number stands in a batch decides how its last digit is rounded."""
    torch.testing.assert_close(found, expected, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("rule", ["nash", "cagrad:0.3", "pcgrad"])
@pytest.mark.parametrize("name", CONFIGS)
def test_every_switch_is_the_two_stage_run(name: str, rule: str) -> None:
    config = CONFIGS[name]
    found = sweep_switches(config, ("forml", "meta_gdro", "ltr"), rule, every=20)
    assert found.switch_steps.tolist() == sorted({0, 20, 40, config.steps})
    for g, goal in enumerate(found.goals):
        slow = one_by_one(config, [f"{goal}-{rule}@two_stage:{T}" for T in found.switch_steps.tolist()])
        close(found.losses[g], slow.final_losses)
        close(found.theta[g], slow.trajectories.theta[-1])
        close(found.distance[g], slow.distance)
        for row, T in enumerate(found.switch_steps.tolist()):
            steps, losses = found.path(T)
            assert (int(steps[0]), int(steps[-1])) == (0, config.steps)
            close(losses[:, g], slow.trajectories.losses[steps, row])


def test_every_t_of_the_page_is_the_two_stage_run_bit_for_bit() -> None:
    config = PlaneConfig()
    found = sweep_switches(config)
    assert found.switch_steps.tolist() == list(range(1001))
    chosen = [0, 1, 99, 100, 333, 500, 998, 999, 1000]
    for g, goal in enumerate(found.goals):
        slow = one_by_one(config, [f"{goal}-nash@two_stage:{T}" for T in chosen])
        assert torch.equal(found.losses[g, chosen], slow.final_losses)
        assert torch.equal(found.theta[g, chosen], slow.trajectories.theta[-1])
        assert torch.equal(found.path(333)[1][:, g], slow.trajectories.losses[found.path(333)[0], 4])


@pytest.fixture(scope="module")
def small() -> Sweep:
    return sweep_switches(CONFIGS["adam"], ("forml",))


def test_the_ends_of_the_sweep_are_one_stage_and_continuous(small: Sweep) -> None:
    slow = one_by_one(CONFIGS["adam"], ["forml", "forml-nash"])
    assert torch.equal(small.losses[0, [0, -1]], slow.final_losses)


def test_the_record_holds_the_shared_path_and_every_end(small: Sweep) -> None:
    assert torch.equal(small.tails[0].movedim(1, 0), small.bargaining)
    assert torch.equal(small.tails[-1], small.losses)
    assert small.offsets.tolist() == [*range(25), 26, 28, 30, 32, 34, 36, 39, 42, 45]


def test_the_frame_has_a_row_a_run(small: Sweep) -> None:
    frame = small.frame()
    assert len(frame) == 46 * 2
    row = frame[(frame["switch"] == 40) & (frame["start"] == 1)].iloc[0]
    assert row["gap"] == float(small.gap[0, 40, 1])
    assert row["distance"] == float(small.distance[0, 40, 1])


def test_bargaining_first_meets_both_for_forml_where_neither_end_does() -> None:
    config = PlaneConfig(starts=((-8.5, 7.5), (-7.5, -0.5), (9.0, -1.0)))
    found = sweep_switches(config, ("forml",), every=100)
    assert not bool(found.both_met[0, [0, -1]].any())
    (window,) = found.switch_ranges()
    assert window is not None
    assert 100 <= window.first <= 400


def test_what_cannot_be_swept_is_refused(small: Sweep) -> None:
    for goals, found in (((), "none"), (("luck",), "'luck'"), (("ltr", ""), "'ltr', ''")):
        with pytest.raises(InputError, match=f"'goals' should name one or more of .* Found {found}"):
            sweep_switches(PlaneConfig(), goals)
    for rule in ("nash@two_stage:100", "forml-nash", "forml"):
        with pytest.raises(InputError, match=f"'rule' should name a rule alone.* Found '{rule}'"):
            sweep_switches(PlaneConfig(), rule=rule)
    with pytest.raises(InputError, match="Parameter 'every' should be a whole number of at least 1"):
        sweep_switches(PlaneConfig(), every=0)
    with pytest.raises(InputError, match=f"at least 5 .at most {MOST_SWITCHES}"):
        sweep_switches(PlaneConfig(steps=5000), every=1)
    with pytest.raises(InputError, match=r"at most 200000 runs. Found 315315"):
        sweep_switches(PlaneConfig(random_starts=100))
    with pytest.raises(InputError, match=r"one of the swept numbers of steps. Found 46"):
        small.path(46)


def of(row: str) -> SwitchRange | None:
    """The range of T = 0, 5, 10, ... where ``x`` means that both are met."""
    return switch_ranges(torch.arange(len(row)) * 5, torch.tensor([[mark == "x" for mark in row]]))[0]


def test_no_t_meets_both() -> None:
    assert of("....") is None


def test_every_t_meets_both() -> None:
    assert of("xxxx") == SwitchRange(first=0, last=15, longest=(0, 15), met=4, tried=4)


def test_holes_are_counted_and_the_longest_row_has_none() -> None:
    assert of(".x.xxx..x.") == SwitchRange(first=5, last=40, longest=(15, 25), met=5, tried=8)
    assert of("..xx.") == SwitchRange(first=10, last=15, longest=(10, 15), met=2, tried=2)
    assert of("xx.xx") == SwitchRange(first=0, last=20, longest=(0, 5), met=4, tried=5)
    assert of("...x") == SwitchRange(first=15, last=15, longest=(15, 15), met=1, tried=1)
