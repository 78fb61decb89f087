"""What readers do with sweeps: look at one, hand in a file, stop, and go on."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nashcore.runs.kept_sweeps import Sweep
from nashcore.runs.store import Store
from nashcore.runs.sweep.keep import keep, standings
from nashcore.runs.worker import carry_out
from tests.browser.conftest import Visitor
from tests.browser.test_accessibility import findings
from tests.nashcore.runs.sweep.small_sweep import BASE, small_plan

pytestmark = pytest.mark.browser


def trained(store: Store) -> Sweep:
    """A sweep of four runs that have finished."""
    sweep = keep(store, small_plan({"lr": [0.001, 0.1], "dropout": [0.2, 0.4]}))
    for place in sweep.places:
        with store.begin(place.config) as run:
            carry_out(store, run)
        store.sweeps.attach(sweep.id, place.number, run.id)
    return sweep


def choose(page: Page, label: str, word: str) -> None:
    """Choose from a list by typing."""
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(word)
    page.keyboard.press("Enter")


def test_a_sweep_is_looked_at(fresh_server: str, visit: Callable[..., Visitor], tmp_path: Path) -> None:
    sweep = trained(Store(tmp_path / "runs"))
    visitor = visit()
    page = visitor.open(f"{fresh_server}/Sweeps")
    expect(page).to_have_url(re.compile(f"sweep={sweep.id}"))
    visitor.drawn(2)
    titles = page.locator(".js-plotly-plot .gtitle")
    choose(page, "Metric", "Max-gAUCD, hard")
    expect(titles.filter(has_text="All candidates: Max-gAUCD")).to_be_visible()
    choose(page, "Methods", "LtR")
    expect(page.get_by_text(re.compile("among 4 candidates")).first).to_be_visible()
    choose(page, "Field", "Dropout")
    expect(titles.filter(has_text="against dropout")).to_be_visible()
    visitor.settle()
    shared = page.url
    for dark, width in ((False, 1280), (True, 1280), (True, 390)):
        visitor = visit(dark=dark, width=width)
        page = visitor.open(shared)
        visitor.drawn(2)
        expect(page.get_by_role("combobox", name="Metric")).to_have_value(re.compile("Max-gAUCD"))
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        page.get_by_text("Begin a sweep").click()
        page.get_by_text("All 4 runs").click()
        visitor.settle()
        assert findings(page) == [], (dark, width)


def test_a_file_is_handed_in_and_a_sweep_is_stopped_and_goes_on(
    fresh_server: str, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    visitor = visit()
    page = visitor.open(f"{fresh_server}/Sweeps")
    plan = {"title": "Long", "base": {**BASE, "epochs": 400}, "grid": {"lr": [0.001, 0.01]}}
    file = {"name": "long.json", "mimeType": "application/json", "buffer": json.dumps(plan).encode()}
    page.set_input_files("input[type=file]", [file])  # type: ignore[list-item]
    page.get_by_role("button", name="Train 2 runs").click()
    expect(
        page.get_by_text(re.compile(r"In training: Learning rate .*, epoch \d+ of 400")).first
    ).to_be_visible()
    page.get_by_role("button", name="Stop the sweep").click()
    go_on = page.get_by_role("button", name="Go on with 2 runs")
    expect(go_on).to_be_visible()
    expect(page.get_by_text("2 runs: 2 stopped")).to_be_visible()
    visitor.settle()
    go_on.click()
    expect(page.get_by_role("button", name="Stop the sweep")).to_be_visible()
    expect(page.get_by_text(re.compile("2 runs: .*running"))).to_be_visible()
    page.get_by_role("button", name="Stop the sweep").click()
    expect(page.get_by_text("2 runs: 2 stopped")).to_be_visible()
    visitor.settle()
    store = Store(tmp_path / "runs")
    (sweep,) = store.sweeps.ids()
    assert [one.state for one in standings(store, store.sweeps.get(sweep))] == ["stopped", "stopped"]
    assert len(store.runs()) == 2
