"""The README: its links lead somewhere, every page is shown, and what it says of other libraries is so in the ones installed.

Its commands and code are run by tests/docs/test_snippets.py.
"""

from __future__ import annotations

import inspect
import re
import runpy
from pathlib import Path

import fairlearn.datasets
import pytest
import torchjd.aggregation
from PIL import Image

from nashcore.bargaining import RULES
from nashcore.data import DATASETS
from nashcore.metrics import METRICS
from ui.shell.pages import PAGES, START

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
TABLE = {
    row[0].strip(): [cell.strip() for cell in row[1:]]
    for line in README.split("## How it compares")[1].splitlines()
    if line.startswith("|") and len(row := line.strip("|").split("|")) == 5
}
PICTURES = runpy.run_path(str(ROOT / "docs" / "draw_pages.py"))


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)]+)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / path).exists()


def test_every_page_has_a_picture() -> None:
    drawn = PICTURES["addresses"](["a", "b"])
    files = {Path(page.path).stem.split("_", 1)[-1] for page in PAGES}
    assert {address.split("?")[0].strip("/") for address in drawn.values()} == {"", *files}
    for name in drawn:
        assert f"docs/pictures/{name}.png" in README
    assert all(f"**{page.title}**" in README for page in (START, *PAGES))


@pytest.mark.parametrize("picture", sorted((ROOT / "docs" / "pictures").glob("*.png")), ids=lambda p: p.name)
def test_pictures_are_small_files_of_one_size(picture: Path) -> None:
    assert picture.stat().st_size <= PICTURES["MOST_BYTES"]
    with Image.open(picture) as image:
        assert image.size == tuple(PICTURES["SIZE"].values())


@pytest.mark.parametrize("name", ["TorchJD", "Fairlearn"])
def test_versions_in_the_comparison_are_those_that_the_tests_run_with(name: str) -> None:
    (compared,) = set(re.findall(rf"{name} (\d+\.\d+)", README))
    assert f"{name.lower()}=={compared}.*" in (ROOT / "constraints.txt").read_text().splitlines()


def test_counts_in_the_comparison_are_those_of_the_code() -> None:
    bases = ("Aggregator", "GramianWeightedAggregator", "WeightedAggregator")
    aggregators = [
        name
        for name in torchjd.aggregation.__all__
        if inspect.isclass(found := getattr(torchjd.aggregation, name))
        and issubclass(found, torchjd.aggregation.Aggregator)
        and name not in bases
    ]
    fetchers = [name for name in fairlearn.datasets.__all__ if name.startswith("fetch_")]
    assert TABLE["other rules"][:2] == [
        str(len(RULES) - 1),
        f"{len(aggregators) - 1} aggregators, and more weightings",
    ]
    assert TABLE["group metrics"][0].startswith(f"{len(METRICS)}, ")
    assert TABLE["data"][0].startswith(f"{len(DATASETS)} datasets")
    assert TABLE["data"][2] == f"{len(fetchers)} fetchers"
