"""Every page of the navigation has its words."""

from __future__ import annotations

from ui.shell.pages import PAGES, START


def test_every_page_of_the_navigation_has_its_words() -> None:
    for page in (START, *PAGES):
        assert page.title
        assert page.purpose.endswith(".")
    assert all(page.question.endswith("?") for page in PAGES)
