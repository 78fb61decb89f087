"""How fast and how right Nash bargaining is, side by side with torchjd's `NashMTL`, in one process.

Every figure that is compared is a ratio of the fastest of many rounds taken in turns: whatever else the machine does only adds
to a time. Both sides start from the gradients: forming the Gramian is part of the time. The peer remembers earlier games, so it is
reset before each. Where there is a CUDA device, ours is timed there too.
"""

from __future__ import annotations

import math
import platform
import statistics
import time
import warnings
from collections.abc import Callable, Mapping
from importlib.metadata import version
from typing import Any

import torch
from torch import Tensor

from nashcore.bargaining import bargain, get_rule
from nashcore.errors import InputError

PLAYERS, PARAMETERS, BATCH = 4, 64, 4096
WRONG = 1e-2  # relative spread of a_i (G a)_i over the players above which weights count as wrong


def games(family: str, count: int, generator: torch.Generator) -> Tensor:
    """Gradients [count, 4, 64] (float64) of one of `FAMILIES`."""
    shape = (count, PLAYERS, PARAMETERS)
    gradients = torch.randn(shape, generator=generator, dtype=torch.float64)
    if family == "norms from 1e-3 to 1e3":
        exponents = torch.rand(count, PLAYERS, 1, generator=generator, dtype=torch.float64) * 6 - 3
        return gradients * 10**exponents
    if family == "strong conflict":
        shared = torch.randn(count, 1, PARAMETERS, generator=generator, dtype=torch.float64)
        return 0.1 * gradients + shared * torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64).view(
            -1, 1
        )
    return gradients


FAMILIES = ("random", "strong conflict", "norms from 1e-3 to 1e3")
"""Random gradients; two against two, nearly opposite; random gradients whose lengths span six decades."""


def run(seed: int = 0, quick: bool = False) -> dict[str, Any]:
    """Measure.

    Args:
        seed: of the random gradients.
        quick: fewer games and rounds, for a look rather than a record.

    Returns:
        "single_ratio": the peer's seconds for a game over ours, one game at a time (four players); "batch_ratio": the peer's
        seconds for a game over ours per game in a batch of 4096; "single_ratio_unreset": the first for a peer that keeps its
        problem, and its memory of earlier games, from game to game; "worst_residual": our largest |a_i (G a)_i - 1|;
        "peer_wrong_share": share of the games of all `FAMILIES` in which the peer's a_i (G a)_i differ by more than 1%
        between players, "peer_wrong" the same by family, "our_wrong_share" ours; "cagrad_over_nash", "mgda_over_nash" and
        the same with "_batch": seconds of that rule over those of the Nash rule; "milliseconds" and
        "microseconds_a_game_in_batch" by name; "games", "batch", "players", "threads", "versions", "seconds". Where there is a
        CUDA device, also what `on_cuda` returns.

    Raises:
        InputError: a package to compare with is not installed (the message names it).
    """
    begun = time.perf_counter()
    peer = _peer()
    draws = torch.Generator().manual_seed(seed)
    rounds, count = (3, 4) if quick else (15, 10)
    wrong = {family: _wrong(peer, games(family, 5 if quick else 20, draws)) for family in FAMILIES}
    some, many = games("random", count, draws), games("random", BATCH, draws)

    def one_by_one(rule: Callable[[Tensor], Any]) -> Callable[[], Any]:
        return lambda: [rule(game @ game.mT) for game in some]

    rules = {name: get_rule(name) for name in ("nash", "cagrad", "mgda")}
    ours: dict[str, Callable[[Tensor], Any]] = {**rules, "bargain": bargain}
    single = {name: one_by_one(rule) for name, rule in ours.items()}
    batched = {name: _together(rule, many) for name, rule in ours.items()}
    peers = {
        "peer": lambda: _peer_weights(peer, some),
        "peer_unreset": lambda: _peer_weights(peer, some, False),
    }
    one = {name: seconds / count for name, seconds in _fastest(single | peers, rounds).items()}
    batch = {name: seconds / BATCH for name, seconds in _fastest(batched, rounds).items()}
    hard = [many, *(games(family, 512, draws) for family in FAMILIES[1:])]
    figures: dict[str, Any] = {
        "single_ratio": one["peer"] / one["bargain"],
        "batch_ratio": one["peer"] / batch["bargain"],
        "single_ratio_unreset": one["peer_unreset"] / one["bargain"],
        "worst_residual": max(_residual(each) for each in hard),
        "peer_wrong_share": statistics.mean(wrong[family][0] for family in FAMILIES),
        "peer_wrong": {family: wrong[family][0] for family in FAMILIES},
        "our_wrong_share": statistics.mean(wrong[family][1] for family in FAMILIES),
        "cagrad_over_nash": one["cagrad"] / one["nash"],
        "mgda_over_nash": one["mgda"] / one["nash"],
        "cagrad_over_nash_batch": batch["cagrad"] / batch["nash"],
        "mgda_over_nash_batch": batch["mgda"] / batch["nash"],
        "milliseconds": {name: 1e3 * seconds for name, seconds in one.items()},
        "microseconds_a_game_in_batch": {name: 1e6 * seconds for name, seconds in batch.items()},
        "games": dict.fromkeys(FAMILIES, 5 if quick else 20),
        "players": PLAYERS,
        "batch": BATCH,
        "threads": torch.get_num_threads(),
        "versions": {"python": platform.python_version()}
        | {name: version(name) for name in ("torch", "torchjd", "cvxpy", "ecos")},
    }
    if torch.cuda.is_available():
        figures |= on_cuda(many, rules, one["peer"], rounds)
    return figures | {"seconds": time.perf_counter() - begun}


