"""What the pages that show the plane have computed in other processes; see `ui.shell.compute`. Knows no Streamlit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray

from nashcore.methods import method_text
from synthetic.alignment import measure_alignment
from synthetic.basin import Basin, map_basin
from synthetic.config import PlaneConfig
from synthetic.cost import halves
from synthetic.nudges import failing_copies
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.simulate import PlaneResult, own_runs, recorded
from ui.shell.computing import Progress

_MOST_NUMBERS = 6_000_000
"""Longer records than this are thinned for a page (a file has all of them): nobody could see the difference."""


@dataclass(frozen=True)
class PlaneRuns:
    """What the page draws of a simulation with M methods, S starts and K groups at R moments, as plain arrays.

    Attributes:
        names: of the M methods.
        steps: [R], how many steps had been taken.
        theta: [R, M, S, 2].
        losses: [R, M, S, K].
        gradients: [R, M, S, K, 2], of all losses.
        directions: [R, M, S, 2], the combined gradient that is followed next.
        gained: [R - 1, M, S], every loss fell.
        failed: [M, S].
        distance: [M, S], to the front at the end.
        ends: one row a method and start.
        unanswered: [2, M, S], at how many steps the rule had no answer, so that the goal was followed: in all, and of these
            on the front or nearer to it than `FAILURE_DISTANCE`.
        gained_share: [M], see `PlaneResult.gained_share`; None but for guaranteed steps.
    """

    names: tuple[str, ...]
    steps: NDArray[np.int64]
    theta: NDArray[np.float32]
    losses: NDArray[np.float32]
    gradients: NDArray[np.float32]
    directions: NDArray[np.float32]
    gained: NDArray[np.bool_]
    failed: NDArray[np.bool_]
    distance: NDArray[np.float64]
    ends: pd.DataFrame
    unanswered: NDArray[np.int64]
    gained_share: NDArray[np.float64] | None


def plane_runs(config_json: str, *, progress: Progress | None = None) -> PlaneRuns:
    """The starts' own runs of the config that the text describes."""
    result = own_runs(PlaneConfig.from_json(config_json), progress=progress, most_numbers=_MOST_NUMBERS)
    path = result.trajectories
    return PlaneRuns(
        names=tuple(map(method_text, result.methods)),
        steps=path.steps.numpy(),
        theta=path.theta.to(torch.float32).numpy(),
        losses=path.losses.to(torch.float32).numpy(),
        gradients=path.gradients.to(torch.float32).numpy(),
        directions=(path.weights.unsqueeze(-2) @ path.gradients).squeeze(-2).to(torch.float32).numpy(),
        gained=path.gained.numpy(),
        failed=result.failed.numpy(),
        distance=result.distance.numpy(),
        ends=result.ends_frame(),
        unanswered=_unanswered(result),
        gained_share=result.gained_share().numpy() if result.config.optimizer == "guaranteed" else None,
    )


def parts(config: PlaneConfig) -> tuple[PlaneConfig, ...]:
    """What two processes can compute of it, to be `joined`: halves of its methods, or all where its record is to be thinned."""
    return halves(config) if recorded(config) <= _MOST_NUMBERS else (config,)


def joined(config: PlaneConfig, found: Sequence[PlaneRuns]) -> PlaneRuns:
    """The runs of all the config's methods from those of its `parts`, which are the same to the last bit."""
    if len(found) == 1:
        return found[0]
    names = [name for part in found for name in part.names]
    order = [names.index(method_text(method)) for method in config.build_methods()]
    axes = dict.fromkeys(("theta", "losses", "gradients", "directions", "gained", "unanswered"), 1)
    axes |= dict.fromkeys(("failed", "distance"), 0) | (
        {} if found[0].gained_share is None else {"gained_share": 0}
    )
    arrays = {
        name: np.concatenate([getattr(part, name) for part in found], axis).take(order, axis)
        for name, axis in axes.items()
    }
    rows = np.arange(len(names) * found[0].failed.shape[1]).reshape(len(names), -1)[order].ravel()
    ends = pd.concat([part.ends for part in found], ignore_index=True).iloc[rows].reset_index(drop=True)
    return replace(found[0], names=tuple(names[m] for m in order), ends=ends, **arrays)


def knife_edges(config_json: str, *, progress: Progress | None = None) -> NDArray[np.int64]:
    """How many nudged copies of each start fail, [M, S] (see `failing_copies`)."""
    found: NDArray[np.int64] = failing_copies(PlaneConfig.from_json(config_json), progress).numpy()
    return found


def basin_map(config_json: str, side: int, *, progress: Progress | None = None) -> Basin:
    """The map of the config's methods (see `map_basin`)."""
    return map_basin(PlaneConfig.from_json(config_json), side, progress)


def paths_table(config_json: str, *, progress: Progress | None = None) -> pd.DataFrame:
    """One row a method, start and moment (see `PlaneResult.paths_frame`)."""
    return own_runs(PlaneConfig.from_json(config_json), progress=progress).paths_frame()


def alignment_table(
    config_json: str, unit_gradients: bool, *, progress: Progress | None = None
) -> pd.DataFrame:
    """How every step agrees with the players' gradients (see `Alignment.frame`)."""
    result = own_runs(PlaneConfig.from_json(config_json), progress=progress)
    return measure_alignment(result, unit_gradients).frame()


def _unanswered(result: PlaneResult) -> NDArray[np.int64]:
    path = result.trajectories
    steps = path.fell_back[:-1]
    near = steps.clone()
    near[steps] = result.problem.front.distance(path.losses[:-1][steps]) <= FAILURE_DISTANCE
    counts: NDArray[np.int64] = torch.stack((steps, near)).sum(1).numpy()
    return counts
