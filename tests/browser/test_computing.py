"""What the pages have computed elsewhere, in a real browser: the latest turn counts, and a closed tab leaves nothing running."""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import PATIENCE_MS, Visitor

pytestmark = pytest.mark.browser

MAPS = "methods=Nash&steps=3000&maps=true&side=201&map1=Nash&map2=CAGrad"


def test_the_latest_turn_counts_whatever_was_asked_before(server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.open(f"{server}/Loss_plane?methods=Nash&methods=Mean&steps=2500")
    slider = page.get_by_role("slider", name="Steps").first
    slider.focus()
    for _ in range(6):
        slider.press("ArrowRight")
    expect(page.locator(".player output")).to_have_text(re.compile("of 2800"))
    expect(page.locator(".st-key-edges")).to_contain_text("knife")
    visitor.settle()


def processes_of(server: str) -> dict[int, int]:
    """The server's computing processes, and the processor time that each has taken, in ticks."""
    port = server.rpartition(":")[2]
    found, parents = {}, set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().decode().split("\0")
            after = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if port in words:
            parents.add(int(folder.name))
        if "ui.shell.computing.worker" in words:
            found[int(folder.name)] = (int(after[1]), int(after[11]) + int(after[12]))
    return {pid: ticks for pid, (parent, ticks) in found.items() if parent in parents}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_a_closed_tab_ends_its_work(fresh_server: str, visit: Callable[..., Visitor]) -> None:
    visitor = visit()
    page = visitor.page
    page.goto(f"{fresh_server}/Loss_plane?{MAPS}")
    expect(page.get_by_text(re.compile(r"Simulating from every start … \d+%"))).to_be_visible(
        timeout=PATIENCE_MS
    )
    page.close()
    ticks, deadline = None, time.monotonic() + PATIENCE_MS / 1000
    while (now := processes_of(fresh_server)) != ticks:  # until a second goes by in which nobody computes
        assert time.monotonic() < deadline
        ticks = now
        time.sleep(1)  # what is looked at is whether processor time passes
    assert len(now) >= 2
    second = os.sysconf("SC_CLK_TCK")
    # Both maps take half a minute of processor time and more; loading the libraries some seconds.
    assert sum(now.values()) < 25 * second, now
