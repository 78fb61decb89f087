"""Tables of decisions at a threshold as people read them."""

from __future__ import annotations

import pytest

from nashcore.runs.results import (
    ByGroup,
    Thresholds,
    shown_calibration,
    shown_confusion,
    shown_methods,
    shown_rates,
)
from tests.nashcore.runs.results.test_by_group import scored


def test_every_number_has_its_interval_and_its_rows() -> None:
    found = ByGroup(scored()).at("ltr", 0, Thresholds(0.5, {"b": 0.85}))
    rates = shown_rates(found)
    assert rates["Group"].tolist() == ["a", "b", "all groups"]
    assert rates["Threshold"].tolist() == ["0.5", "0.85", ""]
    assert rates["Rows"].tolist() == ["⚠ 4, few", "⚠ 4, few", "⚠ 8, few"]
    assert rates["TPR"].tolist() == [
        "0.500 [0.095, 0.905] 1 of 2",
        "0.000 [0.000, 0.658] 0 of 2",
        "0.250 [0.046, 0.699] 1 of 4",
    ]
    assert rates["Precision"].tolist()[1] == "–"  # nobody of b is given label 1
    assert shown_rates(found, "\n")["TPR"][0].split("\n") == ["0.500", "[0.095, 0.905]", "1 of 2"]


def test_the_confusion_matrix_says_the_labels_names() -> None:
    table = shown_confusion(ByGroup(scored()).at("ltr", 0, Thresholds()))
    assert table["Is yes, given no (FN)"].tolist() == ["1", "1", "2"]


def test_methods_and_calibration_have_a_row_each() -> None:
    found = ByGroup(scored()).at("ltr", 0, Thresholds())
    methods = shown_methods(found)
    assert methods["Method"].tolist() == ["LtR", "DRO"]
    assert methods["TPR"].tolist() == ["0.500 (0.500 to 0.500)", "0.250 (0.000 to 0.500)"]
    assert list(methods)[-3:] == ["Selection rate gap", "TPR gap", "FPR gap"]
    means = [float(text) for text in shown_calibration(found)["Mean score"]]
    assert means == pytest.approx([0.525, 0.4375, 0.48125], abs=0.001)
