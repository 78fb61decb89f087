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
    assert of("xxxx") == Window(first=0, last=15, longest=(0, 15), met=4, tried=4)


def test_holes_are_counted_and_the_longest_row_has_none() -> None:
    assert of(".x.xxx..x.") == Window(first=5, last=40, longest=(15, 25), met=5, tried=8)
    assert of("..xx.") == Window(first=10, last=15, longest=(10, 15), met=2, tried=2)
    assert of("xx.xx") == Window(first=0, last=20, longest=(0, 5), met=4, tried=5)
    assert of("...x") == Window(first=15, last=15, longest=(15, 15), met=1, tried=1)
