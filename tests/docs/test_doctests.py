"""Examples in docstrings are fenced for the site, and nothing else is touched."""

from __future__ import annotations

import runpy
from pathlib import Path

DOCTESTS = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "doctests.py"))


def test_an_example_ends_at_the_empty_line() -> None:
    text = "What.\n\n>>> one()\n1\n>>> two()\n2\n\nMore."
    assert DOCTESTS["fenced"](text) == "What.\n\n```pycon\n>>> one()\n1\n>>> two()\n2\n```\n\nMore."


def test_an_example_within_a_section_keeps_its_place() -> None:
    text = "What.\n\nExample:\n    >>> one()\n    1"
    assert DOCTESTS["fenced"](text) == "What.\n\nExample:\n    ```pycon\n    >>> one()\n    1\n    ```"


def test_a_text_without_examples_stays() -> None:
    text = "What is > 1, and >> 1.\n\n    indented"
    assert DOCTESTS["fenced"](text) == text
