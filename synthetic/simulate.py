"""Run a plane config and say what came of it: paths, ends and failures, as tensors, frames and a summary."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from nashcore.bargaining import Status
from nashcore.device import one_thread
from nashcore.methods import NOT_ASKED, Method, method_text, title
from synthetic.config import PlaneConfig
from synthetic.nudges import failing_copies
from synthetic.optimizers import make_optimizer
from synthetic.pareto import FAILURE_DISTANCE, gap
from synthetic.problem import Problem
from synthetic.trajectories import Moment, Trajectories, descend, record
from synthetic.verdict import headline, nudges_say

_MOST_NUMBERS = 30_000_000
"""Longer records than this are thinned (240 MB of float64)."""

_REPORTS = 200
"""Reports of progress a run."""

_ON_THE_FRONT = 1e-5
"""Nearer to the front than this nobody's gain can be told from rounding."""


@dataclass(frozen=True)
class PlaneResult:
    """What came of a config with M methods and S starts.

    Attributes:
        config: what was run.
        problem: on which losses.
        methods: by which methods.
        starts: [S, n].
        trajectories: the start's own run of each method and start.
        distance: [M, S], of its end to the front; infinite where the run left the finite numbers.
        failed: [M, S] (bool), the distance is above `FAILURE_DISTANCE`.
        failing: [M, S] (int64), how many of the start and its nudged copies fail.
        copies: how many these are, with the start itself.
    """

    config: PlaneConfig
    problem: Problem
    methods: tuple[Method, ...]
    starts: Tensor
    trajectories: Trajectories
    distance: Tensor
    failed: Tensor
    failing: Tensor
    copies: int

    @property
    def failing_share(self) -> Tensor:
        """[M, S], of the start and its copies."""
        return self.failing.to(torch.float64) / self.copies

    def verdict(self) -> tuple[str, str]:
        """Who reaches the front and who fails, by the starts' own runs; and which starts are on a knife's edge."""
        titles = tuple(map(title, self.methods))
        return (
            headline(titles, self.failed.numpy()),
            nudges_say(titles, self.failing.numpy(), self.copies),
        )

    @property
    def final_losses(self) -> Tensor:
        """[M, S, K]."""
        return self.trajectories.losses[-1]

    def gained_share(self) -> Tensor:
        """[M], the share of steps at which every player gained, of those that began off the front.

        A step counts as off the front from `_ON_THE_FRONT` on: nearer, rounding decides who gains. NaN where a method
        has no such step. In a thinned record a step is the way from one recorded moment to the next.
        """
        path = self.trajectories
        away = self.problem.front.distance(path.losses[:-1]) > _ON_THE_FRONT
        return (path.gained & away).sum((0, 2)).to(torch.float64) / away.sum((0, 2))

    def steps_of(self, status: Status) -> Tensor:
        """[M, S], the steps at which the rule answered so."""
        return (self.trajectories.status[:-1] == status).sum(0)

    def summary(self) -> dict[str, Any]:
        """Plain data: ``{"methods": {NAME: {"final_losses", "distance_to_front", "failed", ...}}, ...}``.

        Numbers that are not finite are None, so that the summary is strict JSON.
        """
        ends, gaps, gained = self.final_losses, gap(self.final_losses), self.gained_share()
        return {
            "methods": {
                method_text(method): {
                    "final_losses": _plain(ends[m]),
                    "distance_to_front": _plain(self.distance[m]),
                    "failed": self.failed[m].tolist(),
                    "gap": _plain(gaps[m]),
                    "failing_copies": self.failing[m].tolist(),
                    "failing_share": _plain(self.failing_share[m]),
                    "gained_share": _plain(gained[m]),
                    "steps_without_agreement": self.steps_of(Status.NO_AGREEMENT)[m].tolist(),
                    "steps_stationary": self.steps_of(Status.STATIONARY)[m].tolist(),
                }
                for m, method in enumerate(self.methods)
            },
            "starts": self.starts.tolist(),
            "copies": self.copies,
            "verdict": dict(zip(("starts", "knife_edge"), self.verdict(), strict=True)),
            "failure_distance": FAILURE_DISTANCE,
            "recorded_every": _spacing(self.trajectories.steps),
            "config": self.config.to_dict(),
        }

    def ends_frame(self) -> pd.DataFrame:
        """One row a method and start: where it started and ended, distance, gap, failed, copies that fail and their share."""
        path = self.trajectories
        M, S = self.distance.shape
        columns: dict[str, Any] = {
            "method": [method_text(method) for method in self.methods for _ in range(S)],
            "title": [title(method) for method in self.methods for _ in range(S)],
            "start": list(range(S)) * M,
        }
        for name, values in (("start", self.starts.repeat(M, 1)), ("end", path.theta[-1].flatten(0, 1))):
            columns |= {
                f"{name}_{axis}": values[:, i].numpy() for i, axis in enumerate(_axes(values.shape[-1]))
            }
        columns |= {
            f"loss_{k + 1}": v.numpy() for k, v in enumerate(self.final_losses.flatten(0, 1).unbind(-1))
        }
        columns["distance"] = self.distance.flatten().numpy()
        columns["gap"] = gap(self.final_losses).flatten().numpy()
        columns["failed"] = self.failed.flatten().numpy()
        columns["failing_copies"] = self.failing.flatten().numpy()
        columns["failing_share"] = self.failing_share.flatten().numpy()
        columns["steps_without_agreement"] = self.steps_of(Status.NO_AGREEMENT).flatten().numpy()
        columns["steps_stationary"] = self.steps_of(Status.STATIONARY).flatten().numpy()
        return pd.DataFrame(columns)

    def paths_frame(self) -> pd.DataFrame:
        """One row a method, start and recorded moment: where it is and what it is about to follow.

        ``gained`` tells of the way from the moment before; it is false at the first. ``answer`` says in words what the rule
        answered: where it had no answer, the goal is followed (``fell_back``).
        """
        path = self.trajectories
        R, M, S = path.bargained.shape

        def long(values: Tensor) -> Any:
            return values.permute(1, 2, 0).flatten().numpy()

        columns: dict[str, Any] = {
            "method": pd.Categorical([method_text(method) for method in self.methods]).repeat(S * R),
            "start": torch.arange(S).repeat_interleave(R).repeat(M).numpy(),
            "step": path.steps.repeat(M * S).numpy(),
        }
        columns |= {
            axis: long(v) for axis, v in zip(_axes(path.theta.shape[-1]), path.theta.unbind(-1), strict=True)
        }
        columns |= {f"loss_{k + 1}": long(v) for k, v in enumerate(path.losses.unbind(-1))}
        columns["distance"] = long(self.problem.front.distance(path.losses))
        columns["gap"] = long(gap(path.losses))
        columns["cosine"] = long(path.cosine)
        columns["gained"] = long(torch.cat((torch.zeros_like(path.gained[:1]), path.gained)))
        columns["bargained"], columns["fell_back"] = long(path.bargained), long(path.fell_back)
        words = {NOT_ASKED: "not asked"} | {int(status): status.words for status in Status}
        columns["answer"] = pd.Categorical.from_codes(
            long(path.status) - NOT_ASKED, categories=pd.Index(list(words.values()))
        )
        return pd.DataFrame(columns)


