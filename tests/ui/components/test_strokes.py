"""Dashes as the browser writes them."""

from __future__ import annotations

from ui.components.strokes import canvas_dash, stroke, svg_dash
from ui.figures.style import RULES
from ui.shell.styles import rule_style


def test_dashes_as_svg_and_as_a_canvas_wants_them() -> None:
    assert (svg_dash("solid"), canvas_dash("solid")) == ("none", [])
    assert (svg_dash("6px,3px"), canvas_dash("6px,3px")) == ("6,3", [6.0, 3.0])


def test_a_stroke_is_the_name_as_the_theme_draws_it() -> None:
    assert stroke(rule_style("gm"), "dark") == {
        "title": "GM (utilities)",
        "colour": RULES["gm"].dark,
        "dash": "10,4",
        "width": 2.0,
        "marker": "diamond",
    }
