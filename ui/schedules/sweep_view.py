"""Every two-stage schedule at once, as the page shows it; computed in another process. Knows no Streamlit."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.two_stage_sweep import GAP_TOLERANCE, Sweep, SwitchRange, sweep_switches
from ui.figures.series import folded
from ui.shell.computing import Progress

LEVELS = 9000
"""Places along an axis, from one range below the drawn one to one above it: each is a fifth of a pixel."""

LOST = LEVELS
"""Stands for a position that is no finite number."""


@dataclass(frozen=True)
class SweepView:
    """Every number of bargaining steps T from 0 to N, for G goals from S starts.

    Attributes:
        found: what the engine says; the tails in float32.
        distance: [G, T], to the front at the end, of the worst start; NaN where a run left the finite numbers.
        gap: [G, T], at the end, of the worst start; NaN likewise.
        off_front: [G, T, S], the end fails.
        off_diagonal: [G, T, S], the end's gap is above the tolerance.
        windows: for each goal the T at which both are met from every start.
        table: one row a goal, T and start.
        positions: all paths, as the browser's part reads them.
        digest: tells two sweeps apart.
    """

    found: Sweep
    distance: NDArray[np.float64]
    gap: NDArray[np.float64]
    off_front: NDArray[np.bool_]
    off_diagonal: NDArray[np.bool_]
    windows: tuple[SwitchRange | None, ...]
    table: pd.DataFrame
    positions: bytes
    digest: str


def sweep(
    config_json: str, goals: tuple[str, ...], rule: str, *, progress: Progress | None = None
) -> SweepView:
    """Run every goal with every number of bargaining steps."""
    whole = sweep_switches(PlaneConfig.from_json(config_json), goals, rule, progress=progress)
    found = replace(whole, tails=whole.tails.to(torch.float32))  # only drawn, and by far the largest part
    distance, gap = found.distance.numpy(), found.gap.numpy()
    positions = pack(found.tails.numpy(), found.problem.loss_range)
    return SweepView(
        found=found,
        distance=_worst(distance),
        gap=_worst(gap),
        off_front=distance > FAILURE_DISTANCE,
        off_diagonal=~(gap <= GAP_TOLERANCE),
        windows=tuple(found.switch_ranges()),
        table=found.frame(),
        positions=positions,
        digest=hashlib.sha256(positions).hexdigest()[:16],
    )


def _worst(values: NDArray[np.float64]) -> NDArray[np.float64]:
    worst: NDArray[np.float64] = np.max(np.where(np.isfinite(values), values, np.nan), -1)
    return worst


def pack(tails: NDArray[np.float64], ranges: Sequence[tuple[float, float]]) -> bytes:
    """Positions [O, G, T, S, 2] as levels [G, S, 2, O, T] folded along T: neighbouring T have nearly the same paths.

    `LOST` stands for what is not finite.
    """
    low, high = np.array(ranges, dtype=np.float64).T
    share = ((tails - low) / (high - low) + 1) / 3
    levels = np.where(np.isfinite(share), np.clip(np.nan_to_num(share), 0, 1) * (LEVELS - 1), LOST)
    return folded(levels.round().astype(np.uint16).transpose(2, 1, 3, 4, 0), 1)
