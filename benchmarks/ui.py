"""The app as it is felt: first useful view, knob to picture and bytes of every page in Chromium, and thirty visitors at once."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, WebSocket, sync_playwright
from playwright.sync_api import Error as PlaywrightError

from benchmarks import visitors as crowd
from benchmarks.served import machine, megabytes, serving
from tests.browser import chromium

FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
PATIENCE_MS = 120_000

_RESTS = '[data-testid="stApp"][data-test-connection-state="CONNECTED"][data-test-script-state="notRunning"]'

_DRAWN = """node => {
    if (node.tagName === "CANVAS") {
        const drawn = node.width > 0 && node.getContext("2d").getImageData(0, 0, node.width, node.height).data.some(Boolean);
        return drawn ? node.toDataURL() : "";
    }
    return node.tagName.toLowerCase() === "svg" && !node.childElementCount ? "" : node.outerHTML;
}"""
"""What a picture shows, as text that changes with it; empty while nothing is drawn."""


_TELL_DRAWINGS = """(() => {
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        window.cleared?.(this.canvas);
        return clear.apply(this, box);
    };
})();"""
"""Every drawing of ours on a canvas begins with clearing it."""

_WATCH = """(node, selector) => {
    const root = node.getRootNode();
    const turn = (window.turn = { began: null, took: null });
    const begin = (event) => { turn.began ??= event.timeStamp; };
    addEventListener("keydown", begin, { capture: true, once: true });
    addEventListener("click", begin, { capture: true, once: true });
    const drawn = () => {
        if (turn.began === null || turn.ended) return;
        turn.ended = true;
        requestAnimationFrame(() => { turn.took = performance.now() - turn.began; });
    };
    if (node.tagName === "CANVAS") {
        window.cleared = (canvas) => canvas.matches(selector) && drawn();
        return;
    }
    const shown = () => {
        const found = root.querySelector(selector);
        return found?.childElementCount ? found.outerHTML : "";
    };
    const before = shown();
    const look = () => {
        const now = shown();
        if (now !== before && now !== "") drawn();
    };
    new MutationObserver(look).observe(root, { subtree: true, childList: true, attributes: true, characterData: true });
}"""
"""The time from a turned knob to the first picture of the browser with another one of ours; nothing is asked of it in between."""


@dataclass(frozen=True)
class View:
    """A page as it is measured.

    Attributes:
        name: in the figures.
        address: of the page; "{run}" stands for a kept run, "{runs}" for two.
        picture: selects what makes the view useful.
        knob: finds what is turned.
        turn: turns it; its number tells the turns apart.
        from_here: added to the address for the turns, where they make the work larger: they lie around what a new page does then.
    """

    name: str
    address: str
    picture: str
    knob: Callable[[Page], Locator]
    turn: Callable[[Locator, int], None]
    from_here: str = ""


def _on(knob: Locator, number: int) -> None:
    knob.press("ArrowRight")


def _to_and_fro(knob: Locator, number: int) -> None:
    knob.press("ArrowLeft" if number % 2 else "ArrowRight")


def _other_choice(knob: Locator, number: int) -> None:
    knob.get_by_role("radio").nth(number % 2).click()


def _option(knob: Locator, number: int) -> None:
    knob.get_by_role("option").nth(number % 2).click()


def _unfolded(name: str) -> Callable[[Page], Locator]:
    """A list to choose from, which is opened before anybody counts the time."""

    def find(page: Page) -> Locator:
        page.get_by_role("combobox", name=name).click()
        found = page.get_by_role("listbox")
        found.get_by_role("option").first.wait_for()
        return found

    return find


def _slider(name: str, place: int = 0) -> Callable[[Page], Locator]:
    return lambda page: page.get_by_role("slider", name=name).nth(place)


VIEWS = (
    View("start", "/", ".stage svg", _slider("Angle between the two groups"), _to_and_fro),
    View("geometry", "/Conflict_geometry", ".fan svg.drawing", _slider("Exponent p"), _to_and_fro),
    View("loss plane", "/Loss_plane", "canvas.losses", _slider("Steps"), _on, "?steps=750"),
    View("schedules", "/Schedules", ".lab svg.drawing", _slider("Bargaining steps T"), _to_and_fro),
    View("train", "/Train", ".st-key-start button", _slider("Seeds"), _to_and_fro),
    View(
        "a run",
        "/Train?run={run}",
        ".st-key-trade-off .main-svg",
        lambda page: page.get_by_role("radiogroup", name="Metrics"),
        _other_choice,
    ),
    View(
        "compare",
        "/Compare?runs={runs}",
        ".st-key-trade-off .main-svg",
        lambda page: page.get_by_role("radiogroup", name="Metrics"),
        _other_choice,
    ),
    View("sweeps", "/Sweeps", '[class*="_parallel"] .main-svg', _unfolded("Metric"), _option),
)


def run(repeats: int = 10, visitors: int = 30) -> dict[str, Any]:
    """Measure every page alone in a browser that has been there before, then the crowd.

    Args:
        repeats: medians are taken of so many visits and turns.
        visitors: at once; 0 leaves the crowd out.

    Returns:
        By page "first view" and "knob to picture" [s] as medians, and "kilobytes" by websocket in both directions; the "crowd" as
        `benchmarks.visitors.run` has it; the "machine" with its load, before and after.
    """
    figures: dict[str, Any] = {"machine before": machine()}
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as app:
        with sync_playwright() as driver:  # it has a loop of its own, beside which no other runs
            browser = driver.chromium.launch(executable_path=chromium.find(), args=FLAGS)
            for view in VIEWS:
                figures[view.name] = measure(browser, app.url + app.address(view.address), view, repeats)
            browser.close()
        figures["memory after one visitor [MB]"] = megabytes(app.pid)
        if visitors:
            figures["crowd"] = crowd.measure(app, visitors)
    return figures | {"machine after": machine()}


def measure(browser: Browser, url: str, view: View, repeats: int) -> dict[str, float]:
    """One page: the first visit warms server and browser and does not count."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PATIENCE_MS)
    context.add_init_script(_TELL_DRAWINGS)
    try:
        visits = [_visit(context, url, view) for _ in range(repeats + 1)][1:]
        page = context.new_page()
        page.goto(url + view.from_here)
        _settle(page, view)
        turns = [_turn(page, view, number) for number in range(1, repeats + 1)]
    finally:
        context.close()
    return {
        "first view": statistics.median(seconds for seconds, _ in visits),
        "knob to picture": statistics.median(turns),
        "kilobytes": statistics.median(size for _, size in visits) / 1000,
    }


