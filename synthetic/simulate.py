"""Run a plane config and say what came of it: paths, ends and failures, as tensors, frames and a summary."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pandas as pd
import torch
from torch import Tensor

from nashcore.bargaining import Status
from nashcore.methods import NOT_ASKED, Method, method_text, title
from synthetic.config import PlaneConfig
from synthetic.optimizers import make_optimizer
from synthetic.pareto import FAILURE_DISTANCE, gap
from synthetic.problem import Problem
from synthetic.trajectories import Trajectories, descend, record

_MOST_NUMBERS = 30_000_000
"""Longer records than this are thinned (240 MB of float64)."""

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
        trajectories: the shown run of each method and start: the start's own, or, where that one reaches the
            front and a perturbed copy does not, the copy that ends furthest away.
        distance: [M, S], of the shown run's end to the front; infinite where the run left the finite numbers.
        failed: [M, S] (bool), the distance is above `FAILURE_DISTANCE`.
        failing_share: [M, S], of the start and its copies.
    """

    config: PlaneConfig
    problem: Problem
    methods: tuple[Method, ...]
    starts: Tensor
    trajectories: Trajectories
    distance: Tensor
    failed: Tensor
    failing_share: Tensor

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

    def _steps_of(self, status: Status) -> Tensor:
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
                    "failing_share": _plain(self.failing_share[m]),
                    "gained_share": _plain(gained[m]),
                    "steps_without_agreement": self._steps_of(Status.NO_AGREEMENT)[m].tolist(),
                    "steps_stationary": self._steps_of(Status.STATIONARY)[m].tolist(),
                }
                for m, method in enumerate(self.methods)
            },
            "starts": self.starts.tolist(),
            "failure_distance": FAILURE_DISTANCE,
            "recorded_every": _spacing(self.trajectories.steps),
            "config": self.config.to_dict(),
        }

    def ends_frame(self) -> pd.DataFrame:
        """One row a method and start: where it started and ended, distance, gap, failed, failing share."""
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
        columns["failing_share"] = self.failing_share.flatten().numpy()
        columns["steps_without_agreement"] = self._steps_of(Status.NO_AGREEMENT).flatten().numpy()
        columns["steps_stationary"] = self._steps_of(Status.STATIONARY).flatten().numpy()
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
    """Run all methods, starts and perturbed copies in lockstep on ``device``; the result is on the CPU."""
    problem, methods, starts = config.build_problem(), config.build_methods(), config.build_starts()
    copies = config.with_perturbed_copies(starts).to(device)
    with torch.no_grad():
        moments = descend(
            problem,
            methods,
            copies.flatten(0, 1),
            config.steps,
            make_optimizer(config.optimizer, config.lr, problem.curvature, config.multiple),
            config.seed,
        )
        K, n = len(problem.groups), problem.parameters
        numbers = (config.steps + 1) * len(methods) * copies[..., 0].numel() * (n + 2 * K + K * n)
        every = -(-numbers // _MOST_NUMBERS)
        everything = _on_cpu(record(moments, config.steps, every))
        distance = problem.front.distance(everything.losses[-1]).reshape(len(methods), -1, len(starts))
    fails = distance > FAILURE_DISTANCE
    furthest = torch.where(fails, distance, -torch.ones_like(distance)).argmax(-2)
    shown = torch.where(
        fails[:, 0], torch.zeros_like(furthest), furthest
    )  # no copy fails: argmax is the start itself
    trajectories = _pick(everything, shown)
    ends = distance.gather(-2, shown.unsqueeze(-2)).squeeze(-2)
    return PlaneResult(
        config=config,
        problem=problem,
        methods=methods,
        starts=starts,
        trajectories=trajectories,
        distance=ends,
        failed=ends > FAILURE_DISTANCE,
        failing_share=fails.to(torch.float64).mean(-2),
    )


def _on_cpu(path: Trajectories) -> Trajectories:
    return Trajectories(**{name: values.cpu() for name, values in vars(path).items()})


def _pick(path: Trajectories, copy: Tensor) -> Trajectories:
    """From runs of [M, copies * S] those of ``copy`` [M, S]."""
    M, S = copy.shape
    rows, columns = torch.arange(M).unsqueeze(-1), copy * S + torch.arange(S)
    kept = {name: values[:, rows, columns] for name, values in vars(path).items() if name != "steps"}
    return replace(path, **kept)


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
