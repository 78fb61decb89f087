"""Made-up measured runs, to be held side by side."""

from __future__ import annotations

from typing import Any

import numpy as np

from nashcore.learning.events import EpochDone
from nashcore.learning.history import History
from nashcore.learning.roster import Replicate, Roster
from nashcore.metrics import METRICS
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.stored_result import StoredResult
from nashcore.runs.run import Run
from tests.nashcore.runs.quick_config import quick_config


def made_up_run(
    run: str,
    overall: list[list[list[float]]],
    config: TrainingConfig | None = None,
    stopped: dict[tuple[str, int], str] | None = None,
    **about: Any,
) -> StoredResult:
    """A run with the given Overall AUC, [arms, replicates, epochs], on quick_config's ltr and nash_ltr; its other metrics are zero.

    ``stopped`` names models of its first split by arm and seed. ``about`` changes what the store tells of it.
    """
    values = np.array(overall)
    chosen = quick_config(methods="ltr,nash_ltr", seeds=values.shape[1], epochs=values.shape[2])
    config = chosen if config is None else config
    arms = config.arms()
    shape = values.shape
    outline = Roster(
        dataset=config.dataset,
        sensitive=config.sensitive,
        data=config.options.data,
        validation_dropout=config.validation_dropout,
        arms=tuple(arm.name for arm in arms),
        methods=tuple(arm.published for arm in arms),
        twins=(None,) * len(arms),
        seeds=config.seeds,
        groups=("female", "male"),
        players=("female, died",),
        test_rows={"female, died": 9, "male, died": 9},
        validation_rows={},
        splits=config.split_seeds,
    )
    epochs = [
        EpochDone(
            epoch=epoch,
            metrics={**dict.fromkeys(METRICS, np.zeros(shape[:2])), "overall_auc": values[:, :, epoch]},
            group_metrics={},
            game={},
            player_weights=np.zeros((*shape[:2], 1)),
            histograms=np.zeros((*shape[:2], 3, 3, 4)),
            loss_changes=np.zeros((*shape[:2], 27)),
        )
        for epoch in range(shape[2])
    ]
    left = {
        (arm, Replicate(config.split_seeds[0], seed)): why for (arm, seed), why in (stopped or {}).items()
    }
    history = History(outline, epochs, left, seconds=1.0)
    fields: dict[str, Any] = {
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
    return StoredResult(Run(**(fields | about)), history)
