"""How every solver call computes: without autograd, and in the precision it was written for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch
from torch import Tensor


@contextmanager
def solving(games: object) -> Iterator[None]:
    """Nothing inside is for autograd, and autocast would take products to half precision and spoil a solution in silence.

    Args:
        games: a tensor on the device in question; whoever hands over something else is refused inside.
    """
    device = games.device.type if isinstance(games, Tensor) else "cpu"
    with torch.inference_mode():
        if torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device):
            with torch.autocast(device, enabled=False):
                yield
        else:
            yield
