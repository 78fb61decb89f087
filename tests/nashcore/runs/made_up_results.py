"""Made-up measured runs, to be held side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from nashcore.learning.result import Result
from nashcore.metrics import METRICS
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.stored_result import Measured
from nashcore.runs.run import Run
from tests.nashcore.runs.quick_config import quick


def beside(
    run: str,
    overall: list[list[list[float]]],
    config: TrainingConfig | None = None,
    stopped: dict[tuple[str, int], str] | None = None,
    **about: Any,
) -> Measured:
    """A run with the given Overall AUC, [arms, seeds, epochs], on quick's ltr and nash_ltr; its other metrics are zero.

    ``about`` changes what the store tells of it.
    """
    values = np.array(overall)
    chosen = quick(methods="ltr,nash_ltr", seeds=values.shape[1], epochs=values.shape[2])
    config = chosen if config is None else config
    arms = config.arms()
    shape = values.shape
    result = Result(
        dataset=config.dataset,
        sensitive=config.sensitive,
        protocol=config.protocol,
        arms=tuple(arm.name for arm in arms),
        methods=tuple(arm.method.name for arm in arms),
        twins=(None,) * len(arms),
        seeds=config.seeds,
        groups=("female", "male"),
        players=("female, died",),
        test_rows={"female, died": 9, "male, died": 9},
        metrics={**dict.fromkeys(METRICS, np.zeros(shape)), "overall_auc": values},
        group_metrics={},
        game={},
        player_weights=np.zeros((*shape, 1)),
        histograms=np.zeros((*shape, 2, 3, 4)),
        stopped=stopped or {},
        notices=(),
        seconds=1.0,
    )
    told: dict[str, Any] = {
        "id": run,
        "title": f"Run {run}",
        "config": config,
        "state": "finished",
        "reason": "",
        "created": 0.0,
        "epochs": shape[2],
        "share": 1.0,
        "seconds": 1.0,
        "seconds_left": None,
    }
    return Measured(Run(**(told | about)), result)
