"""What readers do with kept runs: copy an address, look at differences, delete."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.browser.conftest import Visitor
from tests.nashcore.runs.quick_config import quick_config

pytestmark = pytest.mark.browser


def tick(page: Page, row: int) -> None:
    """Click the box of a row of the list."""
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    at = (box["x"] + 15, box["y"] + 35 * (row + 1) + 17)
    page.mouse.move(*at, steps=4)
    page.mouse.click(*at)


def test_runs_are_chosen_shared_by_address_and_deleted(
    fresh_server: str, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    store = Store(tmp_path / "runs")
    ids = []
    for title in ("<b>first</b>", "**second** [x](http://example.org)"):
        with store.begin(quick_config(), title) as run:
            carry_out(store, run)
        ids.append(run.id)
    visitor = visit()
    page = visitor.open(f"{fresh_server}/Compare")
    visitor.drawn(3)
    expect(page).to_have_url(re.compile(f"runs={ids[1]}(,|%2C){ids[0]}"))
    tick(page, 0)
    expect(page).to_have_url(re.compile(f"runs={ids[0]}$"))
    visitor.settle()
    tick(page, 0)
    expect(page).to_have_url(re.compile(f"runs={ids[0]}(,|%2C){ids[1]}"))
    visitor.settle()
    kept = page.get_by_test_id("stDataFrame").first
    expect(kept).to_be_visible()
    page.emulate_media(media="print")
    expect(kept).to_be_hidden()  # what is on paper is chosen already
    page.emulate_media(media="screen")
    page.get_by_role("tab", name="Paired differences").click()
    expect(page.locator(".js-plotly-plot .gtitle").filter(has_text="Paired differences")).to_be_visible()
    assert page.locator("a[href*='example']").count() == 0
    again = visit(width=393, dark=True)
    shared = again.open(page.url)
    again.drawn(3)
    assert shared.evaluate("document.documentElement.scrollWidth") <= 393
    visitor.unfold(page.get_by_text(re.compile("^Rename, tag, note")))
    page.get_by_role("button", name="Delete …").click()
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_test_id("stAlert").first).to_contain_text(f"Run {ids[1]}, **second** [x](http://")
    expect(page).to_have_url(re.compile(f"runs={ids[0]}$"))
    assert [run.id for run in store.runs()] == [ids[0]]
    visitor.settle()
