"""Draw the pages of the app: a picture of each, as it opens in a browser, for the README and the site.

Run ``python docs/draw_pages.py`` with Chromium installed; it writes docs/pictures/*.png. A server of its own serves the app, with a
folder of runs of its own, in which two small runs and a sweep have been trained first.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures"
SIZE = {"width": 1280, "height": 1000}
COLOURS = 96
"""Of a picture: enough for figures and text, and few enough that a file stays below `MOST_BYTES`."""
MOST_BYTES = 150_000

RUNS = {"All methods": "all", "LtR alone": "baseline,ltr,nash_ltr"}
"""The titles of two runs on Titanic's passengers, and their methods."""

SWEEP = {
    "title": "Learning rate and dropout",
    "metric": "worst_gauc",
    "base": {
        "dataset": "titanic",
        "sensitive": "sex",
        "methods": "ltr,nash_ltr",
        "seeds": 5,
        "epochs": 20,
        "device": "cpu",
    }
    | {"schedules": "two_stage:10"},
    "grid": {"lr": [0.001, 0.003, 0.01], "dropout": [0.2, 0.4]},
}


def addresses(runs: list[str]) -> dict[str, str]:
    """A picture's name -> the address of its page: a preset of it, or runs."""
    return {
        "start": "/",
        "conflict-geometry": "/Conflict_geometry?preset=conflict",
        "loss-plane": "/Loss_plane?preset=rules",
        "schedules": "/Schedules?preset=first-400",
        "train": f"/Train?run={runs[0]}",
        "compare": f"/Compare?runs={','.join(runs)}",
        "sweeps": "/Sweeps",
    }


def trained(home: Path) -> list[str]:
    """Train two runs and a sweep into a folder; returns the runs' ids."""
    common = [
        "--dataset",
        "titanic",
        "--sensitive",
        "sex",
        "--epochs",
        "20",
        "--seeds",
        "2",
        "--split-seeds",
        "8",
    ]
    ids = []
    for title, methods in RUNS.items():
        words = [
            "train",
            *common,
            "--device",
            "cpu",
            "--save",
            "--json",
            "--methods",
            methods,
            "--title",
            title,
        ]
        ids.append(str(json.loads(lab(home, words))["run"]))
    file = home.with_name("sweep.json")
    file.write_text(json.dumps(SWEEP))
    lab(home, ["sweep", "run", str(file)])
    return ids


def lab(home: Path, words: list[str]) -> str:
    """What the command line prints, with this folder of runs."""
    done = subprocess.run(  # noqa: S603 - our own command
        [sys.executable, "-m", "nashcore", *words],
        cwd=ROOT,
        env=os.environ | {"NASH_RUNS_HOME": str(home), "NASH_WORKER_IDLE_SECONDS": "5"},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def small(picture: Path) -> None:
    """Give a picture few colours; one that stays too large is an error."""
    with Image.open(picture) as image:
        image.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(picture, optimize=True)
    if picture.stat().st_size > MOST_BYTES:
        raise ValueError(f"{picture.name} has {picture.stat().st_size} bytes, more than {MOST_BYTES}.")


def draw(visitor: Any, url: str, picture: Path) -> None:
    """Open a page, wait until it rests, and keep what is seen."""
    page = visitor.open(url)
    page.wait_for_timeout(1500)  # figures grow into their places
    visitor.settle()
    page.screenshot(path=picture)
    small(picture)


def main() -> None:
    """Draw all pages, or those whose names are given."""
    sys.path.insert(0, str(ROOT))
    from tests.browser.conftest import CHROMIUM, FLAGS, Visitor
    from tests.server import serving

    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        log = Path(folder) / "log.txt"
        runs = trained(log.with_name("runs"))
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        with serving(log) as server:
            for name, path in addresses(runs).items():
                if not sys.argv[1:] or name in sys.argv[1:]:
                    page = browser.new_page(viewport=SIZE, color_scheme="light")  # type: ignore[arg-type]
                    draw(Visitor(page), server + path, PICTURES / f"{name}.png")
                    page.close()
        browser.close()


if __name__ == "__main__":
    main()
