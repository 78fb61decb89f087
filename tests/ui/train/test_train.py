"""A run as the page shows it: its tables, its marks, its words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from nashcore.errors import InputError
from nashcore.learning import History, train
from nashcore.learning.events import Event, Started
from nashcore.metrics import KINDS, METRICS
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.export import alignment_table, groups_table, models_table, players_table
from nashcore.runs.run import Run
from tests.nashcore.runs.quick_config import quick
from ui.figures.curves import Switch
from ui.shell.runs import Seen
from ui.train import tables
from ui.train.schedules import swept
from ui.train.watch import time_left


def run_of(config: TrainingConfig) -> Run:
    """A run that is over."""
    return Run("00000000", "A run", config, "finished", "", 0.0, config.epochs, 1.0, 0.0, None)


def done(**changes: Any) -> Seen:
    """A small run on the Titanic table, trained."""
    config = quick(**({"methods": "ltr,nash_ltr", "epochs": 3, "schedules": "two_stage:2"} | changes))
    history: History | None = None
    events: list[Event] = list(train(config.task(), config.plan()))
    for event in events:
        if isinstance(event, Started):
            history = History(event.roster)
        if history is not None:
            history.add(event)
    return Seen(run_of(config), history)


def test_each_arm_that_changes_its_stage_once_is_marked() -> None:
    schedules = ("two_stage:0", "two_stage:2", "continuous", "bargain_last:1", "every_nth:2")
    config = quick(methods="ltr,nash_ltr", schedules=schedules)
    marks = {"nash_ltr@2": Switch(2), "nash_ltr@bargain_last:1": Switch(1, begins=True)}
    assert Seen(run_of(config), None).switches() == marks
    assert Seen(run_of(quick(schedules="two_stage:2")), None).switches() == {"nash_ltr": Switch(2)}


def test_a_run_is_shown_by_the_rule_that_bargained_and_kept_by_its_arms_names() -> None:
    run = done(rule="pcgrad")
    assert run.result is not None
    assert run.shown is not None
    assert (run.result.arms, run.shown.arms) == (("ltr", "nash_ltr"), ("ltr", "nash_ltr+pcgrad"))
    assert set(run.switches()) == {"nash_ltr+pcgrad"}
    assert run.shown.best_epoch(1) == run.result.best_epoch(1)


def test_hard_labels_and_scores_never_share_a_table() -> None:
    kinds = [set(kind.metrics) for kind in KINDS.values()]
    assert set.union(*kinds) == set(METRICS)
    assert sum(map(len, kinds)) == len(METRICS)


def test_the_result_table_says_what_is_not_known() -> None:
    unknown = {name: {"mean": None, "std": None} for name in ("max_gaucd", "worst_gauc")}
    summary = {
        "methods": {
            "nash_ltr@14": {
                "last": {"overall_auc": {"mean": 0.5, "std": None}, **unknown},
                "best": {name: {"mean": 0.6, "std": 0.01} for name in KINDS["hard"].metrics},
                "best_epoch": 7,
            }
        }
    }
    title = "LtR + Nash, T = 14"
    assert tables.result_table(summary, "hard", "last").iloc[0].tolist() == [title, "0.500", "–", "–"]
    assert tables.result_table(summary, "hard", "best").iloc[0].tolist()[:3] == [title, "7", "0.600 ± 0.010"]


def test_tables_hold_every_number_once() -> None:
    result = done().result
    assert result is not None
    table = models_table(result)
    assert len(table) == 2 * 2 * 3
    row = table[(table["method"] == "nash_ltr") & (table["seed"] == 1) & (table["epoch"] == 3)]
    assert row["overall_auc"].item() == result.metrics["overall_auc"][1, 1, 2]
    grouped = groups_table(result)
    assert len(grouped) == 2 * 2 * 3 * 2
    row = grouped[(grouped["method"] == "nash_ltr") & (grouped["seed"] == 1) & (grouped["epoch"] == 3)]
    found = row.set_index("group")["auc"]
    np.testing.assert_array_equal(found[list(result.groups)], result.group_metrics["auc"][1, 1, 2])
    players = players_table(result)
    row = players[(players["method"] == "nash_ltr") & (players["seed"] == 1) & (players["epoch"] == 3)]
    assert row["player"].tolist() == list(result.players)
    np.testing.assert_array_equal(row["weight"], result.player_weights[1, 1, 2])
    cosines = alignment_table(result)
    assert len(cosines) == 2 * 2 * 3 * 2 * 3
    row = cosines[(cosines["method"] == "nash_ltr") & (cosines["seed"] == 1) & (cosines["epoch"] == 3)]
    row = row[(row["weights"] == "used") & (row["cosine"] == "mean")]
    np.testing.assert_array_equal(row.iloc[0, 5:].astype(float), result.histograms[1, 1, 2, 1, 1])
    assert row.columns[5] == "-1.00 to -0.95"


def test_a_sweep_over_t_meets_its_one_stage_twin_at_zero() -> None:
    run = done(schedules=("two_stage:0", "two_stage:2", "continuous"))
    assert run.result is not None
    lines, twins = tables.sweep_lines(run.result, run.config, "overall_roc_auc")
    when, mean, spread = lines["nash_ltr"]
    assert when.tolist() == [0, 2, 3]
    assert mean[0] == pytest.approx(twins["nash_ltr"], abs=1e-12)
    assert np.isfinite(spread).all()
    assert len(tables.sweep_table(lines)) == 3


def test_a_sweep_is_drawn_in_rising_t_and_without_schedules_that_have_no_t() -> None:
    config = quick(
        methods="nash_ltr,nash_forml",
        schedules=("continuous", "two_stage:1", "every_nth:2", "bargain_last:1", "while_in_conflict"),
        method_schedules={"nash_forml": ("two_stage:1",)},
    )
    assert tables.swept(config) == {"nash_ltr": [1, 0]}
    assert tables.swept(quick(method_schedules={"nash_ltr": ("one_stage", "continuous")})) == {
        "nash_ltr": [1, 2]
    }


def test_means_leave_stopped_models_out() -> None:
    mean, spread = tables.means_and_spreads(np.array([[[1.0], [3.0], [np.nan]], [[np.nan]] * 3]))
    np.testing.assert_allclose(mean, [[2.0], [np.nan]])
    np.testing.assert_allclose(spread, [[np.sqrt(2)], [np.nan]])


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


def test_a_list_of_bargaining_epochs_is_sorted_and_each_counts_once() -> None:
    assert swept(" 5, 0,2 ,2,", 5) == [0, 2, 5]


@pytest.mark.parametrize("text", ["", ",", "1.5", "-1", "two", "9", "²", ",".join(map(str, range(20)))])
def test_a_bad_list_of_bargaining_epochs_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"^Bargaining epochs T should be .* Found "):
        swept(text, 8)
