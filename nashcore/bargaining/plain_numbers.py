"""How every solver call computes: without autograd, and in the precision it was written for."""

from __future__ import annotations

from contextlib import AbstractContextManager, ExitStack, nullcontext
from typing import Any

import torch
from torch import Tensor

_AS_IT_IS = nullcontext()


def solving(games: object) -> AbstractContextManager[Any]:
    """Nothing inside is for autograd, and autocast would take products to half precision and spoil a solution in silence.

    Args:
        games: a tensor on the device in question; whoever hands over something else is refused inside.
    """
    device = games.device.type if isinstance(games, Tensor) else "cpu"
    if not (torch.amp.is_autocast_available(device) and torch.is_autocast_enabled(device)):
        return _AS_IT_IS if torch.is_inference_mode_enabled() else torch.inference_mode()
    both = ExitStack()
    both.enter_context(torch.inference_mode())
    both.enter_context(torch.autocast(device, enabled=False))
    return both
