"""Runs side by side: hand-worked tables and intervals, and everything that must not be compared in silence."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from nashcore.errors import InputError
from nashcore.learning import NaturalTest
from nashcore.metrics import KINDS, METRICS
from nashcore.runs.config import TrainingConfig
from nashcore.runs.results.compare import best_rows, paired, paper_table, unpaired
from nashcore.runs.results.natural import natural_table, without_natural
from nashcore.runs.results.pairs import differences
from nashcore.runs.results.report import as_json
from nashcore.runs.results.same_data import WORDS, differing, refusal, runs_by_data, warnings
from nashcore.runs.results.stored_result import names, stored_result
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import own, own_table, quick_config

FIRST = [[[0.5, 0.9, 0.6], [0.7, 0.7, 0.8]], [[0.6, 0.7, 0.9], [0.6, 0.7, 0.7]]]
SECOND = [[[0.5, 0.9, 0.7], [0.7, 0.7, 0.8]], [[0.6, 0.7, 0.6], [0.6, 0.7, 0.5]]]


def two(**changes: Any) -> TrainingConfig:
    return quick_config(methods="ltr,nash_ltr", epochs=3, **changes)


def test_the_table_by_hand_at_the_last_epoch_and_at_the_one_picked_on_the_test_set() -> None:
    table = paper_table([made_up_run("a", FIRST), made_up_run("b", SECOND, two(rule="mean"))])
    assert table["run"].tolist() == ["a", "a", "b", "b"]
    assert table["label"].tolist() == ["LtR", "LtR + Nash, T = 1", "LtR", "LtR + Mean, T = 1"]
    assert table["overall_auc_mean"].tolist() == pytest.approx([0.7, 0.8, 0.75, 0.55])
    assert table["overall_auc_std"].tolist() == pytest.approx(
        [0.2 / 2**0.5, 0.2 / 2**0.5, 0.1 / 2**0.5, 0.1 / 2**0.5]
    )
    assert table["epoch"].tolist() == [3, 3, 3, 3]
    assert "overall_roc_auc_mean" not in table
    best = paper_table([made_up_run("a", FIRST)], epoch="best")
    assert best["epoch"].tolist() == [2, 3]
    assert best["overall_auc_mean"].tolist() == pytest.approx([0.8, 0.8])


def test_a_model_that_stopped_is_left_out_and_a_single_seed_has_no_spread() -> None:
    nan = math.nan
    run = made_up_run(
        "a",
        [[[0.5], [nan]], [[nan], [nan]]],
        stopped={
            ("ltr", 1): "It broke.",
            ("nash_ltr", 0): "It broke.",
            ("nash_ltr", 1): "It broke.",
        },
    )
    table = paper_table([run], epoch="best")
    assert table["seeds"].tolist() == [1, 0]
    assert table["overall_auc_mean"].tolist() == pytest.approx([0.5, nan], nan_ok=True)
    assert table["overall_auc_std"].isna().all()
    assert table["epoch"].isna().tolist() == [False, True]
    json.dumps(as_json([run], epoch="best"), allow_nan=False)


def test_kinds_part_all_metrics_and_unknown_ones_are_refused() -> None:
    shown = [metric for kind in KINDS.values() for metric in kind.metrics]
    assert sorted(shown) == sorted(METRICS)
    run = made_up_run("a", FIRST)
    with pytest.raises(InputError, match="Kind should be one of hard, scores, gaps"):
        paper_table([run], "auc")
    with pytest.raises(InputError, match="Epoch should be last or best"):
        paper_table([run], epoch="first")
    assert (METRICS["overall_auc"].heading, METRICS["max_gaucd"].heading) == ("Overall AUC ↑", "Max-gAUCD ↓")


def test_paired_differences_by_hand() -> None:
    table = paired(made_up_run("a", FIRST), made_up_run("b", SECOND, two(rule="mean")))
    found = table[table["metric"] == "overall_auc"].set_index("arm")
    # ltr: 0.1 and 0.0; nash_ltr: -0.3 and -0.2.
    assert found["mean"].tolist() == pytest.approx([0.05, -0.25])
    assert found[["low", "high", "p"]].isna().to_numpy().all()
    assert found["reason"].tolist() == ["no interval: 2 seeds, five are needed"] * 2
    assert found["test_rows"].tolist() == [18, 18]
    assert found.loc["nash_ltr", ["label", "minus"]].tolist() == ["LtR + Mean, T = 1", "LtR + Nash, T = 1"]
    assert found["seeds"].tolist() == [2, 2]


def test_differences_of_several_runs_are_corrected_together_by_hand() -> None:
    config = quick_config(methods="ltr,nash_ltr", epochs=1, seeds=5)
    zeros = [[0.0]] * 5
    one = made_up_run("a", [zeros, zeros], config)
    first = [0.01, 0.03, -0.01, 0.02, 0.025]
    others = [
        made_up_run(name, [[[value + shift] for value in first], [[value] for value in first]], config)
        for name, shift in (("b", 0.0), ("c", 0.2))
    ]
    pairs, family = differences(one, others)
    found = [pair.table.query("metric == 'overall_auc'") for pair in pairs]
    # Twelve comparisons: the p-values of `first` thrice and of `first` shifted once, which comes first; eight that tell nothing.
    p = stats.ttest_1samp(first, 0).pvalue
    far = stats.ttest_1samp(np.array(first) + 0.2, 0).pvalue
    assert found[0]["p_holm"].tolist() == pytest.approx([min(11 * p, 1)] * 2)
    assert found[1]["p_holm"].tolist() == pytest.approx([12 * far, min(11 * p, 1)])
    assert [*found[0]["told"], *found[1]["told"]] == [False, False, True, False]
    # The other metrics are zero throughout: shown, and without an interval.
    assert (family.shown, family.tested, family.told) == (12, 4, 1)
    report = as_json([one, *others])
    assert report["comparisons"] == {"shown": 12, "tested": 4, "told": 1}
    assert family.says in report["caveats"]
    json.dumps(report, allow_nan=False)


def test_only_seeds_that_both_got_through_are_paired_whatever_their_order() -> None:
    three = [[[0.5], [0.6], [0.7]], [[0.1], [0.2], [math.nan]]]
    one = made_up_run(
        "a",
        three,
        quick_config(methods="ltr,nash_ltr", epochs=1, seeds=(4, 1, 7)),
        {("nash_ltr", 7): "It broke."},
    )
    other = made_up_run(
        "b", [[[0.9], [0.5]], [[0.9], [0.5]]], quick_config(methods="ltr,nash_ltr", epochs=1, seeds=(7, 4))
    )
    found = paired(one, other).query("metric == 'overall_auc'").set_index("arm")
    assert found["seeds"].tolist() == [2, 1]
    assert found["mean"].tolist() == pytest.approx([(0.2 + 0.0) / 2, 0.4])
    assert found["low"].isna().all()


def test_arms_are_paired_by_name_else_by_method_and_schedule() -> None:
    sweep = quick_config(methods="ltr,nash_ltr", epochs=1, seeds=1, schedules="two_stage:1,continuous")
    one = made_up_run(
        "a",
        [[[0.5]], [[0.6]]],
        quick_config(methods="ltr,nash_ltr", epochs=1, seeds=1, schedules="continuous"),
    )
    other = made_up_run("b", [[[0.5]], [[0.7]], [[0.9]]], sweep)
    found = paired(one, other).query("metric == 'overall_auc'")
    assert found["arm"].tolist() == ["ltr", "nash_ltr@continuous"]
    assert found["mean"].tolist() == pytest.approx([0.0, 0.3])
    assert unpaired(made_up_run("c", [[[0.5]]], quick_config(methods="dro", epochs=1, seeds=1)), one) == (
        "Runs c and a cannot be paired: they have no method in common."
    )


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"dataset": "adult"}, "one is on titanic, by sex, the other on adult, by sex"),
        ({"split_seed": 3, "rule": "mean"}, "not steered and tested with the same rows (split seed)"),
        ({"validation_per_cell": 2}, "not steered and tested with the same rows (validation rows a cell)"),
        ({"drop_duplicates": True}, "same rows (repeated rows left out)"),
        ({"data": "published"}, "do not treat the data alike"),
        ({"seeds": (5, 6)}, "no seed in common"),
    ],
)
def test_pairs_that_make_no_sense_are_refused_in_one_sentence(changes: dict[str, Any], why: str) -> None:
    one, other = made_up_run("a", FIRST), made_up_run("b", SECOND, two(**changes))
    assert why in str(refusal(one, other))
    with pytest.raises(InputError, match="Runs a and b cannot be paired"):
        paired(one, other)
    report = as_json([one, other])
    assert report["paired_differences"][0]["refused"] == refusal(one, other)
    assert report["paired_differences"][0]["differences"] is None


def test_an_unfinished_run_is_named_and_not_paired() -> None:
    one = made_up_run("a", FIRST)
    other = made_up_run("b", SECOND, two(), state="stopped")
    short = made_up_run("c", SECOND, quick_config(methods="ltr,nash_ltr", epochs=50), state="running")
    assert "b was stopped after 3 of 3 epochs" in str(refusal(one, other))
    assert warnings([one, short]) == ["Run “Run c” is still running after 3 of 50 epochs."]


def test_what_says_the_same_in_other_words_is_comparable() -> None:
    one = made_up_run("a", FIRST)
    same = made_up_run(
        "b", FIRST, two(validation_per_cell=1, device="auto", lr=0.5, keep_sensitive=False, seeds=2)
    )
    assert refusal(one, same) is None
    assert warnings([one, same]) == []
    assert len(runs_by_data([one, same])) == 1


def test_warnings_say_table_rows_and_data_once_each() -> None:
    runs = [
        made_up_run("a", FIRST),
        made_up_run("b", FIRST, two(split_seed=1)),
        made_up_run("c", FIRST, two(data="published")),
        made_up_run("d", FIRST, two(dataset="adult")),
    ]
    sentences = warnings(runs)
    assert [len(block) for block in runs_by_data(runs)] == [1, 1, 1, 1]
    assert len(sentences) == 3
    assert "titanic, by sex; adult, by sex" in sentences[0]
    assert "same rows (split seed)" in sentences[1]
    assert "do not treat the data alike" in sentences[2]


def test_own_tables_are_told_apart_by_what_they_hold(tmp_path: Path) -> None:
    store = Store(tmp_path / "runs")
    path = own_table(tmp_path)
    first, again = store.add(own(path)), store.add(own(path))
    path.write_text(path.read_text().replace("y,s,x,z", "y,s,x,w"))
    changed = store.add(own(path))
    values = [[[0.5, 0.5], [0.5, 0.5]]] * 2
    one, two_, three = (made_up_run(run.id, values, run.config) for run in (first, again, changed))
    assert refusal(one, two_) is None
    assert refusal(one, three) is not None
    assert "Own table's content" in [setting.words for setting in differing([one, three])]


def test_settings_that_differ_are_told_field_by_field_in_words() -> None:
    runs = [
        made_up_run("a", FIRST),
        made_up_run("b", FIRST, two(rule="gm", rule_options={"power": -2}, lr=0.25, schedules="continuous")),
    ]
    found = {setting.words: list(setting.values.values()) for setting in differing(runs)}
    assert found == {
        "When to bargain": ["T = 1", "throughout"],
        "Rule of the bargaining stage": ["Nash", "GM (utilities)"],
        "The rule's options": ["none", "power = -2"],
        "Learning rate": ["0.001", "0.25"],
    }
    assert differing(runs[:1]) == []
    assert set(WORDS) == set(TrainingConfig(dataset="titanic", sensitive="sex").values())


def test_every_setting_has_words_for_its_values(tmp_path: Path) -> None:
    path = own_table(tmp_path)
    schedules = {"method_schedules": {"nash_ltr": ("every_nth:2", "bargain_last:1")}}
    runs = [
        made_up_run("a", FIRST),
        made_up_run(
            "b", [[[0.5]]] * 3, own(path, **schedules, hidden=(8, 4), drop=("z",), keep_sensitive=False)
        ),
    ]
    found = {setting.name: setting.values["b"] for setting in differing(runs)}
    assert found["method_schedules"] == "LtR + Nash: one in 2, after 1"
    assert found["hidden"] == "8, 4"
    assert found["drop"] == "z"
    assert found["keep_sensitive"] == "no"
    assert found["target"] == "y = 1"
    assert str(tmp_path) not in str(found)


def test_runs_of_one_title_are_called_by_their_ids_too() -> None:
    runs = [made_up_run("a", FIRST, title="x"), made_up_run("b", FIRST, title="x"), made_up_run("c", FIRST)]
    assert names(runs) == {"a": "x (a)", "b": "x (b)", "c": "Run c"}


def test_best_means_are_found_among_finished_runs_on_the_same_data() -> None:
    runs = [
        made_up_run("a", FIRST),
        made_up_run("b", [[[0.0, 0.0, 0.8001]] * 2, [[0.0, 0.0, 0.1]] * 2], two()),
        made_up_run("c", [[[0.0, 0.0, 0.99]] * 2, [[0.0, 0.0, 0.2]] * 2], two(), state="stopped"),
        made_up_run("d", [[[0.0, 0.0, 0.3]] * 2, [[0.0, 0.0, 0.2]] * 2], two(split_seed=1)),
    ]
    table = paper_table(runs)
    assert best_rows(table, "overall_auc") == [False, True, True, False, False, False, True, False]
    alone = paper_table([made_up_run("e", [[[0.5]]], quick_config(methods="dro", epochs=1, seeds=1))])
    assert best_rows(alone, "overall_auc") == [False]


def natural(rows: int) -> NaturalTest:
    """Overall AUC .5 and .7 of the seeds of ltr, .6 and .8 of nash_ltr, with ends .1 around the means."""
    values, ends = np.array([[0.5, 0.7], [0.6, 0.8]]), np.array([[0.5, 0.7], [0.6, 0.8]])
    metrics = {**dict.fromkeys(METRICS, np.zeros((2, 2))), "overall_auc": values}
    intervals = {**dict.fromkeys(METRICS, np.zeros((2, 2))), "overall_auc": ends}
    return NaturalTest(2, {"female, died": rows, "male, died": 1}, metrics, {}, intervals)


def test_natural_test_parts_stand_in_a_table_of_their_own_and_who_has_none_is_named() -> None:
    one, other = made_up_run("a", FIRST), made_up_run("b", SECOND)
    assert one.history is not None
    one.history.natural_test = natural(8)
    table = natural_table([one, other])
    assert table["run"].tolist() == ["a", "a"]
    assert table["overall_auc_mean"].tolist() == pytest.approx([0.6, 0.7])
    assert table["overall_auc_low"].tolist() == pytest.approx([0.5, 0.6])
    assert table["overall_auc_high"].tolist() == pytest.approx([0.7, 0.8])
    assert (table["rows"].tolist(), table["epoch"].tolist()) == ([9, 9], [3, 3])
    assert without_natural([one, other]) == "No natural test part: b."
    assert without_natural([one]) is None
    assert natural_table([other]).empty
    report = json.loads(json.dumps(as_json([one, other]), allow_nan=False))
    assert len(report["natural_test"]["table"]) == 2
    assert len(report["table"]) == 4
    assert not any("low" in name for row in report["table"] for name in row)


def test_another_natural_test_part_leaves_other_rows_to_train_on(tmp_path: Path) -> None:
    table = own_table(tmp_path)
    runs = [
        made_up_run("a", FIRST, own(table, epochs=3)),
        made_up_run("b", FIRST, own(table, epochs=3, natural_test_share=0.25)),
        made_up_run("c", FIRST, own(table, epochs=3, natural_test_share=0.0)),
    ]
    assert refusal(runs[0], runs[1]) is None
    assert "natural test part" in str(refusal(runs[0], runs[2]))


def test_stored_runs_are_compared_from_end_to_end() -> None:
    store = Store()
    ids = []
    for changes in ({}, {"rule": "mean"}):
        with store.begin(quick_config(**changes)) as run:
            carry_out(store, run)
            ids.append(run.id)
    runs = [stored_result(store, run) for run in ids]
    report = as_json(runs)
    assert list(report["differing_settings"]) == ["rule"]
    assert report["warnings"] == []
    same = [row for row in report["paired_differences"][0]["differences"] if row["arm"] == "ltr"]
    assert len(same) == 3
    assert all((row["mean"], row["low"], row["high"], row["told"]) == (0.0, None, None, None) for row in same)
    assert {row["reason"] for row in same} == {"no interval: 2 seeds, five are needed"}
    assert np.isfinite(paper_table(runs)["overall_auc_mean"]).all()
    waits = store.add(quick_config())
    with pytest.raises(InputError, match=f"Run {waits.id} has no figures yet: it is waiting."):
        _ = stored_result(store, waits.id).result
