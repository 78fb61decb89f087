"""A run that a page watches: interrupted, resumed, stopped; its tables and figures."""

from __future__ import annotations

from itertools import islice
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from nashcore.data import prepare
from nashcore.learning.evaluate import METRICS
from nashcore.learning.events import EpochDone
from nashcore.runs.config import training_config
from ui.figures.training import Switch, alignment, by_group, curves, differences
from ui.training import GAPS, HARD, KINDS, SCORES, LiveRun, command, long_table, result_table, time_left


def live(**changes: Any) -> LiveRun:
    """A small run on the Titanic table."""
    settings: dict[str, Any] = {
        "dataset": "titanic",
        "sensitive": "sex",
        "methods": "ltr,nash_ltr",
        "seeds": 2,
        "epochs": 3,
        "schedules": ("two_stage:2",),
        "device": "cpu",
    }
    return LiveRun(training_config(**(settings | changes)), prepare("titanic", "sex"))


def test_listening_in_two_parts_tells_the_same_as_in_one() -> None:
    whole, parts = live(), live()
    for _ in whole.events():
        pass
    first = list(islice(parts.events(), 4))
    rest = list(parts.events())
    assert parts.done
    assert not parts.cancelled
    assert len([event for event in first + rest if isinstance(event, EpochDone)]) == 3
    np.testing.assert_array_equal(whole.values("overall_auc"), parts.values("overall_auc"))
    assert whole.switch_epoch() == 2


def test_stopping_keeps_the_epochs_that_are_done() -> None:
    run = live(epochs=50)
    for event in run.events():
        if isinstance(event, EpochDone):
            run.cancel()
    assert run.cancelled
    assert run.history.result().epochs == 1
    assert list(run.events()) == []


def test_hard_labels_and_scores_never_share_a_table() -> None:
    kinds = [set(names) for names in KINDS.values()]
    assert set.union(*kinds) == set(METRICS)
    assert sum(map(len, kinds)) == len(METRICS)
    assert not set(HARD) & set(SCORES)
    assert set(GAPS) < set(METRICS)


def test_the_result_table_says_what_is_not_known() -> None:
    summary = {
        "methods": {
            "ltr": {
                "last": {"overall_auc": {"mean": 0.5, "std": None}, **_unknown("max_gaucd", "worst_gauc")},
                "best": {name: {"mean": 0.6, "std": 0.01} for name in HARD},
                "best_epoch": 7,
            }
        }
    }
    kind = next(iter(KINDS))
    assert result_table(summary, kind, "last").iloc[0].tolist() == ["LtR", "0.500", "–", "–"]
    assert result_table(summary, kind, "best").iloc[0].tolist()[:3] == ["LtR", "7", "0.600 ± 0.010"]


def _unknown(*names: str) -> dict[str, dict[str, None]]:
    return {name: {"mean": None, "std": None} for name in names}


def test_the_long_table_has_every_number_once() -> None:
    run = live()
    for _ in run.events():
        pass
    result = run.history.result()
    table = long_table(result)
    assert len(table) == 2 * 2 * 3
    row = table[(table["method"] == "nash_ltr") & (table["seed"] == 1) & (table["epoch"] == 3)]
    assert row["overall_auc"].item() == result.metrics["overall_auc"][1, 1, 2]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "about 1 s left"),
        (61, "about 61 s left"),
        (600, "about 10 min left"),
        (float("inf"), "estimating the time left"),
    ],
)
def test_time_left_is_told_as_people_do(seconds: float, text: str) -> None:
    assert time_left(seconds) == text


def test_the_command_line_trains_the_same() -> None:
    told = command(live(rule="cagrad").config)
    assert "--dataset titanic --sensitive sex --methods ltr,nash_ltr --seeds 2 --epochs 3" in told
    assert told.endswith("--rule cagrad")


def test_figures_are_accepted_by_plotly_and_leave_stopped_models_out() -> None:
    values = np.array([[[0.5, 0.6], [np.nan, np.nan]], [[0.7, 0.8], [0.9, 1.0]]])
    names = ("ltr", "nash_ltr")
    figure = curves(names, values, "Overall AUC", 5, "light", Switch(2, "bargaining ends"))
    go.Figure(figure)
    lines = {trace["name"]: trace for trace in figure["data"] if "name" in trace}
    assert set(lines) == {"LtR", "LtR + Nash"}
    flat = np.array([[0.5, 0.6], [0.7, 0.8]])
    go.Figure(by_group(names, ("<a>", "b"), flat, flat * 0, "AUC", "dark"))
    go.Figure(alignment("nash_ltr", np.ones(40), np.zeros(40), "dark"))
    one = np.array([0.1])
    go.Figure(differences(["LtR + Nash"], ["nash_ltr"], one, one * np.nan, one * np.nan, "AUC", "light"))


def test_group_names_from_a_file_are_shown_letter_for_letter() -> None:
    flat = np.zeros((1, 1))
    figure = by_group(("ltr",), ("<b>x</b>",), flat, flat, "AUC", "light")
    assert figure["layout"]["xaxis"]["ticktext"] == ["&lt;b&gt;x&lt;/b&gt;"]
