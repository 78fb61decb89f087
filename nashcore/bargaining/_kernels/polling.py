"""When a loop learns that it may end.

A GPU works ahead of the program that drives it; a question to it ("are all games solved?") makes the program wait until it has
caught up. The CPU has its answers at hand, and with very many games an iteration takes longer than an answer: there, loops
ask. Elsewhere they leave their question with the device, go on, and read the answer once it lies there. Iterations after
the end change nothing, so results do not depend on when it is noticed.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

PATIENCE = 4  # iterations from question to question on a device that works ahead
MANY = 10_000  # games that keep a GPU busy for longer than an answer takes


def on_cpu(tensor: Tensor) -> bool:
    """Whether its numbers can be looked at without any waiting: on the CPU."""
    return tensor.device.type == "cpu"


def sync_is_cheap(games: Tensor) -> bool:
    """Whether a question about so many games (a tensor with one element a game) costs next to no waiting."""
    return on_cpu(games) or games.numel() > MANY


class StopPoll:
    """The end of one loop, asked for after every iteration."""

    def __init__(self) -> None:
        self._iterations = 0
        self._answer: Callable[[], bool | None] | None = None

    def reached(self, going: Tensor) -> bool:
        """Whether the loop is known to be over: no game was still going.

        Args:
            going: [...] (bool), one element a game. A game that stopped must not start again.
        """
        self._iterations += 1
        if on_cpu(going):
            return not bool(going.any())
        if self._answer is not None and (still := self._answer()) is not None:
            if not still:
                return True
            self._answer = None
        if self._answer is None and self._iterations % PATIENCE == 0:
            if sync_is_cheap(going):
                return not bool(going.any())
            self._answer = read_later(going.any())
        return False


def read_later(question: Tensor) -> Callable[[], bool | None]:
    """Leave a yes-or-no question with a CUDA device.

    Args:
        question: a tensor of one bool.

    Returns:
        A function that tells the answer once it is there, and None before; it never waits.
    """
    note = torch.empty((), dtype=torch.bool, pin_memory=True)
    note.copy_(question, non_blocking=True)
    written = torch.cuda.Event()  # type: ignore[no-untyped-call]
    written.record(torch.cuda.current_stream(question.device))
    return lambda: bool(note) if written.query() else None  # type: ignore[no-untyped-call]
