"""A preset that the address names gives the same settings as its button, and every one of them can be drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ui.shell.pages import GEOMETRY, PLANE, SCHEDULES, TRAIN, Page

CASES: Mapping[tuple[str, str], tuple[Page, Mapping[str, Any]]] = {
    ("geometry", "one-shouts"): (GEOMETRY, {"groups": 3, "length1": 100.0, "angle3": 95}),
    ("geometry", "no-agreement"): (GEOMETRY, {"groups": 3, "angle1": 215}),
    ("plane", "one-stage"): (PLANE, {"methods": ["ltr", "forml", "meta_gdro"]}),
    ("plane", "convex"): (PLANE, {"problem": "convex_pair", "optimizer": "guaranteed", "steps": 200}),
    ("schedules", "first-400"): (SCHEDULES, {"T": 400}),
    ("train", "titanic-sex"): (TRAIN, {"setting": "titanic/sex", "epochs": 50, "seeds": 5, "bargain": 49}),
}


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_address_and_button_agree(opened: Callable[..., AppTest], case: tuple[str, str]) -> None:
    page, expected = CASES[case]
    by_address = opened(page.path, preset=case[1])
    by_button = opened(page.path)
    by_button.button(key=f"preset_{case[1]}").click().run()
    for app in (by_address, by_button):
        assert not app.exception
        assert not app.error
        assert not app.warning
        assert {key: app.session_state[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("page", "preset", "word", "key", "expected"),
    [
        (PLANE, "one-stage", "0.1", "lr", 0.1),
        (PLANE, "one-stage", "400", "steps", 400),
        (PLANE, "one-stage", ["FORML", "Nash"], "methods", ["forml", "nash"]),
        (SCHEDULES, "first-400", "250", "T", 250),
    ],
    ids=["lr", "steps", "methods", "T"],
)
def test_words_beside_a_preset_go_before_its_own(
    opened: Callable[..., AppTest], page: Page, preset: str, word: str, key: str, expected: object
) -> None:
    app = opened(page.path, preset=preset, **{key: word})
    assert not app.exception
    assert not app.warning
    assert app.session_state[key] == expected
    for other, value in {"methods": ["ltr", "forml", "meta_gdro"], "unfair": True}.items():
        if page is PLANE and other != key:
            assert app.session_state[other] == value


@pytest.mark.parametrize(
    ("page", "word"),
    [
        (GEOMETRY, {"angle1": "40"}),
        (PLANE, {"steps": "50", "methods": "Nash"}),
        (SCHEDULES, {"T": "7"}),
        (TRAIN, {"epochs": "3"}),
    ],
    ids=lambda value: value.title if isinstance(value, Page) else "",
)
def test_a_preset_goes_before_a_word_of_the_address_and_nobody_is_warned(
    opened: Callable[..., AppTest], page: Page, word: dict[str, str]
) -> None:
    app = opened(page.path, **word)
    assert not app.warning
    for key in [str(button.key) for button in app.button if str(button.key).startswith("preset_")]:
        app.button(key=key).click().run()
        assert not app.exception
        assert not app.error
        assert not app.warning, key


@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_a_link_sets_the_scene_on_a_page_whose_knobs_have_been_turned(
    opened: Callable[..., AppTest], case: tuple[str, str]
) -> None:
    page, expected = CASES[case]
    app = opened(page.path)
    app.query_params["preset"] = case[1]
    app.run()
    assert not app.exception
    assert not app.warning
    assert {key: app.session_state[key] for key in expected} == expected


def test_a_figure_is_the_same_whatever_the_knobs_said_before(opened: Callable[..., AppTest]) -> None:
    turned = {"scale": "0.1", "own": "1, 2", "drawn": "2", "seed": "5", "starts": "2: (0, 0)", "steps": "100"}
    app = opened(PLANE.path, **turned)
    app.button(key="preset_one-stage").click().run()
    assert not app.exception
    fresh = opened(PLANE.path, preset="one-stage")
    for key in (*turned, "methods", "problem", "optimizer", "lr", "multiple"):
        assert app.session_state[key] == fresh.session_state[key], key
