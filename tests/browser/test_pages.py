"""What readers do on the pages: turn knobs, share addresses, play."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_an_unknown_preset_is_told_and_the_page_works(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Loss_plane?preset=<b>nothing</b>")
    expect(page.get_by_test_id("stAlert")).to_contain_text("Found '<b>nothing</b>'")
    visitor.drawn(2)


def test_runs_play_in_the_browser_and_a_click_adds_a_start(
    server: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    page = visitor.open(server + "/Loss_plane")
    visitor.drawn(2)
    step = page.locator(".player output")
    expect(step).to_have_text("Step 0 of 1000")
    page.get_by_role("button", name="One step on").click()
    expect(step).not_to_have_text("Step 0 of 1000")
    page.get_by_role("button", name="Play", exact=True).click()
    expect(step).to_have_text("Step 1000 of 1000")
    page.locator("canvas.theta").click(position={"x": 200, "y": 120})
    expect(page).to_have_url(re.compile("own="))
    expect(page.get_by_role("option", name="start 6")).to_have_count(1)
    visitor.settle()


def test_below_a_figure_are_its_numbers_and_files(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + "/Loss_plane")
    visitor.drawn(2)
    below = page.get_by_test_id("stExpander").filter(has_text="Numbers, downloads").first
    visitor.unfold(below.get_by_text("Numbers, downloads and the command line"))
    expect(below.get_by_test_id("stDataFrame")).to_have_count(1)
    with page.expect_download() as download:
        below.get_by_role("button", name="Data (CSV)").click()
    assert len(download.value.path().read_text(encoding="utf-8").splitlines()) > 2
    with page.expect_download() as download:
        below.get_by_role("button", name="Figure (interactive HTML)").click()
    assert "Plotly.newPlot" in download.value.path().read_text(encoding="utf-8")
    visitor.settle()


def test_figures_follow_a_switched_theme(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server + "/Loss_plane")
    visitor.drawn(2)
    title = page.locator(".js-plotly-plot .gtitle").first
    expect(title).to_have_css("fill", "rgb(34, 37, 43)")
    page.get_by_test_id("stMainMenu").click()
    page.locator("[role=radio], label, button").filter(has_text=re.compile("Dark$")).first.click()
    expect(title).to_have_css("fill", "rgb(233, 230, 222)")
    visitor.settle()


@pytest.mark.parametrize("path", ["/Conflict_geometry", "/Loss_plane", "/Schedules"])
def test_no_page_hangs_over_the_edge_of_a_phone(
    server: str, visit: Callable[..., Visitor], path: str
) -> None:
    page = visit(width=393).open(server + path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 393
