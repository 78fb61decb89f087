"""What readers do on the training page: train, stop, bring their own table."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from nashcore.runs import Store
from tests.browser.conftest import Visitor
from tests.nashcore.runs.quick_config import quick_config

pytestmark = pytest.mark.browser

TITANIC = "/Train?setting=Titanic+passengers,+by+sex"
TAG = "<img src=x onerror=alert(1)>"


def test_a_table_is_trained_and_its_result_read(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}{TITANIC}&epochs=3&seeds=2")
    page.get_by_role("button", name="Train 16 models").click()
    expect(page.get_by_role("heading", name="Result: Titanic passengers, by sex")).to_be_visible()
    expect(page.get_by_text(re.compile("8 methods × 1 split × 2 seeds, 3 of 3 epochs"))).to_be_visible()
    expect(
        page.get_by_text(re.compile("^Whether anything beats Baseline or its one-stage twin"))
    ).to_be_visible()
    expect(
        page.get_by_role("figure", name=re.compile("^Max-gAUCD, hard labels against Overall AUC"))
    ).to_be_visible()
    for tab in ("Against its twin", "Group by group", "The game"):
        page.get_by_role("tab", name=tab).click()
        visitor.settle()


def test_a_threshold_moves_and_a_group_s_own_one_says_what_it_costs(
    server: str, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(width=390)
    page = visitor.open(f"{server}{TITANIC}&epochs=2&seeds=1")
    page.get_by_role("button", name="Train 8 models").click()
    page.get_by_role("tab", name="At a threshold").click()
    page.get_by_text("Score the test rows with the stored models").click()
    figure = page.locator(".st-key-threshold_curves .main-svg").first
    expect(figure).to_be_attached()
    expect(page.get_by_text(re.compile("made-up mix"))).to_be_visible()  # of the balanced test set
    page.get_by_role("slider", name="Threshold: label 1").press("ArrowLeft")
    expect(page.locator(".st-key-threshold_common")).to_contain_text("0.49")
    page.get_by_text("Another threshold for each group").click()
    own = page.get_by_role("slider", name="female")
    own.press("Home")
    expect(
        page.get_by_text(re.compile("Against the common threshold .* at the moment of the decision"))
    ).to_be_visible()
    page.get_by_text("A single row's score").click()
    expect(page.locator(".st-key-threshold_changes .main-svg").first).to_be_attached()
    visitor.settle()


def test_two_readers_train_at_once_and_one_comes_back_to_stop(
    server: str, visit: Callable[..., Visitor]
) -> None:
    first, second = visit(), visit()
    long, short = (
        first.open(f"{server}{TITANIC}&epochs=100&seeds=10"),
        second.open(f"{server}{TITANIC}&epochs=2&seeds=1"),
    )
    long.get_by_role("button", name="Train 80 models").click()
    expect(long.get_by_text(re.compile("^Epoch [0-9]+ of 100, "))).to_be_visible()
    short.get_by_role("button", name="Train 8 models").click()
    expect(short.get_by_text(re.compile("8 methods × 1 split × 1 seed, 2 of 2 epochs"))).to_be_visible()
    expect(long.get_by_text(re.compile("^Epoch [2-9]"))).to_be_visible()
    address = long.url
    assert re.search("run=[0-9a-f]{8}", address)
    long.close()
    again = visit()
    long = again.open(address)
    long.get_by_role("button", name="Stop and keep what is done").click()
    expect(long.get_by_text(re.compile("of 100 epochs, ended early"))).to_be_visible()
    again.settle()
    second.settle()


def pick(page: Page, label: str, word: str) -> None:
    """Choose from a list by typing."""
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(word)
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("Enter")


def test_text_from_a_file_stays_text(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Train?from=Your+own+CSV&epochs=1&seeds=1")
    rows = "\n".join(
        f"{i % 7};{('www.example.org', TAG)[i % 2]};{('no', 'yes')[i // 2 % 2]}" for i in range(120)
    )
    content = f"number;{TAG};answer\n{rows}\n".encode()
    file = {"name": "www.example.org.csv", "mimeType": "text/csv", "buffer": content}
    page.set_input_files("input[type=file]", [file])  # type: ignore[list-item]
    expect(page.get_by_text("120 rows, 3 columns. Delimiter: semicolon.")).to_be_visible()
    pick(page, "Target", "answer")
    expect(page.get_by_role("combobox", name="Positive value")).to_be_visible()
    pick(page, "Groups", "img")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Train 8 models").click()
    expect(page.get_by_role("heading", name="Result: ")).to_be_visible()
    expect(page.get_by_text(re.compile("8 methods × 1 split × 1 seed, 1 of 1 epochs"))).to_be_visible()
    page.get_by_role("tab", name="Group by group").click()
    visitor.settle()
    page.get_by_role("tab", name="At a threshold").click()
    page.get_by_text("Score the test rows with the stored models").click()
    page.get_by_text("Another threshold for each group").click()
    expect(page.locator(".st-key-threshold_of_1")).to_contain_text(".example.org")
    expect(page.locator(".st-key-threshold_curves .main-svg").first).to_be_attached()
    visitor.settle()
    assert page.locator("img[src=x]").count() == 0
    assert page.locator("a[href*='example']").count() == 0


def test_an_interrupted_run_is_watched_again_once_it_goes_on(
    fresh_server: str, visit: Callable[..., Visitor], tmp_path: Path
) -> None:
    store = Store(tmp_path / "runs")
    run = store.add(quick_config()).id
    store.end(run, "interrupted", "Its worker hangs.")
    visitor = visit()
    page = visitor.open(f"{fresh_server}/Train?run={run}")
    expect(page.get_by_text("Its worker hangs.")).to_be_visible()
    visitor.settle()
    store.resume(run)  # as somebody does elsewhere
    expect(page.get_by_text(re.compile("2 of 2 epochs"))).to_be_visible()
    visitor.settle()
