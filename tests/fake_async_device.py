"""A device that works ahead of the program, played on the CPU: answers may come late, and asking is seen by `Watch`."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from torch import Tensor

from nashcore.bargaining._kernels import maxmin_interior_point, mean_family, nash, nonneg_qp, polling


def work_ahead(
    monkeypatch: pytest.MonkeyPatch, late: int = 0, many: bool = False, says: bool | None = None
) -> None:
    """Take the way that a GPU's tensors take.

    Args:
        monkeypatch: pytest's.
        late: looks at an answer before it is there.
        many: as if every batch had so many games that asking costs nothing.
        says: the answer to every question left with the device; None for the true one.
    """

    def read_later(question: Tensor) -> Callable[[], bool | None]:
        answer = bool(question.numpy()) if says is None else says  # no operation that a watch could see
        looks = iter(range(late))
        return lambda: answer if next(looks, None) is None else None

    monkeypatch.setattr(polling, "on_cpu", lambda _: False)
    monkeypatch.setattr(polling, "read_later", read_later)
    monkeypatch.setattr(polling, "MANY", 0 if many else 10**9)


def shorten_loops(monkeypatch: pytest.MonkeyPatch) -> None:
    """Loops that are never told to end, end after two questions."""
    for module in (maxmin_interior_point, mean_family, nonneg_qp, nash):
        monkeypatch.setattr(module, "MAX_ITERATIONS", 2 * polling.PATIENCE + 1)
