"""Pictures of pages: few colours, small files; a page of Streamlit's is named by each address."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

ROOT = Path(__file__).parents[2]
PAGES = runpy.run_path(str(ROOT / "docs" / "draw_pages.py"))


def test_a_picture_keeps_its_size_and_gets_few_colours(tmp_path: Path) -> None:
    colours = np.arange(64 * 64 * 3, dtype=np.uint32).reshape(64, 64, 3) % 251
    Image.fromarray(colours.astype(np.uint8)).save(tmp_path / "a.png")
    PAGES["small"](tmp_path / "a.png")
    with Image.open(tmp_path / "a.png") as drawn:
        assert drawn.size == (64, 64)
        found = drawn.convert("RGB").getcolors()
        assert found is not None
        assert len(found) <= PAGES["COLOURS"]


def test_a_picture_that_stays_too_large_is_an_error(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (600, 600, 3), dtype=np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    with pytest.raises(ValueError, match=r"noise.png has \d+ bytes, more than 150000"):
        PAGES["small"](tmp_path / "noise.png")


def test_addresses_are_those_of_pages() -> None:
    files = {path.stem.split("_", 1)[1] for path in (ROOT / "pages").glob("[0-9]*.py")}
    for address in PAGES["addresses"](["a", "b"]).values():
        assert address.split("?")[0].strip("/") in {"", *files}
