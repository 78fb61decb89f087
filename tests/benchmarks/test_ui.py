"""Every page is measured, and its crowd too."""

from __future__ import annotations

from benchmarks.ui import VIEWS
from benchmarks.visitors import PAGES
from ui.shell.pages import PAGES as SHOWN


def test_every_page_has_its_view_and_its_crowd() -> None:
    measured = " ".join(view.address for view in VIEWS)
    crowded = {page for page, _, _ in PAGES.values()}
    for page in SHOWN:
        name = page.path.split("/")[-1].removesuffix(".py").split("_", 1)[1]
        assert f"/{name}" in measured
        assert name in crowded
