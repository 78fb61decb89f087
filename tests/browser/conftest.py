"""A fresh server and a real browser for each worker of the test run."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from tests.browser import chromium
from tests.server import PATIENCE, serving

CHROMIUM = chromium.find()
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE_MS = int(1000 * PATIENCE)
"""How long to wait for a page."""

REFUSED = "refused by the content policy:"
_WATCH_POLICY = f"""document.addEventListener("securitypolicyviolation", (event) =>
    console.error("{REFUSED}", event.violatedDirective, event.blockedURI, event.sourceFile));"""

if CHROMIUM is None:
    if chromium.required():
        raise pytest.UsageError(chromium.ADVICE)
    collect_ignore_glob = ["test_*.py"]

_NOT_YET_DRAWN = '[data-testid="stSkeleton"], svg.drawing:not([aria-label]), .player .play:empty'
"""What the browser has still to draw, though the server has said all."""

_BOXES_AT_REST = "document.getAnimations().every((one) => one.effect.target?.tagName !== 'DETAILS')"
"""No box is unfolding: a click on what moves can end beside it."""

expect.set_options(timeout=PATIENCE_MS)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that the session's tests share."""
    with serving(tmp_path_factory.mktemp("server") / "log.txt") as url:
        yield url


@pytest.fixture
def fresh_server(tmp_path: Path) -> Iterator[str]:
    """The address of a server that nobody has visited."""
    with serving(tmp_path / "log.txt") as url:
        yield url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


class Visitor:
    """A browser tab that knows when the app is ready and fails on what a user would see as an error."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda said: self.errors.append(said.text) if REFUSED in said.text else None)

    def open(self, url: str) -> Page:
        """Open an address and wait until its script has run and the footer stands."""
        self.page.goto(url)
        failed = self.page.get_by_test_id("stException")
        expect(self.page.locator(".st-key-footer").or_(failed).first).to_be_visible(timeout=PATIENCE_MS)
        expect(failed).to_have_count(0)
        self.settle()
        return self.page

    def settle(self) -> None:
        """Wait until the app is connected, its script rests, all is drawn and unfolded; no error may stand on the page."""
        self.page.locator(
            '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'
        ).wait_for(timeout=PATIENCE_MS)
        expect(self.page.get_by_test_id("stException")).to_have_count(0)
        expect(self.page.locator(_NOT_YET_DRAWN)).to_have_count(0)
        wait_until(self.page, _BOXES_AT_REST)
        assert self.errors == []

    def unfold(self, heading: Locator) -> None:
        """Open a box by its heading, and wait until it is open."""
        heading.click()
        self.settle()

    def drawn(self, figures: int) -> None:
        """Wait until so many Plotly figures are drawn."""
        expect(self.page.locator(".js-plotly-plot > .plot-container")).to_have_count(figures)

    def title(self, text: str) -> None:
        """The page's heading is this."""
        expect(self.page.get_by_role("heading", level=1)).to_have_text(re.compile(f"^{re.escape(text)}$"))


def wait_until(page: Page, is_so: str) -> None:
    """Wait until a JavaScript expression, or function, is true. Playwright's own wait has the page read text as a program, which
    the content policy refuses."""
    until = time.monotonic() + PATIENCE
    while not page.evaluate(is_so):
        assert time.monotonic() < until, is_so
        page.wait_for_timeout(50)


@contextmanager
def watched_window(browser: Browser) -> Iterator[BrowserContext]:
    """A window whose pages say what the content policy refuses."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_WATCH_POLICY)
    yield context
    context.close()


@pytest.fixture(scope="session")
def window(browser: Browser) -> Iterator[BrowserContext]:
    """One window for all tests of a worker: what the app is made of is fetched and compiled once."""
    with watched_window(browser) as context:
        yield context


@pytest.fixture
def visit(window: BrowserContext) -> Iterator[Callable[..., Visitor]]:
    """Opens new tabs: ``visit(width=393, dark=True)``; each is its own visitor with no history."""
    pages = []

    def start(*, width: int = 1280, height: int = 900, dark: bool = False) -> Visitor:
        page = window.new_page()
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if dark else "light")
        pages.append(page)
        return Visitor(page)

    yield start
    for page in pages:
        if not page.is_closed() and page.url.startswith("http"):
            page.evaluate("localStorage.clear()")  # a theme that was chosen in the menu
        page.close()
    window.clear_cookies()