def simulate(config: PlaneConfig, device: torch.device | str = "cpu") -> PlaneResult:
    """Run all methods from all starts in lockstep on ``device``, then the nudged copies; the result is on the CPU.

    The copies are a program of their own: what they do, and whether there are any, changes no run.
    """
    result = own_runs(config, device)
    return with_copies(result, failing_copies(config, device=device))


def own_runs(
    config: PlaneConfig,
    device: torch.device | str = "cpu",
    progress: Callable[[float], None] | None = None,
    most_numbers: int = _MOST_NUMBERS,
) -> PlaneResult:
    """The runs from the starts themselves, without their copies: as if ``config.nudges`` were 0.

    Args:
        config: what to run.
        device: where to compute; the result is on the CPU.
        progress: called with the share done, from 0 to 1; what it raises ends the work.
        most_numbers: a longer record is thinned.
    """
    problem, methods, starts = config.build_problem(), config.build_methods(), config.build_starts()
    optimizer = make_optimizer(config.optimizer, config.lr, problem.curvature, config.multiple)
    numbers = recorded(config)
    with one_thread(), torch.inference_mode():
        moments = descend(problem, methods, starts.to(device), config.steps, optimizer, config.seed)
        path = record(_telling(moments, config.steps, progress), config.steps, -(-numbers // most_numbers))
    path = Trajectories(**{name: values.cpu().clone() for name, values in vars(path).items()})
    distance = problem.front.distance(path.losses[-1])
    failed = distance > FAILURE_DISTANCE
    return PlaneResult(config, problem, methods, starts, path, distance, failed, failed.to(torch.int64), 1)


def recorded(config: PlaneConfig) -> int:
    """How many numbers a record of the starts' own runs has, where it is not thinned."""
    problem = config.build_problem()
    K, n = len(problem.groups), problem.parameters
    return (config.steps + 1) * len(config.methods) * len(config.build_starts()) * (n + 2 * K + K * n)


def _telling(
    moments: Iterator[Moment], steps: int, progress: Callable[[float], None] | None
) -> Iterator[Moment]:
    every = max(1, steps // _REPORTS)
    for moment in moments:
        if progress is not None and moment.step % every == 0:
            progress(moment.step / steps)
        yield moment


def with_copies(result: PlaneResult, failing: Tensor) -> PlaneResult:
    """The result of `own_runs` with the number of its nudged copies that fail, [M, S] (see `failing_copies`)."""
    return replace(result, failing=result.failed + failing, copies=1 + result.config.nudges)


def _spacing(steps: Tensor) -> int:
    return int(steps[1] - steps[0])


def _axes(n: int) -> list[str]:
    return ["x", "y"] if n == 2 else [f"x{i + 1}" for i in range(n)]


def _plain(values: Tensor) -> Any:
    """Numbers of any shape as (nested lists of) floats, None for those that are not finite."""

    def finite(value: Any) -> Any:
        if isinstance(value, list):
            return [finite(v) for v in value]
        return value if abs(value) < float("inf") else None

    return finite(values.tolist())
