"""How often a loop may ask its device a question.

A GPU works ahead of the program that drives it; a question ("are all games solved?") makes the program wait until the GPU has
caught up. So loops ask every iteration where answers are at hand, and every few iterations where they are not.
"""

from __future__ import annotations

from torch import Tensor

PATIENCE = 4  # iterations from question to question on a device that works ahead


def answers_at_once(tensor: Tensor) -> bool:
    """Whether a question about the tensor costs no waiting: on the CPU."""
    return tensor.device.type == "cpu"


def asks_after(tensor: Tensor, iteration: int) -> bool:
    """Whether a loop over such tensors should look for its end after this iteration (counted from 1)."""
    return answers_at_once(tensor) or iteration % PATIENCE == 0
