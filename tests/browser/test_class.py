"""A lesson as it is given: presented, with raised hands, printed, and in a frame of another page."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Visitor, wait_until
from tests.server import serving
from ui.shell.stops import STOPS

pytestmark = pytest.mark.browser

DOCS = Path(__file__).parents[2] / "docs"
LOUD = "/Conflict_geometry?tour=3&preset=one-shouts"


def stands(page: Page, number: int) -> None:
    """The stop with this number stands on the page."""
    expect(page.locator(".st-key-tour")).to_contain_text(f"stop {number} of {len(STOPS)}: ")


def test_arrow_keys_walk_a_presentation_and_escape_leaves_it(
    server: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(width=1920, height=1080)
    page = visitor.open(server + LOUD)
    sidebar = page.get_by_test_id("stSidebar")
    small = page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)")
    expect(sidebar).to_be_visible()
    page.get_by_role("button", name="Present", exact=True).click()
    expect(page).to_have_url(re.compile("present=true"))
    expect(sidebar).to_be_hidden()
    assert page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") > 1.2 * small
    panel, lab = page.locator(".st-key-panel").bounding_box(), page.locator(".lab").bounding_box()
    assert panel is not None
    assert lab is not None
    assert panel["x"] + panel["width"] == pytest.approx(1920, abs=20)
    assert lab["x"] < 60
    assert lab["x"] + lab["width"] < panel["x"], "the text stands beside the figure"
    assert panel["x"] - lab["x"] - lab["width"] < 80, "the figure takes the width"
    page.get_by_role("slider", name="Number of groups").press("ArrowRight")
    expect(page).to_have_url(re.compile("groups=4"))
    stands(page, 3)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("ArrowLeft")
    stands(page, 2)
    expect(page).to_have_url(re.compile("present=true"))
    visitor.settle()
    page.keyboard.press("ArrowRight")
    stands(page, 3)
    visitor.settle()
    page.keyboard.press("Escape")
    expect(sidebar).to_be_visible()
    expect(page).not_to_have_url(re.compile("present="))
    stands(page, 3)
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("ArrowRight")
    visitor.settle()
    stands(page, 3)


def test_a_presentation_begins_and_ends_the_tour(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit(width=1280, height=800)
    page = visitor.open(f"{server}/?present=true")
    wait_until(page, "Boolean(document.nashBargainingKeys)")
    page.keyboard.press("ArrowRight")
    stands(page, 1)
    expect(page).to_have_url(re.compile("present=true"))
    page.goto(f"{server}/?tour={len(STOPS)}&present=true")
    stands(page, len(STOPS))
    page.get_by_role("link", name="Finish the tour").click()
    expect(page.locator(".st-key-tour")).to_have_count(0)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    visitor.settle()


def test_hands_are_counted_in_the_browser_and_the_answer_is_computed(
    server: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit()
    page = visitor.open(server + LOUD)
    hands = page.locator(".hands")
    counts = hands.locator(".count")
    expect(hands.locator(".says")).to_be_hidden()
    for name, times in (("Not at all", 3), ("By more than", 2)):
        for _ in range(times):
            hands.get_by_role("button", name=re.compile(f"One hand more: {name}")).click()
    hands.get_by_role("button", name=re.compile("One hand less: By more than")).click()
    expect(counts).to_have_text(["3", "0", "0", "1"])
    again = visit()
    expect(again.open(server + LOUD).locator(".hands .count")).to_have_text(["3", "0", "0", "1"])
    hands.get_by_role("button", name="See the answer").click()
    expect(hands.locator(".says")).to_contain_text("The Nash direction turns by 0.0°")
    expect(hands.locator(".says")).to_contain_text("Foreseen by 3 of 4.")
    expect(hands.locator(".option.right")).to_contain_text("Not at all")
    expect(page.get_by_role("slider", name="Group 1: length")).to_have_attribute("aria-valuetext", "1")
    hands.get_by_role("button", name="Hide the answer").click()
    expect(hands.locator(".says")).to_be_hidden()
    hands.get_by_role("button", name="Reset the hands").click()
    expect(counts).to_have_text(["0", "0", "0", "0"])
    visitor.settle()


@pytest.mark.parametrize("kept", ["{", "[1]", '["x", -3, 2.5, 1e99]', "null"])
def test_what_else_lies_in_the_browsers_storage_counts_nothing(
    server: str, visit: Callable[..., Visitor], kept: str
) -> None:
    visitor = visit()
    visitor.page.add_init_script(f"localStorage.setItem('nash-bargaining-lab hands Bargaining', {kept!r})")
    page = visitor.open(server + LOUD)
    expect(page.locator(".hands .count")).to_have_text(["0", "0", "0", "0"])
    visitor.settle()


def test_a_handout_is_white_whole_and_without_a_sidebar(browser: Browser, server: str) -> None:
    context = browser.new_context(color_scheme="dark")
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script("window.print = () => { window.printed = (window.printed ?? 0) + 1; };")
    context.add_init_script("window.close = () => { window.left = true; };")
    visitor = Visitor(context.new_page())
    page = visitor.open(f"{server}/Loss_plane?tour=4&preset=rules")
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Print handout").click()
    sheet = Visitor(opened.value)
    paper = sheet.page
    wait_until(paper, "window.printed === 1")
    sheet.drawn(2)
    paper.emulate_media(media="print", color_scheme="dark")
    for hidden in ("stSidebar", "stHeader"):
        expect(paper.get_by_test_id(hidden).and_(paper.locator(":visible"))).to_have_count(0)
    for name in ("Present", "Print handout", "Play"):
        expect(paper.get_by_role("button", name=name, exact=True)).to_have_count(0)
    expect(paper.get_by_test_id("stApp")).to_have_css("background-color", "rgb(255, 255, 255)")
    expect(paper.locator(".stPlotlyChart").first).to_have_css("filter", "none")
    handout = paper.locator(".st-key-handout")
    for text in (STOPS[3].title, STOPS[3].question, "☐ One or two", "tour=4"):
        expect(handout).to_contain_text(text)
    wait_until(
        paper,
        "() => [...document.querySelectorAll('.katex-display')].every((one) => one.scrollWidth <= one.clientWidth + 3)",
    )
    wait_until(
        paper,
        """() => {
          const column = document.querySelector("[data-testid=stMainBlockContainer]").clientWidth;
          const widths = [...document.querySelectorAll(".js-plotly-plot")].map((one) => one.clientWidth);
          return widths.length === 2 && widths.every((width) => width > 650 && width <= column + 8);
        }""",
    )
    assert paper.pdf(prefer_css_page_size=True, print_background=True).startswith(b"%PDF")
    wait_until(paper, "window.left")
    context.close()


@pytest.mark.parametrize("path", ["/Schedules", "/Conflict_geometry?preset=conflict"])
def test_the_dark_theme_is_printed_dark_on_white_and_whole(
    server: str, visit: Callable[..., Visitor], path: str
) -> None:
    visitor = visit(width=1400, dark=True)
    page = visitor.open(server + path)
    visitor.settle()
    page.emulate_media(media="print", color_scheme="dark")
    for figure in page.locator(".js-plotly-plot, svg.drawing").all():
        with Image.open(io.BytesIO(figure.screenshot())) as picture:
            shades = np.asarray(picture.convert("L"))
        assert np.median(shades) > 250
        assert shades.min() < 80
    page.emulate_media(media="screen", color_scheme="dark")
    visitor.settle()
    sheet = (210 - 2 * 13) / 25.4 * 96
    widths = page.evaluate(
        """() => {
          window.dispatchEvent(new Event("beforeprint"));
          return [...document.querySelectorAll(".js-plotly-plot")].map((one) => one.getBoundingClientRect().width);
        }"""
    )
    assert all(width <= sheet for width in widths)
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("[style*='zoom']").count() == 0


@pytest.fixture
def course(tmp_path: Path) -> Iterator[str]:
    """The address of a page of somebody else that holds the frame which docs/embedding.md shows."""
    snippet = re.findall(r"```html\n(.*?)```", (DOCS / "embedding.md").read_text(), flags=re.DOTALL)[0]
    shown: list[str] = []

    class Course(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(f"<!doctype html><title>A course</title>{shown[0]}".encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Course) as site:
        origin = f"http://127.0.0.1:{site.server_port}"
        Thread(target=site.serve_forever, daemon=True).start()
        with serving(tmp_path / "log.txt", ["--embed", origin]) as url:
            shown.append(snippet.replace("http://localhost:8501", url))
            yield f"{origin}/"
        site.shutdown()


def test_who_is_not_named_shows_no_page_in_a_frame(server: str, visit: Callable[..., Visitor]) -> None:
    page = visit().page
    page.goto(f"{server}/_stcore/health")
    page.goto("about:blank")
    page.set_content(f'<iframe src="{server}/Loss_plane?embed=true"></iframe>')
    refused = page.frames[-1]
    refused.wait_for_load_state()
    assert refused.url.startswith("chrome-error:")


def test_the_frame_of_the_document_shows_the_page_alone(course: str, visit: Callable[..., Visitor]) -> None:
    page = visit(width=1000).page
    page.goto(course)
    frame = page.frame_locator("iframe")
    expect(frame.locator(".player")).to_be_visible()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Loss plane")
    for hidden in ("stSidebar", "stMainMenu"):
        expect(frame.get_by_test_id(hidden).and_(frame.locator(":visible"))).to_have_count(0)
    frame.get_by_role("button", name="One step on").click()
    expect(frame.locator(".player output")).to_have_text("Step 1 of 1000")
