"""The time left is told as people do."""

from __future__ import annotations

import pytest

from ui.train.watch import time_left


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "about 1 s left"),
        (61, "about 61 s left"),
        (600, "about 10 min left"),
        (float("inf"), "estimating the time left"),
    ],
)
def test_time_left_is_told_as_people_do(seconds: float, text: str) -> None:
    assert time_left(seconds) == text
