"""The loss plane as visitors with all kinds of addresses find it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ui.shell.pages import PLANE

SMALL = {"methods": ["Nash", "Mean"], "steps": "50"}


def figures(app: AppTest) -> list[str]:
    """The titles of the figures on the page."""
    charts = [json.loads(chart.proto.spec) for chart in app.get("plotly_chart")]
    return [chart["layout"]["title"]["text"] for chart in charts]


def test_three_groups_are_drawn_in_space(opened: Callable[..., AppTest]) -> None:
    app = opened(PLANE.path, problem="Three groups", **SMALL)
    assert not app.exception
    assert not app.error
    assert figures(app) == ["Loss space: nearer to the corner is better", "Parameter plane: the same runs"]


def test_an_address_shows_maps_and_alignment_without_a_click(opened: Callable[..., AppTest]) -> None:
    app = opened(
        PLANE.path,
        maps="true",
        side="21",
        map2="forml-pcgrad@every_nth:5",
        align="true",
        aligned="Mean",
        off="true",
        **SMALL,
    )
    assert not app.exception
    assert not app.error
    assert not app.warning
    assert figures(app)[2:] == [
        "Alignment along the runs: Mean",
        "Final distance: Nash",
        "Final distance: FORML + PCGrad, one in 5",
    ]
    assert [metric.label for metric in app.metric] == [
        "Nash fails from",
        "FORML + PCGrad, one in 5 fails from",
    ]


def test_maps_follow_the_settings_above(opened: Callable[..., AppTest]) -> None:
    app = opened(PLANE.path, maps="true", side="21", map2="FORML", **SMALL)
    before = [metric.value for metric in app.metric]
    app.slider(key="steps").set_value(800).run()
    assert not app.exception
    assert [metric.value for metric in app.metric] != before


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ({"steps": "1000000000"}, "steps\\=1000000000"),
        ({"lr": "0"}, "lr\\=0"),
        ({"lr": "-1", "seed": "1e9"}, "seed\\=1e9, lr\\=\\-1"),
        ({"problem": "moon"}, "problem\\=moon"),
        ({"moment": "never"}, "moment\\=never"),
        ({"scale": "<b>"}, "scale\\=\\<b\\>"),
    ],
)
def test_words_that_cannot_be_used_are_told_once_and_the_page_works(
    opened: Callable[..., AppTest], query: dict[str, str], sentence: str
) -> None:
    app = opened(PLANE.path, **(SMALL | query))
    assert not app.exception
    assert not app.error
    found = app.warning[0].value.replace("\\,", ",").replace("\\ ", " ")
    assert sentence in found, found
    assert len(app.warning) == 1
    assert len(figures(app)) == 2


@pytest.mark.parametrize(
    "query",
    [
        {"steps": "100", "lr": "0.1", "scale": "0.1", "seed": "7", "drawn": "3", "optimizer": "sgd"},
        {"starts": ["1: (−8.5, 7.5)"], "own": "1, 2; 3, 4", "unfair": "true", "steps": "50"},
        {"starts": ["5", "(0, 0)"]},
        {"methods": "gm"},
        {"methods": "nash,loss_gm,forml-nash@two_stage:100", "problem": "printed", "map1": "mgda"},
        {"methods": ["Nash", "cagrad:0.3"], "moment": "20", "from": "2", "speed": "0.5", "forces": "nash"},
    ],
)
def test_good_addresses_are_taken_without_a_word(
    opened: Callable[..., AppTest], query: dict[str, str | list[str]]
) -> None:
    app = opened(PLANE.path, **({"steps": "50"} | query))
    assert not app.exception
    assert not app.error
    assert not app.warning
    for key in ("steps", "lr", "scale", "seed", "drawn"):
        if key in query:
            assert float(app.session_state[key]) == float(query[key])  # type: ignore[arg-type]
    if "starts" in query:
        assert app.session_state["starts"] == ([0] if len(query["starts"]) == 1 else [4, 1])


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ({"own": "nan, nan"}, "Each starting point should be 2 numbers between"),
        ({"own": "here"}, "Starting points should be written as x, y; x, y"),
        ({"methods": "magic"}, "Found 'magic'"),
        ({"optimizer": "guaranteed"}, "Lipschitz"),
    ],
)
def test_settings_that_cannot_be_run_give_one_sentence_and_keep_the_controls(
    opened: Callable[..., AppTest], query: dict[str, str], says: str
) -> None:
    app = opened(PLANE.path, **(SMALL | query))
    assert not app.exception
    assert len(app.error) == 1
    assert says in app.error[0].value.replace("\\", "")
    assert app.slider(key="steps").value == 50


def test_a_composed_method_joins_the_runs(opened: Callable[..., AppTest]) -> None:
    app = opened(PLANE.path, **SMALL)
    app.selectbox(key="compose_goal").set_value("forml").run()
    next(button for button in app.button if button.label == "Add to the runs").click().run()
    assert not app.exception
    assert not app.error
    assert app.session_state["methods"] == ["nash", "mean", "forml-nash@two_stage:100"]


def test_guaranteed_steps_say_how_often_everybody_gained(opened: Callable[..., AppTest]) -> None:
    app = opened(PLANE.path, preset="convex")
    shares = next(text.value for text in app.markdown if "every group gained" in text.value)
    assert "Nash 100.0%" in shares
    beyond = opened(PLANE.path, preset="beyond")
    shares = next(text.value for text in beyond.markdown if "every group gained" in text.value)
    assert "Nash 100.0%" not in shares


def test_the_camera_saves_what_was_chosen_even_when_the_box_is_closed_again(
    opened: Callable[..., AppTest],
) -> None:
    def kinds(app: AppTest) -> dict[str, str]:
        options = [
            json.loads(chart.proto.config)["toImageButtonOptions"] for chart in app.get("plotly_chart")
        ]
        return {each["filename"]: each["format"] for each in options}

    app = opened(PLANE.path, **SMALL)
    assert kinds(app) == {"loss-plane": "svg", "parameter-plane": "svg"}
    app.session_state["loss-plane_box"] = True
    app.run()
    app.session_state["loss-plane_camera"] = "PNG"
    app.run()
    assert kinds(app) == {"loss-plane": "png", "parameter-plane": "svg"}
    app.session_state["loss-plane_box"] = False
    app.run().run()
    assert kinds(app) == {"loss-plane": "png", "parameter-plane": "svg"}
    assert not app.exception


def test_an_address_of_an_earlier_version_brings_its_methods_back(opened: Callable[..., AppTest]) -> None:
    app = opened(PLANE.path, methods=["LtR + Nash, first 100", "nash@first5", "GM (losses)"], steps="50")
    assert not app.exception
    assert not app.warning
    assert any("LtR + Nash, T = 100" in line.value for line in app.markdown)


def test_an_address_that_would_run_for_hours_is_refused_at_once(opened: Callable[..., AppTest]) -> None:
    app = opened(
        PLANE.path,
        methods=[f"ltr-nash@two_stage:{number}" for number in range(1, 41)],
        own="; ".join(f"{place % 20 - 10}, {place // 20 - 10}" for place in range(475)),
        steps="3000",
    )
    assert not app.exception
    (error,) = app.error
    said = error.value.replace("\\", "")
    assert "(40 methods × 480 starts × 33 copies × 3,000 steps): take fewer methods, starts or steps." in said
    app.session_state["methods"] = ["nash"]
    app.session_state["own"] = ""
    app.slider(key="steps").set_value(50).run()
    assert not app.error


def test_a_map_that_would_take_too_long_is_refused_and_the_runs_stand(opened: Callable[..., AppTest]) -> None:
    app = opened(PLANE.path, **SMALL | {"steps": "3000"}, maps="true", side="201", map1="UPGrad")
    assert not app.exception
    (error,) = app.error
    assert "40,401 starts" in error.value.replace("\\", "")
    assert len(figures(app)) == 2
