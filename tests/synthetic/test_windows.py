"""From which T on both are met, on rows written by hand."""

from __future__ import annotations

import torch

from synthetic.windows import Window, windows


def of(row: str) -> Window | None:
    """The window of T = 0, 5, 10, ... where ``x`` means that both are met."""
    return windows(torch.arange(len(row)) * 5, torch.tensor([[mark == "x" for mark in row]]))[0]


def test_no_t_meets_both() -> None:
    assert of("....") is None


def test_every_t_meets_both() -> None:
    assert of("xxxx") == Window(first=0, until=15, last=15, met=4, tried=4)


def test_gaps_are_counted_and_end_the_unbroken_row() -> None:
    assert of(".x.xxx..x.") == Window(first=5, until=5, last=40, met=5, tried=8)
    assert of("..xx.") == Window(first=10, until=15, last=15, met=2, tried=2)
    assert of("...x") == Window(first=15, until=15, last=15, met=1, tried=1)
