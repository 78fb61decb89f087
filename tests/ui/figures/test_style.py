"""The visual language: enough contrast, nothing told by colour alone, a look for every registered name."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from nashcore.bargaining import RULES as ENGINE_RULES
from nashcore.methods.goals import GOALS
from ui.figures.style import INKS, METHODS, RULES, SCHEDULES, Look, Theme, look

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit/config.toml").read_text(encoding="utf-8"))
THEMES: tuple[Theme, ...] = ("light", "dark")
TABLES = {"rules": RULES, "methods": METHODS, "schedules": SCHEDULES}


def luminance(colour: str) -> float:
    """WCAG relative luminance of #RRGGBB."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(a: str, b: str) -> float:
    """WCAG contrast ratio."""
    low, high = sorted((luminance(a), luminance(b)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_that_of_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("table", TABLES)
def test_every_colour_stands_out_from_the_page(table: str, theme: Theme) -> None:
    paper = CONFIG["theme"][theme]["backgroundColor"]
    for name, style in TABLES[table].items():
        assert contrast(style.colour(theme), paper) >= 3, name


@pytest.mark.parametrize("theme", THEMES)
def test_text_is_easy_to_read(theme: Theme) -> None:
    page = CONFIG["theme"][theme]
    assert contrast(page["textColor"], page["backgroundColor"]) >= 7
    assert contrast(page["textColor"], page["secondaryBackgroundColor"]) >= 7
    assert contrast(page["linkColor"], page["backgroundColor"]) >= 4.5
    assert contrast(INKS[theme].soft, page["backgroundColor"]) >= 4.5
    assert contrast(INKS[theme].failed, page["backgroundColor"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
def test_figures_know_the_page_they_stand_on(theme: Theme) -> None:
    assert INKS[theme].paper == CONFIG["theme"][theme]["backgroundColor"]
    assert INKS[theme].text == CONFIG["theme"][theme]["textColor"]


@pytest.mark.parametrize("table", TABLES)
def test_no_two_names_share_dash_and_marker(table: str) -> None:
    for (a, first), (b, second) in combinations(TABLES[table].items(), 2):
        assert (first.dash, first.marker) != (second.dash, second.marker), (a, b)


def test_every_rule_of_the_engine_has_its_look() -> None:
    assert set(RULES) == set(ENGINE_RULES)


def test_every_goal_has_its_look_alone_and_after_bargaining() -> None:
    for goal in GOALS:
        assert METHODS[goal].light == METHODS[f"nash_{goal}"].light
        assert METHODS[goal].marker != METHODS[f"nash_{goal}"].marker


def test_a_run_of_the_plane_has_its_goals_colour_and_its_schedules_dash() -> None:
    found = look("forml-nash@two_stage:100")
    assert (found.light, found.marker) == (METHODS["forml"].light, METHODS["nash_forml"].marker)
    assert found.dash == SCHEDULES["two_stage"].dash
    assert found.title == "FORML + Nash, first 100"
    assert look("forml-nash").dash == SCHEDULES["continuous"].dash
    assert look("ltr-cagrad:0.4@every_nth:3").dash == SCHEDULES["every_nth"].dash
    assert look("ltr-loss_gm:-1@bargain_last:7").title == "LtR + GM (losses) −1, from 7"
    assert look("forml-nash@one_stage").dash == SCHEDULES["one_stage"].dash


def test_an_arm_of_a_sweep_looks_like_its_method() -> None:
    assert look("nash_ltr@14").light == METHODS["nash_ltr"].light


def test_a_rule_with_a_number_keeps_the_rules_look() -> None:
    assert look("loss_gm:-1").light == RULES["loss_gm"].light


def test_an_unknown_name_gets_a_look_too() -> None:
    assert isinstance(look("something else"), Look)