def _visit(context: BrowserContext, url: str, view: View) -> tuple[float, int]:
    """Seconds until a new tab shows the picture, and bytes until it rests."""
    page, sizes = context.new_page(), [0]

    def count(payload: str | bytes) -> None:
        sizes[0] += len(payload)

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", count)
        socket.on("framesent", count)

    page.on("websocket", listen)
    begun = time.perf_counter()
    page.goto(url, wait_until="commit")
    picture = page.locator(view.picture).first
    picture.wait_for()
    while not picture.evaluate(_DRAWN):
        page.wait_for_timeout(20)
    seconds = time.perf_counter() - begun
    _settle(page, view)
    page.close()
    return seconds, sizes[0]


def _settle(page: Page, view: View) -> None:
    """Wait until the script rests and the picture has stood still for a second."""
    page.locator(".st-key-footer").wait_for()
    still, before = 0, ""
    while still < 5:
        page.locator(_RESTS).wait_for()
        now = _shown(page, view)
        still = still + 1 if now and now == before else 0
        before = now
        page.wait_for_timeout(200)


def _turn(page: Page, view: View, number: int) -> float:
    """Seconds from a turned knob to another picture, by the browser's own clock: looking from outside would slow it down."""
    knob = view.knob(page)
    page.locator(view.picture).first.evaluate(_WATCH, view.picture)
    view.turn(knob, number)
    until = time.perf_counter() + PATIENCE_MS / 1000
    while (milliseconds := page.evaluate("window.turn.took")) is None:
        if time.perf_counter() > until:
            raise RuntimeError(f"The picture of {view.name} stays as it is when its knob is turned.")
        page.wait_for_timeout(100)
    _settle(page, view)
    return float(milliseconds) / 1000


def _shown(page: Page, view: View) -> str:
    """The picture now; empty where it is being exchanged."""
    pictures = page.locator(view.picture)
    try:
        found: str = pictures.first.evaluate(_DRAWN, timeout=1000) if pictures.count() else ""
    except PlaywrightError:  # gone between two looks
        return ""
    return found
