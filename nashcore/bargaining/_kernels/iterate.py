"""The one loop: a batch of games, improved together until every game is settled."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from torch import Tensor

from nashcore.bargaining._kernels.polling import StopPoll

State = TypeVar("State")


def iterate(
    start: State, step: Callable[[State], State], done: Callable[[State], Tensor], most: int
) -> State:
    """The games after as many steps as it takes.

    Args:
        start: where the games stand.
        step: from there to where they stand next. A game that is settled must stay as it is: others may take longer, and on a
            device that works ahead the end is noticed late (see `polling`).
        done: the games [...] (bool) that are settled, of a state.
        most: how many steps there are at most.
    """
    state, poll = start, StopPoll()
    for _ in range(most):
        state = step(state)
        if poll.reached(~done(state)):
            break
    return state
