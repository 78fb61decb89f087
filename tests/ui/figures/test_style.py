"""The visual language: enough contrast, nothing told by colour alone."""

from __future__ import annotations

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from ui.figures.style import GOALS, INKS, RULES, SCHEDULES, Theme

CONFIG = tomllib.loads((Path(__file__).parents[3] / ".streamlit/config.toml").read_text(encoding="utf-8"))
THEMES: tuple[Theme, ...] = ("light", "dark")
TABLES = {"rules": RULES, "goals": GOALS, "schedules": SCHEDULES}


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
