"""Runs against a baseline: in pairs where there are some, by their means where not, and never across tables."""

from __future__ import annotations

import numpy as np
import pytest

from nashcore.errors import InputError
from nashcore.runs.results.baseline import NOT_PAIRED, against, shown_against
from nashcore.runs.results.compare import paired
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config

# [arms, replicates, epochs]: six seeds, one epoch
ONE = [[[0.5], [0.6], [0.7], [0.55], [0.65], [0.8]], [[0.7], [0.7], [0.7], [0.7], [0.7], [0.7]]]
OTHER = [[[0.6], [0.71], [0.82], [0.68], [0.79], [0.95]], [[0.7], [0.7], [0.7], [0.7], [0.7], [0.7]]]


def test_pairs_are_those_of_paired_differences() -> None:
    one, other = made_up_run("a", ONE), made_up_run("b", OTHER)
    found = against(one, [other])
    row = found.table[(found.table["arm"] == "ltr") & (found.table["metric"] == "overall_auc")].iloc[0]
    known = paired(one, other)
    same = known[(known["arm"] == "ltr") & (known["metric"] == "overall_auc")].iloc[0]
    assert row["mean"] == pytest.approx(0.125)  # (.10 + .11 + .12 + .13 + .14 + .15) / 6
    assert (row["low"], row["high"]) == (same["low"], same["high"])
    assert row["low"] < 0.125 < row["high"]
    assert row["paired"]
    assert found.refused == {}
    table = shown_against(found, "overall_auc", {"b": "B − A"})
    assert table["B − A"].tolist()[0].startswith("+0.1250 [+0.")
    assert table["B − A"].tolist()[1] == "+0.0000, no interval"


def test_runs_that_share_no_split_differ_by_their_means_and_are_named() -> None:
    one = made_up_run("a", ONE)
    config = quick_config(methods="ltr,nash_ltr", seeds=6, epochs=1, split_seed=7)
    other = made_up_run("b", OTHER, config)
    found = against(one, [other])
    assert list(found.refused) == ["b"]
    assert NOT_PAIRED in found.says
    row = found.table[(found.table["arm"] == "ltr") & (found.table["metric"] == "overall_auc")].iloc[0]
    assert row["mean"] == pytest.approx(0.125)
    assert np.isnan([row["low"], row["high"], row["p_holm"]]).all()
    assert not row["paired"]
    shown = shown_against(found, "overall_auc", {"b": "B − A"})
    assert shown["B − A"].tolist() == ["+0.1250, not paired", "+0.0000, not paired"]


def test_other_tables_have_no_difference_and_lack_of_methods_is_no_fault() -> None:
    one = made_up_run("a", ONE)
    config = quick_config(methods="ltr,nash_ltr", seeds=6, epochs=1, dataset="adult")
    found = against(one, [made_up_run("b", OTHER, config)])
    assert len(found.table) == 0
    assert "one is on titanic, by sex, the other on adult, by sex" in found.refused["b"]
    assert len(shown_against(found, "overall_auc", {"b": "B − A"})) == 0
    lonely = quick_config(methods="ltr", seeds=6, epochs=1, split_seed=7)
    third = against(one, [made_up_run("c", OTHER[:1], lonely), made_up_run("b", OTHER)])
    table = shown_against(third, "overall_auc", {"b": "B − A", "c": "C − A"})
    assert table["C − A"].tolist() == ["+0.1250, not paired", "–"] or set(table["C − A"]) == {
        "+0.1250, not paired",
        "–",
    }
    assert against(one, []).refused == {}


def test_a_model_that_stopped_leaves_no_number() -> None:
    gone = {("ltr", seed): "Its loss was no number any more." for seed in range(6)}
    config = quick_config(methods="ltr,nash_ltr", seeds=6, epochs=1, split_seed=7)
    found = against(made_up_run("a", ONE), [made_up_run("b", OTHER, config, gone)])
    shown = shown_against(found, "overall_auc", {"b": "B − A"})
    assert shown["B − A"].tolist() == ["–", "+0.0000, not paired"]


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(InputError):
        against(made_up_run("a", ONE), [made_up_run("b", OTHER)], "soft")
