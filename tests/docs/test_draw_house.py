"""The picture of the house: the command draws it, and the stored one shows the rooms that stand."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COMMAND = ROOT / "docs" / "draw_house.py"
HOUSE = runpy.run_path(str(COMMAND))


def names_in(picture: str) -> set[str]:
    """The names that stand in the picture's boxes."""
    return set(re.findall(r'class="name"[^>]*>([^<]*)</text>', picture))


def test_the_stored_picture_shows_the_rooms_that_stand() -> None:
    rooms = {room for pair in HOUSE["imports_between_rooms"]() for room in pair}
    assert rooms <= set(HOUSE["ROOMS"]), "a room without words in docs/draw_house.py"
    stored = (ROOT / "docs" / "house.svg").read_text()
    assert names_in(stored) == rooms, "out of date: run python docs/draw_house.py"


def test_the_command_writes_the_picture(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    for name in ("app.py", "pages", "ui", "synthetic", "nashcore", "benchmarks"):
        (tmp_path / name).symlink_to(ROOT / name)
    command = tmp_path / "docs" / "draw_house.py"
    command.write_text(COMMAND.read_text())
    done = subprocess.run([sys.executable, str(command)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "docs" / "house.svg").read_text() == HOUSE["drawn"]()


def test_every_arrow_leads_down() -> None:
    pairs = {
        ("pages", "ui"),
        ("ui", "engine"),
        ("pages", "engine"),
        ("timings", "engine"),
        ("pages", "pages"),
    }
    assert HOUSE["floors"](pairs) == {"pages": 0, "ui": 1, "timings": 1, "engine": 2}


def test_a_circle_of_rooms_is_refused() -> None:
    with pytest.raises(ValueError, match="in a circle"):
        HOUSE["floors"]({("a", "b"), ("b", "c"), ("c", "b")})
