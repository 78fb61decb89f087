"""The first visits to a fresh server, in a real browser."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from ui.shell.frame import NAME
from ui.shell.pages import PAGES

pytestmark = pytest.mark.browser


def address(path: str) -> str:
    """Where Streamlit serves a page file."""
    return "/" + path.removeprefix("pages/").removesuffix(".py").partition("_")[2]


def test_a_fresh_server_answers_a_deep_link_and_then_every_page(
    fresh_server: str, visit: Callable[..., Visitor]
) -> None:
    asked: set[str] = set()
    visitor = visit()
    visitor.page.on("request", lambda request: asked.add(urlsplit(request.url).hostname or ""))
    visitor.open(fresh_server + address(PAGES[-1].path))
    visitor.title(PAGES[-1].title)
    visitor.open(fresh_server)
    visitor.title(NAME)
    for entry in PAGES:
        link = visitor.page.get_by_test_id("stSidebar").get_by_role("link", name=entry.title)
        link.click()
        visitor.title(entry.title)
        expect(visitor.page.locator(".st-key-footer")).to_be_visible()
        visitor.settle()
    assert asked <= {"localhost", ""}, "the page asked a server that is not this machine"