def on_cuda(
    gradients: Tensor,
    rules: Mapping[str, Callable[[Tensor], Any]],
    peer: float,
    rounds: int,
    device: str = "cuda",
) -> dict[str, Any]:
    """The batch on a CUDA device.

    Args:
        gradients: [N, 4, n].
        rules: by name; "nash" is the one that the others are compared with.
        peer: the peer's seconds for a game on the CPU, where its solver runs.
        rounds: how often all are timed in turns.
        device: where; every time ends when the device has finished.

    Returns:
        "cuda_batch_ratio": the peer's seconds over ours per game; "cuda_worst_residual"; "cuda_cagrad_over_nash_batch" and the
        like for the other rules; "cuda_microseconds_a_game_in_batch" by name; "cuda_device".
    """
    there = gradients.to(device)
    wait = torch.cuda.synchronize if there.is_cuda else None
    ours = {**rules, "bargain": bargain}
    ways = {name: _together(rule, there, wait) for name, rule in ours.items()}
    batch = {name: seconds / len(there) for name, seconds in _fastest(ways, rounds).items()}
    others = [name for name in rules if name != "nash"]
    return {
        "cuda_batch_ratio": peer / batch["bargain"],
        "cuda_worst_residual": _residual(there),
        **{f"cuda_{name}_over_nash_batch": batch[name] / batch["nash"] for name in others},
        "cuda_microseconds_a_game_in_batch": {name: 1e6 * seconds for name, seconds in batch.items()},
        "cuda_device": torch.cuda.get_device_name() if there.is_cuda else str(there.device),
    }


def _together(
    rule: Callable[[Tensor], Any], gradients: Tensor, wait: Callable[[], None] | None = None
) -> Callable[[], None]:
    """One call for all games, from the gradients; it ends when the device has finished."""

    def way() -> None:
        rule(gradients @ gradients.mT)
        if wait is not None:
            wait()

    return way


def _peer() -> Any:
    try:
        from torchjd.aggregation import NashMTL

        return NashMTL(n_tasks=PLAYERS)
    except ImportError as missing:
        raise InputError(
            f"The benchmark compares with torchjd's NashMTL, which is not ready: {missing}. "
            "pip install 'nash-bargaining-lab[torchjd]' ecos brings it; for Python 3.13 and newer that takes a C compiler."
        ) from None


def _peer_weights(peer: Any, gradients: Tensor, reset: bool = True) -> Tensor:
    """The peer's weights [N, K], in its own settings; its solver's warnings are its own."""
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for game in gradients:
            if reset:
                peer.reset()
            found.append(peer.weighting(game))
    return torch.stack(found)


def _spread(gradients: Tensor, weights: Tensor) -> Tensor:
    """(largest - smallest) / |mean| of a_i (G a)_i over the players, [N]."""
    shares = weights * (gradients @ (weights.unsqueeze(-2) @ gradients).mT).squeeze(-1)
    return (shares.amax(-1) - shares.amin(-1)) / shares.mean(-1).abs()


def _wrong(peer: Any, gradients: Tensor) -> tuple[float, float]:
    """Shares of the games in which the peer's and our weights are wrong."""
    ours = bargain(gradients @ gradients.mT).weights
    wrong = [~(_spread(gradients, each) <= WRONG) for each in (_peer_weights(peer, gradients), ours)]
    return float(wrong[0].double().mean()), float(wrong[1].double().mean())


def _residual(gradients: Tensor) -> float:
    outcome = bargain(gradients @ gradients.mT)
    return float((outcome.weights * outcome.utilities - 1).abs().amax(-1)[outcome.agreement].max())


def _fastest(ways: dict[str, Callable[[], Any]], rounds: int) -> dict[str, float]:
    """Seconds of every way's fastest round, all taken in turns; the first two turns warm up.

    Whatever else the machine does can only add to a time, so the fastest round says most about the code.
    """
    seconds = dict.fromkeys(ways, math.inf)
    for turn in range(rounds + 2):
        for name, way in ways.items():
            begun = time.perf_counter()
            way()
            if turn >= 2:
                seconds[name] = min(seconds[name], time.perf_counter() - begun)
    return seconds
