"""What axe finds on every page and in its main states, text at 200 %, the keyboard's place, and less motion."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Visitor, wait_until

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
RUN = """async () => (await axe.run(document, { resultTypes: ["violations"] })).violations
  .filter((one) => ["serious", "critical"].includes(one.impact) || one.id === "heading-order")
  .map((one) => [one.id, ...one.nodes.slice(0, 3).map((node) => `${node.html.slice(0, 160)} ${node.failureSummary}`)])"""
THEMES = pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
STATES = {
    "start": "/",
    "last stop": "/?tour=8",
    "no agreement": "/Conflict_geometry?tour=2&preset=no-agreement",
    "presented": "/Conflict_geometry?tour=3&preset=one-shouts&present=true",
    "guaranteed steps": "/Loss_plane?preset=beyond",
    "schedules": "/Schedules?tour=6&preset=first-400",
    "train": "/Train",
    "own table": "/Train?from=Your+own+CSV",
    "compare": "/Compare",
    "refused words": "/Loss_plane?preset=nothing",
}
"""Addresses of pages in the states that differ most."""


def findings(page: Page) -> list[list[str]]:
    """What is serious or worse, or a heading out of order, with the places."""
    page.evaluate(AXE)
    found: list[list[str]] = page.evaluate(RUN)
    return found


PAPER = "getComputedStyle(document.documentElement).getPropertyValue('--paper')"
"""The background of the theme that the server has drawn the page for."""


def in_both_themes(visitor: Visitor) -> Iterator[str]:
    """The page as it stands, and in the other theme once everything follows it."""
    page = visitor.page
    was_dark = page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches")
    yield "dark" if was_dark else "light"
    before = page.evaluate(PAPER)
    page.emulate_media(color_scheme="light" if was_dark else "dark")
    wait_until(page, f"() => {PAPER} !== {json.dumps(before)}")
    visitor.settle()
    yield "light" if was_dark else "dark"


@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing_serious(server: str, visit: Callable[..., Visitor], state: str) -> None:
    visitor = visit()
    page = visitor.open(server + STATES[state])
    for theme in in_both_themes(visitor):
        assert findings(page) == [], theme


def test_axe_finds_nothing_serious_in_a_run_and_its_answer(
    server: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Train?tour=7&setting=Titanic+passengers,+by+sex&epochs=2&seeds=1")
    page.get_by_role("button", name="Train 8 models").click()
    expect(page.get_by_role("heading", name="Result: ")).to_be_visible()
    page.get_by_role("button", name="See the answer").click()
    expect(page.locator(".hands .says")).to_be_visible()
    for tab in ("Over the epochs", "Against its twin", "Group by group", "The game"):
        page.get_by_role("tab", name=tab).click()
        visitor.settle()
        for theme in in_both_themes(visitor):
            assert findings(page) == [], f"{tab}, {theme}"


CUT = """() => [...document.querySelectorAll(".katex-display")].map((one) => [one.scrollWidth, one.clientWidth, one.textContent])
  .filter(([needs, has]) => has > FOLDED && needs > has + SLACK).map((one) => one[2])""".replace(
    "FOLDED",
    "40",  # a sidebar that is folded away holds formulas that nobody sees
).replace(
    "SLACK",
    "3",  # the drawing reaches past its own box at any size
)


def whole(page: Page) -> None:
    """No formula is wider than its place, as soon as the page has come to rest."""
    page.locator(".katex-display").first.wait_for()
    wait_until(page, f"() => ({CUT})().length === 0")


@pytest.mark.parametrize("path", ["/Conflict_geometry?tour=3&preset=one-shouts", "/Schedules?tour=6"])
@pytest.mark.parametrize("width", [390, 640, 1280])
def test_no_formula_is_cut_at_twice_the_text(
    server: str, visit: Callable[..., Visitor], path: str, width: int
) -> None:
    page = visit(width=width).open(server + path)
    whole(page)
    page.add_style_tag(content="html:root { font-size: 32px !important; }")
    whole(page)


@THEMES
def test_the_sidebar_shows_where_the_keyboard_is(
    server: str, visit: Callable[..., Visitor], dark: bool
) -> None:
    visitor = visit(dark=dark)
    page = visitor.open(f"{server}/Conflict_geometry")
    links = page.get_by_test_id("stSidebar").get_by_role("link")
    links.first.focus()
    for link in links.all()[1:]:
        page.keyboard.press("Tab")
        expect(link).to_be_focused()
        expect(link).to_have_css("outline-style", "solid")
        expect(link).to_have_css("outline-width", "2px")


def test_play_steps_where_less_motion_is_wanted(browser: Browser, server: str) -> None:
    context = browser.new_context(reduced_motion="reduce")
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visitor(context.new_page())
    page = visitor.open(f"{server}/Loss_plane?steps=100&methods=Nash&methods=Mean")
    page.evaluate(
        """() => {
          const host = [...document.querySelectorAll("*")].find((one) => one.shadowRoot?.querySelector(".player"));
          const shown = (host?.shadowRoot ?? document).querySelector(".player output");
          window.pictures = new Set();
          new MutationObserver(() => window.pictures.add(shown.textContent))
            .observe(shown, { childList: true, characterData: true, subtree: true });
        }"""
    )
    page.get_by_role("button", name="Play", exact=True).click()
    expect(page.locator(".player output")).to_have_text("Step 100 of 100")
    assert 2 <= page.evaluate("window.pictures.size") <= 8, "a picture a second, not one a frame"
    context.close()
