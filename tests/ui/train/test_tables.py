"""A run's numbers as tables."""

from __future__ import annotations

import numpy as np
import pytest

from nashcore.metrics import KINDS, METRICS
from nashcore.runs.results.export import alignment_table, groups_table, models_table, players_table
from tests.nashcore.runs.quick_config import quick_config
from tests.ui.train.trained import trained
from ui.train import tables


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
                "chance": {"last": {"max_gaucd": {"mean": 0.065, "high": 0.15, "told": False}}, "best": {}},
                "title": "LtR + Nash, T = 14",
            }
        }
    }
    title = "LtR + Nash, T = 14"
    assert tables.result_table(summary, "hard", "last").iloc[0].tolist() == [
        title,
        "0.500",
        "– ᶜ",
        "0.065 (95%: 0.150)",
        "–",
    ]
    assert tables.result_table(summary, "hard", "best").iloc[0].tolist()[:3] == [title, "7", "0.600 ± 0.010"]


def test_tables_hold_every_number_once() -> None:
    run = trained()
    result, table = run.result, models_table(run)
    assert len(table) == 2 * 2 * 3
    row = table[(table["method"] == "nash_ltr") & (table["seed"] == 1) & (table["epoch"] == 3)]
    assert row["overall_auc"].item() == result.metrics["overall_auc"][1, 1, 2]
    grouped = groups_table(run)
    assert len(grouped) == 2 * 2 * 3 * 2
    row = grouped[(grouped["method"] == "nash_ltr") & (grouped["seed"] == 1) & (grouped["epoch"] == 3)]
    found = row.set_index("group")["auc"]
    np.testing.assert_array_equal(found[list(result.groups)], result.group_metrics["auc"][1, 1, 2])
    players = players_table(run)
    row = players[(players["method"] == "nash_ltr") & (players["seed"] == 1) & (players["epoch"] == 3)]
    assert row["player"].tolist() == list(result.players)
    np.testing.assert_array_equal(row["weight"], result.player_weights[1, 1, 2])
    cosines = alignment_table(run)
    assert len(cosines) == 2 * 2 * 3 * 3 * 3
    row = cosines[(cosines["method"] == "nash_ltr") & (cosines["seed"] == 1) & (cosines["epoch"] == 3)]
    row = row[(row["direction"] == "before_cut") & (row["cosine"] == "mean")]
    np.testing.assert_array_equal(row.iloc[0, 7:].astype(float), result.histograms[1, 1, 2, 1, 1])
    assert row.columns[7] == "-1.00 to -0.95"


def test_a_sweep_over_t_meets_its_one_stage_twin_at_zero() -> None:
    run = trained(schedules=("two_stage:0", "two_stage:2", "continuous"))
    lines, twins = tables.sweep_lines(run.result, run.config, "overall_roc_auc")
    when, mean, spread = lines["nash_ltr"]
    assert when.tolist() == [0, 2, 3]
    assert mean[0] == pytest.approx(twins["nash_ltr"], abs=1e-12)
    assert np.isfinite(spread).all()
    assert len(tables.sweep_table(lines, tables.sweep_styles(run.config))) == 3


def test_a_sweep_is_drawn_in_rising_t_and_without_schedules_that_have_no_t() -> None:
    config = quick_config(
        methods="nash_ltr,nash_forml",
        schedules=("continuous", "two_stage:1", "every_nth:2", "bargain_last:1", "while_in_conflict"),
        method_schedules={"nash_forml": ("two_stage:1",)},
    )
    assert tables.swept_arms(config) == {"nash_ltr": [1, 0]}
    assert tables.swept_arms(quick_config(method_schedules={"nash_ltr": ("one_stage", "continuous")})) == {
        "nash_ltr": [1, 2]
    }
