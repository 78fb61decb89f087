"""Two classes and a visitor at one server, each in a browser of their own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import PATIENCE_MS, Visitor, watched_window
from tests.server import serving

pytestmark = pytest.mark.browser

QUICK = "/Train?setting=Titanic+passengers,+by+sex&epochs=2&seeds=1"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server for two classes, one with a teacher, which shows its own runs to others."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "codes.txt").write_text("physics-7b-2026 teacher-of-7b\nchemistry-8a\n")
    options = ["--codes", str(folder / "codes.txt"), "--demo", "--most-runs", "1", "--most-rows", "5000"]
    with serving(folder / "log.txt", options) as url:
        yield url


@pytest.fixture
def somebody(browser: Browser) -> Iterator[Callable[[], Visitor]]:
    """Somebody with a browser of their own, and so with cookies of their own."""
    with ExitStack() as windows:
        yield lambda: Visitor(windows.enter_context(watched_window(browser)).new_page())


def enter(visitor: Visitor, url: str, code: str) -> Page:
    """Come in by the link on the page."""
    page = visitor.open(url)
    page.get_by_role("link", name="Enter a class code").first.click()
    page.get_by_label("Class code").fill(code)
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_text("Shelf of class")).to_be_visible(timeout=PATIENCE_MS)
    visitor.settle()
    return page


def pick(page: Page, label: str, word: str) -> None:
    """Choose from a list by typing."""
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(word)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")


def test_two_classes_train_on_their_own_shelves(shared: str, somebody: Callable[[], Visitor]) -> None:
    anne, ben, cleo, teacher = (somebody() for _ in range(4))
    enter(anne, shared, "physics-7b-2026")
    enter(ben, shared, "physics-7b-2026")
    enter(cleo, shared, "chemistry-8a")
    page = anne.open(shared + QUICK)
    page.get_by_role("button", name="Train 8 models").click()
    expect(page.get_by_text(re.compile("8 methods × 1 split × 1 seed, 2 of 2 epochs"))).to_be_visible()
    anne.settle()
    address = page.url
    run = re.search("run=([0-9a-f]{8})", address)
    assert run is not None
    page.get_by_role("button", name="Train 8 models").click()
    expect(page.get_by_text("at most 1 runs here")).to_be_visible()  # the limit of a visitor

    seen = ben.open(address)  # who is in the class sees it, and may not take it away
    expect(seen.get_by_text(re.compile("2 of 2 epochs"))).to_be_visible()
    seen = ben.open(f"{shared}/Compare")
    ben.unfold(seen.get_by_text("Rename, tag, note, run again, delete"))
    seen.get_by_role("button", name="Delete …").click()
    seen.get_by_role("button", name="Put into the trash").click()
    expect(seen.get_by_text("was started by somebody else")).to_be_visible()

    other = cleo.open(address)  # another class does not see it, whatever its address
    refused = other.get_by_text(re.compile(f"There is no run.*{run[1]}"))
    expect(refused).to_be_visible()
    expect(refused).to_contain_text("a folder of the server")
    assert "/shelves/" not in other.content()
    other = cleo.open(f"{shared}/Compare")
    expect(other.get_by_text("No run is kept on this shelf yet.")).to_be_visible()

    enter(teacher, shared, "teacher-of-7b")
    last = teacher.open(f"{shared}/Compare")
    teacher.unfold(last.get_by_text("Rename, tag, note, run again, delete"))
    last.get_by_role("button", name="Delete …").click()
    last.get_by_role("button", name="Put into the trash").click()
    expect(last.get_by_text("is deleted")).to_be_visible()


def test_who_is_unknown_looks_and_trains_nothing(shared: str, somebody: Callable[[], Visitor]) -> None:
    visitor = somebody()
    page = visitor.open(shared + QUICK)
    expect(page.get_by_text("This is a demonstration").first).to_be_visible()
    page.get_by_role("button", name="Train 8 models").click()
    expect(page.get_by_text("nothing can be trained, kept or changed")).to_be_visible()
    visitor.settle()
    page.goto(f"{shared}/enter")
    page.get_by_label("Class code").fill("guessed-code")
    page.get_by_role("button", name="Enter").click()
    expect(page.get_by_role("status")).to_have_text("This is no class code here.")


def test_a_table_that_is_too_long_is_told_before_it_is_trained(
    shared: str, somebody: Callable[[], Visitor]
) -> None:
    visitor = somebody()
    enter(visitor, shared, "chemistry-8a")
    page = visitor.open(f"{shared}/Train?from=Your+own+CSV")
    rows = "\n".join(f"{i % 7},{'ab'[i % 2]},{i // 2 % 2}" for i in range(5001))
    file = {"name": "long.csv", "mimeType": "text/csv", "buffer": f"x,group,answer\n{rows}\n".encode()}
    page.set_input_files("input[type=file]", [file])  # type: ignore[list-item]
    expect(page.get_by_text("5,001 rows, 3 columns.")).to_be_visible()
    pick(page, "Target", "answer")
    expect(page.get_by_role("combobox", name="Positive value")).to_be_visible()
    pick(page, "Groups", "group")
    page.keyboard.press("Escape")
    expect(page.get_by_text("should have at most 5,000 rows here. Found 5,001")).to_be_visible()
    expect(page.get_by_role("button", name="Train", exact=True)).to_be_disabled()
