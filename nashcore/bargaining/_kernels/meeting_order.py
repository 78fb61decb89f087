"""In which order PCGrad's gradients meet: a stream of draws, each a function of the seed and of its number alone.

A generator would have to be carried along, stored and restored, and drawing on the CPU would make a GPU wait for the program. Here
whoever knows the seed and the number of a draw has the order, on every device the same.

Source: the mixing function is that of SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", 2014).
"""

from __future__ import annotations

import torch
from torch import Tensor

from nashcore.bargaining.number import whole
from nashcore.errors import InputError

_GOLDEN = 0x9E3779B97F4A7C15
_WORD = 2**64 - 1


def meeting_order(players: int, seed: int, draw: int = 0, device: torch.device | str | None = None) -> Tensor:
    """[K, K] (int64): row i is the order in which player i's gradient meets the players', its own too.

    Args:
        players: K.
        seed: of the stream.
        draw: the number of the order in the stream, from 0.
        device: where.
    """
    start = _mixed_number(_mixed_number(seed) + draw)
    place = torch.arange(players * players, dtype=torch.int64, device=device)
    keys = _mixed(place * _signed(_GOLDEN) + _signed(start))
    return keys.view(players, players).argsort(stable=True, dim=-1)


def pcgrad_order(players: int, seed: int, step: int = 0) -> list[list[int]]:
    """In which order each player's gradient meets the players' (its own too) under PCGrad at a step: a row a player.

    Args:
        players: how many there are, K.
        seed: the rule's option.
        step: the number of the draw, which is the run's step where ``redraw`` is 1.

    Raises:
        InputError: one of the three is no whole number, or there are fewer players than none.
    """
    count = whole("players", players)
    if count < 0:
        raise InputError(f"Parameter 'players' should be at least 0. Found {count}.")
    order: list[list[int]] = meeting_order(count, whole("seed", seed), whole("step", step), "cpu").tolist()
    return order


def _signed(word: int) -> int:
    """64 bits as the whole number that a tensor holds them as."""
    return word - 2**64 if word >> 63 else word


def _mixed_number(number: int) -> int:
    word = (number * _GOLDEN + _GOLDEN) & _WORD
    word = ((word ^ word >> 30) * 0xBF58476D1CE4E5B9) & _WORD
    word = ((word ^ word >> 27) * 0x94D049BB133111EB) & _WORD
    return word ^ word >> 31


def _mixed(words: Tensor) -> Tensor:
    """The same of every word of a tensor, whose products wrap around."""
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        words = (words ^ _shifted(words, shift)) * _signed(factor)
    return words ^ _shifted(words, 31)


def _shifted(words: Tensor, places: int) -> Tensor:
    """To the right, with zeros from the left: a tensor's own shift repeats the sign."""
    shifted: Tensor = (words >> places) & (2 ** (64 - places) - 1)
    return shifted
