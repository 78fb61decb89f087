"""Presets set what they name, and every method on offer is one that the engine knows."""

from __future__ import annotations

import pytest

from synthetic.config import PlaneConfig
from synthetic.presets import PRESETS as FIGURES
from ui.lossplane.controls import METHODS, MULTIPLES, OPTIMIZERS, PRESETS, RATES, WORDS, title


def test_titles_of_what_is_not_on_offer_are_its_text() -> None:
    assert title("nash") == "Nash"
    assert title("forml-pcgrad@every_nth:5") == "forml-pcgrad@every_nth:5"


@pytest.mark.parametrize("name", PRESETS)
def test_presets_set_widgets_that_the_address_holds_to_values_that_they_have(name: str) -> None:
    values = PRESETS[name].scene
    assert set(values) <= set(WORDS)
    assert values["lr"] in RATES
    assert values["optimizer"] in OPTIMIZERS
    assert values["multiple"] in MULTIPLES
    assert 50 <= values["steps"] <= 3000
    assert all(title(method) != method for method in values["methods"]), "an address could not name it"


def test_every_figure_of_the_engine_has_its_preset() -> None:
    assert set(FIGURES) == set(PRESETS)


def test_every_offered_method_is_one_that_the_engine_knows() -> None:
    assert PlaneConfig(methods=METHODS).methods == METHODS
