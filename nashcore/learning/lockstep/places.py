"""Where the models of a run stand: rectangular blocks of arms and seeds, cut in two where memory runs out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import DTypeLike
from torch import Tensor

from nashcore.errors import InputError
from nashcore.learning.lockstep.block import State
from nashcore.learning.lockstep.models import PARAMETERS, Models
from nashcore.learning.units import Array


class Place(NamedTuple):
    """Where in the run a block's models stand: its split, and its arms and seeds in the plan."""

    split: int
    arms: tuple[int, ...]
    seeds: tuple[int, ...]


Parts = Sequence[tuple[Place, State]]
"""The models of a run, block by block."""


def gathered(
    values: Sequence[Tensor],
    places: Sequence[Place],
    shape: tuple[int, int, int],
    dtype: DTypeLike = np.float64,
) -> Array:
    """Tensors [models of the block, ...], one a block, as one array [arms, replicates, ...].

    Args:
        values: of every block.
        places: where each block stands.
        shape: arms, seeds and splits of the run.
        dtype: of the array.
    """
    arms, seeds, splits = shape
    together = np.empty((arms, splits * seeds, *values[0].shape[1:]), dtype)
    for value, (split, own_arms, own_seeds) in zip(values, places, strict=True):
        by_seed = value.cpu().double().numpy().reshape(len(own_seeds), len(own_arms), *value.shape[1:])
        replicates = [split * seeds + seed for seed in own_seeds]
        together[np.ix_(own_arms, replicates)] = np.swapaxes(by_seed, 0, 1)
    return together


def of_split(parts: Parts, split: int) -> tuple[list[Place], list[State]]:
    """Where a split's models stand, as if it were the only one, and their states."""
    own = [(place._replace(split=0), state) for place, state in parts if place.split == split]
    return [place for place, _ in own], [state for _, state in own]


def models_of(parts: Parts, split: int, arms: tuple[str, ...], seeds: tuple[int, ...]) -> Models:
    """A split's models; splits may differ in their number of features."""
    places, states = of_split(parts, split)
    dtype = np.float32 if states[0].theta[0].dtype == torch.float32 else np.float64
    shape = len(arms), len(seeds), 1
    return Models(
        arms,
        seeds,
        {
            name: gathered([state.theta[number] for state in states], places, shape, dtype)
            for number, name in enumerate(PARAMETERS)
        },
    )


def halved(places: list[Place]) -> list[Place]:
    """Every block cut in two, along the seeds while there are several, then along the arms.

    Raises:
        InputError: every block is a single model.
    """
    out: list[Place] = []
    for split, arms, seeds in places:
        if len(seeds) > 1:
            middle = len(seeds) // 2
            out += [Place(split, arms, seeds[:middle]), Place(split, arms, seeds[middle:])]
        elif len(arms) > 1:
            middle = len(arms) // 2
            out += [Place(split, arms[:middle], seeds), Place(split, arms[middle:], seeds)]
        else:
            out.append(Place(split, arms, seeds))
    if len(out) == len(places):
        raise InputError(
            "The device has too little memory for even one model at a time. Choose a smaller batch or device 'cpu'."
        )
    return out


def state_of(place: Place, parts: Parts) -> State:
    """The state of a place's models, of which an earlier place held all."""
    split, arms, seeds = place
    for (old_split, old_arms, old_seeds), state in parts:
        if split == old_split and set(arms) <= set(old_arms) and set(seeds) <= set(old_seeds):
            index = [old_seeds.index(s) * len(old_arms) + old_arms.index(a) for s in seeds for a in arms]
            return state.rows(torch.tensor(index, device=state.largest_seen.device))
    raise AssertionError("every block is a part of an older one")
