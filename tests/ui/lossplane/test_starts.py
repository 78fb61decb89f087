"""Starting points are read or refused plainly."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from ui.lossplane.starts import parse_starts


@pytest.mark.parametrize(
    ("text", "points"),
    [("", ()), ("1, 2", ((1, 2),)), ("1,2; -3.5 4 ;", ((1, 2), (-3.5, 4)))],
)
def test_starts_are_read(text: str, points: tuple[tuple[float, ...], ...]) -> None:
    assert parse_starts(text) == points


@pytest.mark.parametrize("text", ["1", "1,2,3", "a,b", "1,2;x"])
def test_starts_that_cannot_be_read_are_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"written as x, y; x, y .* Found"):
        parse_starts(text)
