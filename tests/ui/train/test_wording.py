"""What the page says of a file names its own controls."""

from __future__ import annotations

import pytest

from nashcore.options import ReadingOptions, declared
from ui.train.wording import on_page


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        ("read it with --header-line 5.", "read it with “Line of the header” 5."),
        ("read it with --no-header, or", "read it with “File without a header”, or"),
        ("(--number pay=comma)", "(“Columns to read in another way” pay=comma)"),
        (
            "keep it with --keep-missing x=None",
            "keep it with “Words taken as missing that are values” x=None",
        ),
        ("a --numbers b --comment-sign", "a --numbers b --comment-sign"),
    ],
)
def test_flags_become_the_labels_of_the_page(sentence: str, shown: str) -> None:
    assert on_page(sentence) == shown


def test_every_flag_of_reading_is_known() -> None:
    for one in declared(ReadingOptions):
        assert on_page(f"say --{one.option.flag}.") == f"say “{one.label}”."
