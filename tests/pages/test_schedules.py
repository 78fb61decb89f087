"""The schedules page without a browser: its address, its sentences, and what it hands to its part."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.methods import GOALS
from synthetic.config import PlaneConfig
from synthetic.two_stage_sweep import sweep_switches
from ui.shell.pages import SCHEDULES


def part(app: AppTest) -> dict:
    """What the part in the browser was handed last."""
    (mounted,) = (
        each for each in app.get("bidi_component") if each.proto.component_name.endswith("schedules")
    )
    return json.loads(mounted.proto.json)


@pytest.fixture
def page(opened: Callable[..., AppTest]) -> Callable[..., AppTest]:
    return lambda **query: opened(SCHEDULES.path, **query)


def test_the_address_holds_every_t(page: Callable[..., AppTest]) -> None:
    app = page(T="437", goals=["FORML"])
    assert not app.exception
    assert app.session_state["T"] == 437
    assert part(app)["sent"][0] == 437
    assert part(app)["shown"] == [1]


@pytest.mark.parametrize("value", ["1001", "-1", "nan", "many"])
def test_a_t_that_cannot_be_is_the_standard_one(page: Callable[..., AppTest], value: str) -> None:
    app = page(T=value)
    assert not app.exception
    assert app.session_state["T"] == 100
    assert [f"T={value}" in warning.value.replace("\\", "") for warning in app.warning] == [True]


def test_words_that_it_can_use_are_told_of_by_nobody(page: Callable[..., AppTest]) -> None:
    app = page(
        T="250",
        goals=["FORML", "LtR"],
        rule="PCGrad",
        goal="Meta-gDRO",
        first="7",
        every="3",
        **{"from": "9"},
    )
    assert not app.exception
    assert not app.warning
    assert [app.session_state[key] for key in ("rule", "goal", "first", "from", "every")] == [
        "pcgrad",
        "meta_gdro",
        7,
        9,
        3,
    ]


def test_words_that_it_cannot_use_are_told(page: Callable[..., AppTest]) -> None:
    (warning,) = page(goals="zz", rule="bogus", every="1").warning
    for word in ("goals=zz", "rule=bogus", "every=1"):
        assert word in warning.value.replace("\\", "")


def test_no_goal_is_told_in_a_sentence_and_the_rest_stands(page: Callable[..., AppTest]) -> None:
    app = page()
    app.session_state["goals"] = []
    app.run()
    assert [error.value for error in app.error] == [r"Nothing to draw\: choose at least one goal\."]
    assert len(app.get("plotly_chart")) == 1


def test_the_page_says_from_which_t_both_are_met(page: Callable[..., AppTest]) -> None:
    app = page()
    text = next(each.value for each in app.markdown if "From which T both are met" in each.value)
    found = sweep_switches(PlaneConfig(), tuple(GOALS))
    for title, window in zip(("LtR", "FORML", "Meta-gDRO"), found.switch_ranges(), strict=True):
        assert window is not None
        assert (
            f"**{title}**: first at **T = {window.first}**; without a break from {window.longest[0]} " in text
        )
        assert f"in all at {window.met} of the {window.tried} values" in text
    assert found.both_met[:, 400].all()  # as the preset says
    assert found.distance[:, 400].max() < 0.02
    assert found.gap[:, 400].max() < 0.08
    alone = next(each.value for each in app.markdown if "shows no need for bargaining" in each.value)
    assert alone.startswith("**Meta-gDRO alone**")
    assert found.both_met[:, 0].all(-1).tolist() == [False, False, True]
    # What the other presets say, away from the lines between failing and not.
    assert found.distance[1, 0].min() > 10
    assert found.gap[1, 0].max() < 0.08
    assert found.distance[1, 100, [0, 2]].min() > 10
    assert found.distance[:, 1000].max() < 0.02
    assert found.gap[:, 1000][:, [0, 2, 3, 4]].min() > 1


def test_the_part_is_told_again_only_what_it_does_not_show(page: Callable[..., AppTest]) -> None:
    app = page()
    before = part(app)["sent"]
    app.session_state["switches_sent"] = {**app.session_state["switches_sent"], "shown": 250}
    app.session_state["T"] = 250
    app.button(key="preset_first-400").click().run()
    assert part(app)["sent"] == [400, before[1] + 1]


def test_text_beside_the_figures_is_short(page: Callable[..., AppTest]) -> None:
    app = page()
    beside = [each.value for each in app.markdown if each.value.startswith(("**On the", "**Over", "**When"))]
    assert len(beside) == 3
    assert len(app.get("latex") or [each for each in app.markdown if each.value.startswith("$$")]) >= 3
    for text in beside:
        assert text.replace("0.1", "").replace("0.001", "").count(".") - 1 <= 5, text
