"""The site: it is built without a complaint, documents every promised name, and fetches nothing when it is read."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from html.parser import HTMLParser
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from tests.test_house import DOORS

ROOT = Path(__file__).parents[2]
SITE = runpy.run_path(str(ROOT / "docs" / "site_pages.py"))
WITHOUT_PAGE = ("nashcore.learning.lockstep",)
"""A door within a room, for that room's neighbours."""


class Fetched(HTMLParser):
    """Addresses that a browser fetches by itself when it opens a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "link" and given.get("rel") in (
            "stylesheet",
            "icon",
            "preload",
            "preconnect",
            "dns-prefetch",
        ):
            self.found.append(given.get("href") or "")
        self.found += [given[key] or "" for key in ("src", "srcset", "poster") if key in given]


def config() -> dict[str, object]:
    """mkdocs.yml."""
    found: dict[str, object] = yaml.safe_load((ROOT / "mkdocs.yml").read_text())
    return found


def in_nav(part: object) -> list[str]:
    """The pages of (a part of) the navigation."""
    if isinstance(part, str):
        return [part]
    children = part.values() if isinstance(part, dict) else part
    return [page for child in children for page in in_nav(child)]  # type: ignore[attr-defined]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `make docs` does."""
    folder = tmp_path_factory.mktemp("site")
    words = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_document_has_its_place_in_the_navigation() -> None:
    written = {str(path.relative_to(ROOT / "docs")) for path in (ROOT / "docs").rglob("*.md")}
    made = {
        *SITE["TEXTS"].values(),
        "reference/index.md",
        *(f"reference/{door}.md" for door in SITE["DOORS"]),
    }
    pages = in_nav(config()["nav"])
    assert sorted(pages) == sorted(written | made), "mkdocs.yml: a page is missing in nav, or has gone"


def test_every_door_has_a_page() -> None:
    assert set(DOORS) - set(WITHOUT_PAGE) <= set(SITE["DOORS"])


def test_links_between_the_root_and_docs_lead_to_pages() -> None:
    turned = SITE["turned"]
    assert (
        turned("[a](docs/rules.md) [b](LICENSE#x)", "", "changelog.md") == "[a](rules.md) [b](licence.md#x)"
    )
    assert turned("[a](../SECURITY.md) [b](faq.md)", "docs", "how-to.md") == "[a](security.md) [b](faq.md)"
    assert turned("[a](https://a.org) [b](#here)", "docs", "how-to.md") == "[a](https://a.org) [b](#here)"


@pytest.mark.slow  # reads the docstrings of the whole engine
def test_every_promised_name_is_documented(site: Path) -> None:
    for door in SITE["DOORS"]:
        page = (site / "reference" / f"{door}.html").read_text()
        anchors = set(re.findall(r'id="([\w.]+)"', page))
        names = getattr(import_module(door), "__all__", ["Nash"])
        missing = [name for name in names if not {f"{door}.{name}", f"{door}.{name}.{name}"} & anchors]
        assert missing == [], door


@pytest.mark.slow
def test_nothing_is_fetched_from_elsewhere(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        reader = Fetched()
        reader.feed(page.read_text())
        assert [url for url in reader.found if re.match(r"(https?:)?//", url)] == [], page.name
    styles = "".join(path.read_text() for path in site.rglob("*.css"))
    assert re.findall(r"(?:@import|url\()\s*[\"']?(?:https?:)?//[^)\s]*", styles) == []
