"""Every preset builds, and draws what its name says."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from synthetic.config import STANDARD_METHODS, PlaneConfig
from synthetic.presets import PRESETS, get_preset


def test_presets_cover_the_figures_of_the_paper() -> None:
    assert {"rules", "one-stage", "stages", "alignment"} <= set(PRESETS)
    assert get_preset("rules").config == PlaneConfig(methods=STANDARD_METHODS)
    assert get_preset("one-stage") is get_preset("one_stage")
    assert get_preset("one-stage").config.methods == ("ltr", "forml", "meta_gdro")
    assert "forml-nash@two_stage:100" in get_preset("stages").config.methods
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
    assert beyond == PlaneConfig(**(within.to_dict() | {"multiple": 10.0}))


def test_an_unknown_preset_is_refused() -> None:
    with pytest.raises(InputError, match=r"^Preset should be one of rules, .* Found 'figure 9'\.$"):
        get_preset("figure 9")
