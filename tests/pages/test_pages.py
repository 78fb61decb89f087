"""Every page opens without an error, whatever its address says."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from ui.shell.pages import COMPARE, PAGES, START, SWEEPS, Page

EVERY = [START, *PAGES]
WITH_PRESETS = [page for page in PAGES if page not in (COMPARE, SWEEPS)]
HOSTILE = ("", "nan", "-1", "1e999", "<script>alert(1)</script>", "no-such-thing", "[x](http://example.org)")
QUERY = (
    *("methods", "rules", "steps", "lr", "groups", "angle1", "length1", "p", "starts", "problem", "scale"),
    *("optimizer", "drawn", "setting", "data", "epochs", "seeds", "bargain", "rule", "split", "seed"),
)


@pytest.mark.parametrize("page", EVERY, ids=lambda page: page.title)
def test_a_page_opens_without_an_error(opened: Callable[..., AppTest], page: Page) -> None:
    app = opened(page.path)
    assert not app.exception
    assert not app.error
    assert len(app.title) == 1


@pytest.mark.parametrize("page", WITH_PRESETS, ids=lambda page: page.title)
@pytest.mark.parametrize("value", HOSTILE)
def test_bad_values_in_the_address_leave_a_working_page(
    opened: Callable[..., AppTest], page: Page, value: str
) -> None:
    app = opened(page.path, **dict.fromkeys(QUERY, value), preset=value)
    assert not app.exception
    if value:
        assert "Preset should be one of" in app.warning[0].value
        assert "<script>" not in app.warning[0].value
