"""Decisions at a threshold, on made-up scores that can be counted by hand."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from nashcore.errors import InputError
from nashcore.runs.results import ByGroup, ScoredRows, Thresholds, by_group_table

SCORES = [0.9, 0.6, 0.4, 0.2, 0.8, 0.3, 0.55, 0.1]
LABELS = [1, 0, 1, 0, 1, 1, 0, 0]
GROUPS = [0, 0, 0, 0, 1, 1, 1, 1]


def scored(**changes: object) -> ScoredRows:
    """Two arms of two seeds on eight rows of two groups; the second seed of the first arm stopped."""
    scores = np.array([[SCORES, [np.nan] * 8], [SCORES[::-1], SCORES]])
    values = {
        "run": "00000000",
        "split": 0,
        "part": "natural",
        "title": "natural test part",
        "arms": {"ltr": "LtR", "dro": "DRO"},
        "seeds": (0, 1),
        "groups": ("a", "b"),
        "labels": ("no", "yes"),
        "scores": scores,
        "label": np.array(LABELS),
        "group": np.array(GROUPS),
        "rows": np.arange(8),
        "table": pd.DataFrame({"x": range(8)}),
        "notices": (),
        "stopped": {("ltr", 1): "It stopped."},
    }
    return ScoredRows(**(values | changes))  # type: ignore[arg-type]


def test_counts_and_rates_by_hand() -> None:
    found = ByGroup(scored()).at("LtR", 0, Thresholds())
    a, b = found["groups"]
    assert [a[kind] for kind in ("tp", "fp", "fn", "tn")] == [1, 1, 1, 1]
    assert [b[kind] for kind in ("tp", "fp", "fn", "tn")] == [1, 1, 1, 1]
    assert found["overall"]["rates"]["selection_rate"]["hits"] == 4
    assert (found["arm"], found["label"], found["cost"]) == ("ltr", "LtR", None)
    assert all(line["few"] for line in found["groups"])
    assert "which say next to nothing: a, b." in " ".join(found["caveats"])
    assert found["gaps"]["selection_rate"]["value"] == 0
    dro = found["methods"][1]["rates"]["tpr"]
    assert (dro["low"], dro["high"], dro["mean"]) == (0.0, 0.5, 0.25)
    json.dumps(found, allow_nan=False)


def test_a_threshold_for_each_group_and_what_it_costs() -> None:
    """For b the limit sinks to 0.25: the row of score 0.3, of label 1, is given label 1 now. For a it rises to 0.7."""
    found = ByGroup(scored()).at("ltr", 0, Thresholds(0.5, {"b": 0.25, "a": 0.7}))
    a, b = found["groups"]
    assert (a["threshold"], b["threshold"], found["overall"]["threshold"]) == (0.7, 0.25, None)
    assert [a[kind] for kind in ("tp", "fp", "fn", "tn")] == [1, 0, 1, 2]
    assert [b[kind] for kind in ("tp", "fp", "fn", "tn")] == [2, 1, 0, 1]
    cost = found["cost"]
    assert (cost["changed"], cost["became_right"], cost["became_wrong"]) == (2, 2, 0)
    assert (cost["accuracy"]["common"], cost["accuracy"]["own"]) == (0.5, 0.75)
    assert cost["selection_rate"]["change"] == 0
    assert cost["accuracy"]["low"] < 0.25 < cost["accuracy"]["high"]
    assert "at the moment of the decision" in found["caveats"][-1]
    assert ByGroup(scored()).at("ltr", 0, Thresholds(0.5, {"b": 0.5}))["cost"] is None


def test_right_and_wrong_that_cancel_each_other_are_both_told() -> None:
    """One limit down for both groups: a row of label 1 and one of label 0 change in each."""
    found = ByGroup(scored()).at("ltr", 0, Thresholds(0.7, {"a": 0.3, "b": 0.2}))
    cost = found["cost"]
    # of a 0.6 (label 0) and 0.4 (label 1), of b 0.3 (label 1) and 0.55 (label 0)
    assert (cost["changed"], cost["became_right"], cost["became_wrong"]) == (4, 2, 2)
    assert cost["accuracy"]["change"] == 0
    assert cost["accuracy"]["low"] == pytest.approx(-cost["accuracy"]["high"])


def test_the_curve_of_a_rate_is_the_rate_at_every_threshold() -> None:
    report, thresholds = ByGroup(scored()), np.array([0.0, 0.25, 0.5, 0.85, 1.0])
    curves = report.curves("ltr", 0, thresholds)
    for at, threshold in enumerate(thresholds.tolist()):
        found = report.at("ltr", 0, Thresholds(threshold))
        for name, values in curves.items():
            expected = [line["rates"][name]["value"] for line in (*found["groups"], found["overall"])]
            assert [None if np.isnan(value) else value for value in values[at]] == expected


def test_the_table_has_a_row_for_each_group_and_one_for_all() -> None:
    found = ByGroup(scored()).at("ltr", 0, Thresholds(0.95))
    table = by_group_table(found)
    assert table["group"].tolist() == ["a", "b", "all groups"]
    assert table["precision"].isna().all()  # nobody is given label 1
    assert table["precision_of"].tolist() == [0, 0, 0]
    assert table["selection_rate_high"].between(0, 1).all()


def test_rows_drawn_several_times_are_told_and_are_as_unsure_as_one() -> None:
    once = ByGroup(scored()).at("ltr", 0, Thresholds())
    twice = scored(
        scores=np.array([[SCORES * 3, SCORES * 3], [SCORES * 3, SCORES * 3]]),
        label=np.array(LABELS * 3),
        group=np.array(GROUPS * 3),
        rows=np.array([*range(8)] * 3),
    )
    found = ByGroup(twice).at("ltr", 0, Thresholds())
    assert (found["overall"]["rows"], found["overall"]["distinct"]) == (24, 8)
    for end in ("value", "low", "high"):
        now, before = (one["overall"]["rates"]["tpr"][end] for one in (found, once))
        assert now == pytest.approx(before)
    assert "drawn several times" in " ".join(found["caveats"])


def test_a_group_without_rows_has_nothing_and_breaks_nothing() -> None:
    found = ByGroup(replace(scored(), groups=("a", "b", "c"))).at("ltr", 0, Thresholds())
    line = found["groups"][2]
    assert (line["rows"], line["rates"]["tpr"]["value"], line["calibration"]["error"]) == (0, None, None)
    by_group_table(found)


@pytest.mark.parametrize("value", [-0.1, 1.5, float("nan")])
def test_thresholds_that_are_none_are_refused(value: float) -> None:
    with pytest.raises(InputError, match="Threshold should be from 0 to 1"):
        Thresholds(value)
    with pytest.raises(InputError, match="Threshold should be from 0 to 1"):
        Thresholds(0.5, {"a": value})


def test_a_group_that_is_not_there_is_refused() -> None:
    with pytest.raises(InputError, match="A group should be one of a, b"):
        ByGroup(scored()).at("ltr", 0, Thresholds(0.5, {"q": 0.1}))


def test_a_group_that_is_called_as_all_of_them_is_told_apart() -> None:
    found = ByGroup(scored(groups=("all groups", "b"))).at("ltr", 0, Thresholds())
    assert [line["group"] for line in (*found["groups"], found["overall"])] == [
        "all groups",
        "b",
        "all groups together",
    ]
