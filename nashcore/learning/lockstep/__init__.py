"""The batched program that trains all models of a run together: a `Block` of models steps on a `DeviceTask`."""

from nashcore.learning.lockstep.block import Block, DeviceTask
from nashcore.learning.lockstep.places import Place
from nashcore.learning.lockstep.sampling import epoch_order

__all__ = [
    "Block",
    "DeviceTask",
    "Place",
    "epoch_order",
]
