"""Lessons stay short, methods are composed in the engine's words, and presets set what they name."""

from __future__ import annotations

import re

import numpy as np
import pytest

from nashcore.errors import InputError
from synthetic.config import PlaneConfig
from synthetic.presets import PRESETS as FIGURES
from ui.lossplane import ends
from ui.lossplane.compose import NONE, written
from ui.lossplane.controls import MULTIPLES, OPTIMIZERS, PRESETS, RATES, WORDS, title
from ui.lossplane.lessons import LESSONS
from ui.lossplane.plane_runs import run


@pytest.mark.parametrize("name", LESSONS)
def test_a_lesson_has_at_most_five_sentences_one_formula_and_a_question(name: str) -> None:
    lesson = LESSONS[name]
    assert 1 <= len(re.findall(r"[.?!](?:\s|$)", lesson.look)) <= 5
    assert lesson.formula
    assert lesson.question.endswith(("?", "stay?"))
    assert lesson.answer.endswith(".")


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        ((NONE, "nash", "continuous", 1), "nash"),
        (("forml", NONE, "two_stage", 100), "forml"),
        (("forml", "pcgrad", "every_nth", 5), "forml-pcgrad@every_nth:5"),
        (("ltr", "nash", "bargain_last", 300), "ltr-nash@bargain_last:300"),
        (("meta_gdro", "mgda", "while_in_conflict", 9), "meta_gdro-mgda@while_in_conflict"),
        ((NONE, "cagrad", "two_stage", 40), "cagrad@two_stage:40"),
    ],
)
def test_composed_methods_are_what_the_engine_reads(parts: tuple[str, str, str, int], name: str) -> None:
    assert written(*parts) == name
    assert PlaneConfig(methods=(name,)).methods == (name,)


def test_a_method_of_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="needs a goal or a rule"):
        written(NONE, NONE, "continuous", 1)


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


@pytest.mark.parametrize(
    ("value", "text"), [(0.0154, "0.015"), (12345.0, "1e+04"), (1e171, "over 1e+15"), (np.inf, "lost")]
)
def test_ends_far_off_are_told_in_cells_that_a_table_can_hold(value: float, text: str) -> None:
    ran = run(PlaneConfig(methods=("nash",), starts=((0.0, 0.0),), steps=1, nudges=0).to_json())
    ran.ends["gap"] = value
    table = ends._table(ran, "gap")
    assert table["Start 1"].max() < 2**53
    assert text in ends._written(table).to_html()
