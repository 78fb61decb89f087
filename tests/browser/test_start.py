"""The start page's live example answers in the browser, by mouse or keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.browser


def test_turning_the_gradients_changes_the_verdict(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(server)
    slider = page.get_by_role("slider", name=re.compile("Angle between the two groups"))
    verdict = page.locator(".verdict")
    expect(verdict).to_contain_text("makes group A worse off")
    slider.press("Home")
    expect(verdict).to_contain_text("much the same")
    slider.press("End")
    expect(verdict).to_contain_text("no agreement")
    assert visitor.errors == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_hangs_over_the_edge_of_a_phone(
    server: str, visit: Callable[..., Visitor], dark: bool
) -> None:
    page = visit(width=393, dark=dark).open(server)
    assert page.evaluate("document.documentElement.scrollWidth") <= 393
