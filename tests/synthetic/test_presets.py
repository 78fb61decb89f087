"""Every preset builds, and draws what its name says."""

from __future__ import annotations

import pytest
import torch

from nashcore.errors import InputError
from synthetic.config import STANDARD_METHODS, PlaneConfig
from synthetic.pareto import gap
from synthetic.presets import PRESETS, get_preset
from synthetic.simulate import PlaneResult, own_runs, simulate


def test_presets_cover_the_figures_of_the_paper() -> None:
    assert {"rules", "one-stage", "stages", "alignment"} <= set(PRESETS)
    assert get_preset("rules").config == PlaneConfig(methods=STANDARD_METHODS)
    assert get_preset("one-stage") is get_preset("one_stage")
    assert get_preset("one-stage").config.methods == ("ltr", "forml", "meta_gdro")
    assert "forml-nash@two_stage:300" in get_preset("stages").config.methods
    assert "forml-nash" in get_preset("stages").config.methods


@pytest.mark.parametrize("name", PRESETS)
def test_presets_are_whole(name: str) -> None:
    preset = get_preset(name)
    assert preset.name == name
    assert preset.title
    assert preset.says.endswith(".")
    assert PlaneConfig.from_json(preset.config.to_json()) == preset.config


def test_the_preset_beyond_the_bound_differs_in_the_step_alone() -> None:
    within, beyond = (get_preset(name).config for name in ("convex", "beyond"))
    assert beyond == PlaneConfig(**(within.to_dict() | {"multiple": 4.0}))


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(InputError, match=r"^Preset should be one of rules, .* Found 'figure 9'\.$"):
        get_preset("figure 9")


# What the presets' sentences say, held against the runs. Distances and gaps are compared well away from the lines between failing
# and not, so that no sentence hangs on rounding.


def runs_of(name: str) -> tuple[PlaneResult, dict[str, tuple[torch.Tensor, torch.Tensor]]]:
    """A preset's own runs, and each method's final distances and gaps."""
    result = own_runs(get_preset(name).config)
    gaps = gap(result.final_losses)
    return result, {
        method: (result.distance[m], gaps[m]) for m, method in enumerate(get_preset(name).config.methods)
    }


def test_one_stage_forml_ends_fair_and_far_off_and_meta_gdro_meets_both() -> None:
    _, ends = runs_of("one-stage")
    assert float(ends["forml"][0].min()) > 10
    assert float(ends["forml"][1].max()) < 0.08
    assert max(float(part.max()) for part in ends["meta_gdro"]) < 0.06
    assert float(ends["ltr"][0][2]) > 1


def test_bargaining_first_meets_both_from_every_start_and_throughout_only_the_front() -> None:
    _, ends = runs_of("stages")
    for goal in ("ltr", "forml", "meta_gdro"):
        throughout, first = ends[f"{goal}-nash"], ends[f"{goal}-nash@two_stage:300"]
        assert float(throughout[0].max()) < 0.02
        assert float(throughout[1][[0, 2, 3, 4]].min()) > 1
        assert max(float(part.max()) for part in first) < 0.08
    with_100 = own_runs(PlaneConfig(methods=("forml-nash@two_stage:100",)))
    assert float(with_100.distance[0, [0, 2]].min()) > 10


def test_beyond_the_bound_some_group_loses_and_the_runs_still_arrive() -> None:
    result, ends = runs_of("beyond")
    shares = result.gained_share()
    assert bool((shares < 0.9).all())
    assert float(shares[0]) > 0.3
    assert max(float(ends[name][0].max()) for name in ("nash", "mgda")) < 0.01
    assert float(result.trajectories.theta.abs().max()) <= 5  # the drawn plane
    far = own_runs(get_preset("beyond").config.replaced(multiple=10.0))
    assert bool((far.distance[:2] > 1e6).all())


def test_without_agreement_the_third_preset_falls_back_to_the_mean() -> None:
    result, _ = runs_of("three-groups")
    assert int(result.trajectories.fell_back[:, 0].sum()) > 100
    assert not bool(result.failed.any())


def test_with_the_printed_formula_copies_of_start_3_part() -> None:
    config = get_preset("printed").config.replaced(methods=("cagrad", "mean"), nudges=64)
    result = simulate(config)
    assert 0.1 < float(result.failing_share[0, 2]) < 0.95
    assert float(result.failing_share[1, 2]) == 1
