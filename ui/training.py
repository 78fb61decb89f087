"""A training run that a page watches: it goes on as long as the page listens, and keeps what is done when
it stops."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.data import DATASETS, SETTINGS, availability, prepare
from nashcore.data.table import Task
from nashcore.errors import InputError
from nashcore.learning.collect import History
from nashcore.learning.evaluate import METRICS
from nashcore.learning.events import EpochDone, Event, Finished, Progress, StageChanged
from nashcore.learning.result import Result
from nashcore.learning.trainer import train
from nashcore.runs.config import TrainingConfig
from ui.figures.style import look

HARD = ("overall_auc", "max_gaucd", "worst_gauc")
SCORES = ("overall_roc_auc", "max_groc_aucd", "worst_groc_auc")
GAPS = ("tpr_gap", "fpr_gap", "f1_gap")
KINDS = {"Hard labels, as in the paper": HARD, "Scores (ROC)": SCORES, "Rate gaps": GAPS}
"""Metrics that may stand in one table. Hard-label and score-based numbers never share one."""

LESS_IS_BETTER = {"max_gaucd", "max_groc_aucd", *GAPS}


def settings_here() -> dict[tuple[str, str], str]:
    """(dataset, sensitive) -> title, of the settings whose table is on this machine."""
    return {
        key: f"{DATASETS[key[0]].title}, by {key[1]}"
        for key in SETTINGS
        if availability(key[0]).place in ("data home", "carried")
    }


@st.cache_resource(max_entries=3, show_spinner="Preparing the table …")
def task_of(dataset: str, sensitive: str, protocol: str, split_seed: int) -> Task:
    """The prepared table. Shared between sessions, so nobody may change it (it is frozen)."""
    return prepare(dataset, sensitive, protocol=protocol, split_seed=split_seed)  # type: ignore[arg-type]


@dataclass
class LiveRun:
    """A run under way or done.

    Attributes:
        config: what is run.
        task: on which table.
        history: what has happened so far.
        progress: the newest report, if any.
        done: whether the run has ended.
        cancelled: whether it ended early.
    """

    config: TrainingConfig
    task: Task
    history: History = field(init=False)
    progress: Progress | None = None
    done: bool = False
    cancelled: bool = False
    switched: dict[str, int] = field(default_factory=dict)
    _events: Iterator[Event] = field(init=False)

    def __post_init__(self) -> None:
        plan = self.config.plan()
        self.history = History.of(self.task, plan)
        self._events = train(self.task, plan)

    def events(self) -> Iterator[Event]:
        """What happens next. Stopping to listen stops the training between two reports; asking again goes
        on."""
        while not self.done:
            try:
                event = next(self._events)
            except InputError:
                self.cancel()
                raise
            self.history.add(event)
            match event:
                case Progress():
                    self.progress = event
                case StageChanged(arm=arm, epoch=epoch, bargains=False):
                    self.switched[arm] = epoch
                case Finished(cancelled=cancelled):
                    self.done, self.cancelled = True, cancelled
            yield event

    def cancel(self) -> None:
        """End the run and keep the epochs that are done."""
        self.done = self.cancelled = True

    def values(self, metric: str) -> np.ndarray:
        """A metric [A, N, E] of the epochs done."""
        epochs: list[EpochDone] = self.history.epochs
        return np.stack([epoch.metrics[metric] for epoch in epochs], axis=2)

    def switch_epoch(self) -> int | None:
        """The epoch (from 1) after which the two-stage methods stop bargaining, if all agree on it."""
        found = set(self.switched.values())
        return found.pop() if len(found) == 1 else None


def time_left(seconds: float) -> str:
    """Seconds as people say them."""
    if not math.isfinite(seconds):
        return "estimating the time left"
    if seconds < 90:
        return f"about {max(1, round(seconds))} s left"
    return f"about {round(seconds / 60)} min left"


def _cell(numbers: dict[str, float | None]) -> str:
    mean, std = numbers["mean"], numbers["std"]
    if mean is None:
        return "–"
    return f"{mean:.3f}" if std is None else f"{mean:.3f} ± {std:.3f}"


def result_table(summary: dict, kind: str, epoch: str) -> pd.DataFrame:
    """A method a row, a metric a column; epoch is "last" or "best"."""
    rows = []
    for arm, found in summary["methods"].items():
        row = {"Method": look(arm).title}
        if epoch == "best":
            row["Epoch"] = "–" if found["best_epoch"] is None else str(found["best_epoch"])
        rows.append(row | {_heading(name): _cell(found[epoch][name]) for name in KINDS[kind]})
    return pd.DataFrame(rows)


def _heading(metric: str) -> str:
    title = METRICS[metric].partition(",")[0]
    return f"{title} {'↓' if metric in LESS_IS_BETTER else '↑'}"


def long_table(result: Result) -> pd.DataFrame:
    """Every number behind the curves: a method, seed and epoch a row."""
    arms, seeds, epochs = len(result.arms), len(result.seeds), result.epochs
    index = pd.MultiIndex.from_product(
        [result.arms, result.seeds, range(1, epochs + 1)], names=["method", "seed", "epoch"]
    )
    flat = {name: values.reshape(arms * seeds * epochs) for name, values in result.metrics.items()}
    return pd.DataFrame(flat, index=index).reset_index()


def command(config: TrainingConfig) -> str:
    """The command line that trains the same."""
    words = [
        "python -m nashcore train",
        f"--dataset {config.dataset}",
        f"--sensitive {config.sensitive}",
        f"--methods {','.join(config.methods)}",
        f"--seeds {len(config.seeds)}",
        f"--epochs {config.epochs}",
        f"--schedules {','.join(config.schedules)}",
    ]
    if config.rule != "nash":
        words.append(f"--rule {config.rule}")
    if config.protocol != "default":
        words.append(f"--protocol {config.protocol}")
    if config.split_seed:
        words.append(f"--split-seed {config.split_seed}")
    return " ".join(words)
