"""The schedules page in a browser: the slider selects among what the engine has run, and draws it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from synthetic.config import PlaneConfig
from synthetic.two_stage_sweep import sweep_switches
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

INSIDE = """() => {
  const host = [...document.querySelectorAll("*")].find((e) => e.shadowRoot?.querySelector(".slide"));
  const lab = host.shadowRoot.lab ?? [...host.shadowRoot.children].map((e) => e.lab).find(Boolean);
  const { plane } = lab.boxes;
  const [[x0, x1], [y0, y1]] = lab.data.loss_range;
  const back = (px, py) => [x0 + ((px - plane.x) / plane.width) * (x1 - x0), y1 - ((py - plane.y) / plane.height) * (y1 - y0)];
  const numbers = (text) => text.match(/-?[0-9.]+/g).map(Number);
  return {
    T: lab.T,
    runs: lab.runs.map((run) => ({
      g: run.g, s: run.s,
      end: back(...numbers(run.mark.getAttribute("transform"))),
      from: back(...numbers(run.path.getAttribute("d")).slice(0, 2)),
      ring: run.ring.getAttribute("display") === "inline",
      square: run.square.getAttribute("display") === "inline",
    })),
    shared: lab.shared.map(({ path }) => path.getAttribute("d").split("L").length),
  };
}"""


def drawn(page: Page) -> Any:
    """What the picture shows, in the coordinates of the loss plane."""
    expect(page.locator(".drawing circle").first).to_be_attached()
    return page.evaluate(INSIDE)


@pytest.fixture
def slider(server: str, visit: Callable[..., Visitor]) -> Callable[..., tuple[Visitor, Page]]:
    def opened(address: str = "", **options: Any) -> tuple[Visitor, Page]:
        visitor = visit(**options)
        page = visitor.open(f"{server}/Schedules{address}")
        expect(page.locator(".drawing circle").first).to_be_attached()
        return visitor, page

    return opened


def test_every_t_that_is_drawn_is_the_engines(slider: Callable[..., tuple[Visitor, Page]]) -> None:
    visitor, page = slider("?T=99")
    found = sweep_switches(PlaneConfig())
    page.get_by_role("slider", name="Bargaining steps T").press("ArrowRight")
    for T in (100, 437, 0, 1000):
        if T != 100:
            page.get_by_role("spinbutton", name="Bargaining steps T, as a number").fill(str(T))
        shown = drawn(page)
        assert shown["T"] == T
        assert len(shown["runs"]) == 15
        assert set(shown["shared"]) == {T + 1}
        for run in shown["runs"]:
            g, s = run["g"], run["s"]
            np.testing.assert_allclose(run["end"], found.losses[g, T, s], atol=0.02)
            np.testing.assert_allclose(run["from"], found.bargaining[T, g, s], atol=0.02)
            assert run["ring"] == bool(found.distance[g, T, s] > 0.1)
            assert run["square"] == bool(found.gap[g, T, s] > 0.1)
    visitor.settle()


def test_the_slider_is_in_the_address_and_presets_move_it(
    slider: Callable[..., tuple[Visitor, Page]],
) -> None:
    visitor, page = slider("?T=300")
    slide = page.get_by_role("slider", name="Bargaining steps T")
    expect(slide).to_have_value("300")
    slide.press("ArrowLeft")
    expect(page).to_have_url(re.compile(r"T=299"))
    page.get_by_role("button", name="First 400 steps").click()
    expect(slide).to_have_value("400")
    expect(page).to_have_url(re.compile(r"T=400"))
    slide.press("End")
    expect(page).to_have_url(re.compile(r"T=1000"))
    expect(page.locator(".lab tbody tr").nth(1)).to_contain_text("5 of 5")
    visitor.settle()


def test_a_click_in_the_curves_chooses_that_t(slider: Callable[..., tuple[Visitor, Page]]) -> None:
    visitor, page = slider()
    target = page.locator(".drawing .pick").first
    target.scroll_into_view_if_needed()
    box = target.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert abs(drawn(page)["T"] - 500) <= 3
    visitor.settle()


def test_fewer_goals_and_another_rule_are_drawn(slider: Callable[..., tuple[Visitor, Page]]) -> None:
    visitor, page = slider("?goals=FORML&rule=Mean")
    expect(page.locator(".lab tbody tr")).to_have_count(1)
    assert {run["g"] for run in drawn(page)["runs"]} == {1}
    page.get_by_test_id("stButtonGroup").get_by_text("LtR").click()
    expect(page.locator(".lab tbody tr")).to_have_count(2)
    visitor.settle()


@pytest.mark.parametrize("kind", ["SVG", "PNG"])
def test_the_picture_can_be_taken_away(slider: Callable[..., tuple[Visitor, Page]], kind: str) -> None:
    _, page = slider("?T=350")
    with page.expect_download() as download:
        page.get_by_role("button", name=kind, exact=True).click()
    assert download.value.suggested_filename == f"schedules-T350.{kind.lower()}"
    content = download.value.path().read_bytes()
    assert content.startswith(b"<svg" if kind == "SVG" else b"\x89PNG")
    assert len(content) > 20_000


def test_numbers_and_the_figure_are_below(slider: Callable[..., tuple[Visitor, Page]]) -> None:
    visitor, page = slider("?T=350&goals=FORML")
    visitor.unfold(page.get_by_text("Numbers, downloads and the command line").first)
    expect(page.get_by_test_id("stCode")).to_contain_text("forml-nash@two_stage:350")
    with page.expect_download() as download:
        page.get_by_role("button", name="Data (CSV)").click()
    lines = download.value.path().read_text(encoding="utf-8").splitlines()
    assert lines[0] == "goal,switch,start,distance,gap,both_met"
    assert len(lines) == 1 + 1001 * 5
    with page.expect_download() as download:
        page.get_by_role("button", name="Figure (interactive HTML)").click()
    assert "bargaining for the first 350 steps" in download.value.path().read_text(encoding="utf-8")
    visitor.settle()


@pytest.mark.parametrize("options", [{"width": 393}, {"dark": True}], ids=str)
def test_a_phone_and_a_dark_page_draw_all(
    slider: Callable[..., tuple[Visitor, Page]], options: dict[str, Any]
) -> None:
    visitor, page = slider(**options)
    assert len(drawn(page)["runs"]) == 15
    assert page.evaluate("document.documentElement.scrollWidth") <= options.get("width", 1280)
    visitor.settle()
