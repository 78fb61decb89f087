"""Watching what a computation asks of its device: every question makes the program wait until a GPU has caught up.

`Watch` counts on real tensors. On tensors of PyTorch's "meta" device, which have a shape and a dtype but no numbers, the same code
takes the way that it takes on a GPU, and no GPU is needed: questions get the answer that one chooses, and an operation that mixes
a tensor of the CPU with one of the device is an error. So is `Tensor.tolist`, which PyTorch answers without an operation to watch.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from torch import Tensor, float64, int64, uint8, zeros
from torch import bool as boolean
from torch.utils._python_dispatch import TorchDispatchMode

YES_NO = ("is_nonzero", "item", "_local_scalar_dense", "equal")
SHAPES = ("nonzero", "masked_select", "unique", "_unique2", "unique_dim", "unique_consecutive")
SYSTEMS = ("linalg_solve_ex", "_linalg_solve_ex", "linalg_lu_factor_ex")  # one an iteration, in every loop
MOVES = ("to", "_to_copy", "copy_")


class Watch(TorchDispatchMode):
    """Counts questions, tensors sent to the device, and linear systems.

    Args:
        answer: to every question; None for the true one.

    Attributes:
        questions: for every question the linear systems solved before it.
        sent: tensors made on the CPU and copied to the device.
        systems: linear systems solved, one an iteration.
    """

    def __init__(self, answer: bool | None = None) -> None:
        super().__init__()
        self.answer = answer
        self.questions: list[int] = []
        self.sent = 0
        self.systems = 0

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        name = func._schema.name.split("::")[1]
        self._see(name, args)
        if name in YES_NO + SHAPES or (name.startswith("index") and _by_mask(args[1])):
            self.questions.append(self.systems)
            if self.answer is not None:
                return self._pretend(name, args[0])
        self.systems += name in SYSTEMS
        return func(*args, **(kwargs or {}))

    def _see(self, name: str, args: Any) -> None:
        devices = {tensor.device.type for tensor in _tensors(args) if tensor.ndim > 0}
        if name in MOVES:
            self.sent += devices == {"cpu"} and self.answer is not None
        else:
            assert len(devices) < 2, f"{name} mixes devices: {devices}"

    def _pretend(self, name: str, asked: Tensor) -> Any:
        if name in YES_NO:
            return self.answer
        assert name == "nonzero", name
        return zeros(2, asked.ndim, dtype=int64, device=asked.device)


def _tensors(args: Any) -> Iterator[Tensor]:
    """The tensors among an operation's arguments and in its lists."""
    for arg in args:
        if isinstance(arg, Tensor):
            yield arg
        elif isinstance(arg, list | tuple):
            yield from (one for one in arg if isinstance(one, Tensor))


def _by_mask(indices: Any) -> bool:
    return isinstance(indices, list | tuple) and any(
        isinstance(index, Tensor) and index.dtype in (boolean, uint8) for index in indices
    )


def somewhere(*shape: int) -> Tensor:
    """A float64 tensor of the device without numbers."""
    return zeros(shape, dtype=float64, device="meta")
