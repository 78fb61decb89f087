"""The guided tour as it is walked: every stop is a link, and several lead to the page that the reader is on."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from ui.shell.stops import STOPS

pytestmark = pytest.mark.browser


def test_all_stops_are_walked_from_one_to_the_next(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Conflict_geometry?tour=1&preset=conflict")
    for number, stop in enumerate(STOPS, 1):
        expect(page.locator(".st-key-tour")).to_contain_text(f"stop {number} of {len(STOPS)}: {stop.title}")
        expect(page.locator(".st-key-footer")).to_be_visible()
        visitor.settle()
        query = parse_qs(urlsplit(page.url).query)
        assert query["tour"] == [str(number)]
        assert "preset" not in query  # what it stands for is in its place
        if stop.preset == "one-stage":
            expect(page).to_have_url(re.compile("methods=LtR&methods=FORML&methods=Meta-gDRO"))
        if stop.preset == "first-400":
            expect(page).to_have_url(re.compile("T=400"))
        if number < len(STOPS):
            page.locator(".st-key-tour").get_by_role("link", name="Next").click()
