"""The sweep over bargaining steps against one simulation a schedule."""

from __future__ import annotations

import pytest
import torch

from nashcore.errors import InputError
from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from synthetic.switching import MOST_SWITCHES, sweep_switches


def test_every_switch_is_the_two_stage_run_and_the_ends_are_one_stage_and_continuous() -> None:
    config = PlaneConfig(steps=45, starts=((-8.5, 7.5), (-7.5, -0.5)))
    found = sweep_switches(config, ("forml", "meta_gdro"), every=20)
    assert found.switches.tolist() == [0, 20, 40, 45]
    names = ["forml", "forml-nash@two_stage:20", "forml-nash@two_stage:40", "forml-nash"]
    slow = simulate(PlaneConfig(**(config.to_dict() | {"methods": names, "nudges": 0})))
    torch.testing.assert_close(found.losses[-1, 0], slow.final_losses, rtol=0, atol=1e-7)
    torch.testing.assert_close(found.theta[:, 0], slow.trajectories.theta[found.steps], rtol=0, atol=1e-7)
    torch.testing.assert_close(found.distance[0], slow.distance, rtol=0, atol=1e-7)
    frame = found.frame()
    assert len(frame) == 2 * 4 * 2
    row = frame[(frame["goal"] == "forml") & (frame["switch"] == 40) & (frame["start"] == 1)].iloc[0]
    assert row["gap"] == float(found.gap[0, 2, 1])


def test_windows_are_the_longest_unbroken_runs() -> None:
    config = PlaneConfig(steps=30, starts=((0.0, 0.0), (1.0, 1.0)))
    found = sweep_switches(config, ("ltr",), every=5)
    met = torch.tensor(
        [[True, False, True, True, False, True, False], [True, True, True, True, False, False, False]]
    )
    assert [found._longest(row) for row in met] == [(10, 15), (0, 15)]
    assert found._longest(met[0] & ~met[0]) is None
    assert found._longest(met[0] | ~met[0]) == (0, 30)
    assert len(found.windows()[0]) == 2


def test_bargaining_first_meets_both_for_forml_where_neither_end_does() -> None:
    found = sweep_switches(
        PlaneConfig(starts=((-8.5, 7.5), (-7.5, -0.5), (9.0, -1.0))), ("forml",), every=100
    )
    assert not bool(found.both_met[0, [0, -1]].any())
    window = found.shared_windows()[0]
    assert window is not None
    assert 100 <= window[0] <= 400


def test_what_cannot_be_swept_is_refused() -> None:
    with pytest.raises(InputError, match="at least one goal"):
        sweep_switches(PlaneConfig(), ())
    with pytest.raises(InputError, match="The goal of a method should be one of"):
        sweep_switches(PlaneConfig(), ("luck",))
    with pytest.raises(InputError, match="Parameter 'every' should be a whole number of at least 1"):
        sweep_switches(PlaneConfig(), every=0)
    with pytest.raises(InputError, match=f"at least 5 .at most {MOST_SWITCHES}"):
        sweep_switches(PlaneConfig(steps=5000), every=1)
