"""The loss plane in a real browser: the player's address, level lines, three groups, maps."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser

SHORT = "steps=100&methods=Nash&methods=Mean"


def step(page: Page, text: str) -> None:
    """The player stands at this step."""
    expect(page.locator(".player output")).to_have_text(text)


def test_the_player_is_in_the_address_and_stays_there(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Loss_plane?{SHORT}")
    visitor.drawn(2)
    for _ in range(3):
        page.get_by_role("button", name="One step on").click()
    step(page, "Step 3 of 100")
    page.get_by_label("Method whose forces are shown").select_option("mean")
    page.get_by_label("Start whose forces are shown").select_option("2")
    expect(page).to_have_url(re.compile("moment=3&forces=mean&from=2"))
    page.get_by_text("Show how well the steps are aligned").click()
    visitor.drawn(3)
    expect(page).to_have_url(re.compile("align=true"))
    again = visit()
    page = again.open(page.url)
    step(page, "Step 3 of 100")
    expect(page.get_by_label("Method whose forces are shown")).to_have_value("mean")
    expect(page.get_by_label("Start whose forces are shown")).to_have_value("2")
    again.drawn(3)
    again.settle()


def test_knife_edges_are_told_later_and_nothing_drawn_moves(
    server: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(height=800)
    page = visitor.open(
        f"{server}/Loss_plane?steps=1000&methods=CAGrad&methods=Nash&problem=Two+groups,+as+printed"
    )
    plane, play = page.locator("canvas.losses"), page.get_by_role("button", name="Play", exact=True)
    expect(plane).to_be_visible()
    box = play.bounding_box()
    assert box is not None
    assert box["y"] + box["height"] < 800  # in view without scrolling
    plane.evaluate("node => { node.dataset.same = 'yes'; }")
    edges = page.locator(".st-key-edges")
    expect(edges).to_contain_text("CAGrad, start 3", timeout=120_000)
    expect(edges).to_contain_text("of 33 nudged copies fail")
    assert plane.get_attribute("data-same") == "yes"
    assert play.bounding_box() == box
    visitor.settle()


def test_what_is_old_fades_without_a_film(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Loss_plane?{SHORT}")
    visitor.drawn(2)
    fading = page.locator('[data-testid="stElementContainer"]').first.evaluate(
        "node => { node.dataset.stale = 'true'; return getComputedStyle(node).transitionDuration; }"
    )
    assert fading == "0s"  # a transition would draw the page sixty times a second while the runs are computed


def test_one_panel_a_method(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Loss_plane?{SHORT}")
    visitor.drawn(2)
    page.get_by_text("One panel a method").click()
    expect(page.get_by_role("figure", name=re.compile("A panel for each of 2 methods"))).to_be_visible()
    expect(page).to_have_url(re.compile("panels=true"))
    visitor.settle()


@pytest.mark.parametrize("dark", [False, True])
def test_three_groups_are_drawn_in_space_and_played(
    server: str, visit: Callable[..., Visitor], dark: bool
) -> None:
    visitor = visit(dark=dark)
    page = visitor.open(f"{server}/Loss_plane?{SHORT}&problem=Three+groups")
    visitor.drawn(2)
    expect(page.get_by_role("figure", name=re.compile("space of three losses"))).to_be_visible()
    page.get_by_role("button", name="Play", exact=True).click()
    step(page, "Step 100 of 100")
    expect(page.locator(".reading")).to_contain_text("L3")
    visitor.settle()


def test_level_lines_lie_under_the_parameter_plane(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Loss_plane?{SHORT}&problem=Two+convex+bowls&forces=none")
    visitor.drawn(2)
    step(page, "Step 0 of 100")
    inked = """name => {
        const canvas = document.querySelector(`[data-testid=stApp] canvas.${name}`) ?? deep(document, `canvas.${name}`);
        function deep(root, selector) {
            for (const node of root.querySelectorAll('*')) {
                const found = node.shadowRoot?.querySelector(selector) ?? (node.shadowRoot && deep(node.shadowRoot, selector));
                if (found) return found;
            }
        }
        const dots = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
        let count = 0;
        for (let i = 3; i < dots.length; i += 4) count += dots[i] > 40;
        return count / (dots.length / 4);
    }"""
    assert page.evaluate(inked, "theta") > 1.5 * page.evaluate(inked, "losses")
    visitor.settle()


def test_a_map_is_drawn_for_an_address_and_a_typed_method(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Loss_plane?{SHORT}&maps=true&side=21&map1=ltr-cagrad:0.3@every_nth:4")
    visitor.drawn(4)
    expect(page.get_by_test_id("stMetric").first).to_contain_text("LtR + CAGrad (c = 0.3), one in 4")
    expect(page.get_by_test_id("stMetricValue").first).to_contain_text("%")
    visitor.settle()
