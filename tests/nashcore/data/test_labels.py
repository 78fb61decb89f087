from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nashcore.data.labels import labels_of_rows, make_labels
from nashcore.data.roles import Target
from nashcore.errors import InputError

FRAME = pd.DataFrame(
    {
        "grade": [4, 10, 15, 9],
        "answer": ["no", "yes", "no", "yes"],
        "code": [1, 2, 1, 2],
        "level": ["a", "b", "c", "a"],
        "gap": [1.0, np.nan, 0.0, np.nan],
        "flag": [True, False, True, True],
        "same": ["x"] * 4,
        "none": [np.nan] * 4,
        "fifty": [11, 12, 13, 14],
    }
)


@pytest.mark.parametrize(
    ("target", "labels", "names"),
    [
        (Target("grade", threshold=10), [0, 1, 1, 0], ("grade < 10", "grade >= 10")),
        (Target("grade", threshold=10, below=True), [1, 0, 0, 1], ("grade >= 10", "grade < 10")),
        (Target("answer", positive="no"), [1, 0, 1, 0], ("yes", "no")),
        (Target("answer"), [0, 1, 0, 1], ("no", "yes")),
        (Target("code", positive="1.0"), [1, 0, 1, 0], ("2", "1")),
        (Target("code"), [0, 1, 0, 1], ("1", "2")),
        (Target("level", positive="a"), [1, 0, 0, 1], ("not a", "a")),
        (Target("gap"), [1, -1, 0, -1], ("0", "1")),
        (Target("flag", names=("off", "on")), [1, 0, 1, 1], ("off", "on")),
    ],
)
def test_values(target: Target, labels: list[int], names: tuple[str, str]) -> None:
    made = make_labels(FRAME, target)
    assert made.values.tolist() == labels
    assert made.names == names


@pytest.mark.parametrize("written", ["TRUE", "true", "True"])
@pytest.mark.parametrize("values", [[True, False, True], [True, False, np.nan], ["True", "False", "True"]])
def test_yes_and_no_are_known_as_the_file_writes_them(values: list[object], written: str) -> None:
    made = make_labels(pd.DataFrame({"flag": values}), Target("flag", positive=written))
    assert made.values[:2].tolist() == [1, 0]
    assert made.names == ("False", "True")


def test_names_of_labels_stand_on_one_line() -> None:
    long = "x" * 1000
    made = make_labels(pd.DataFrame({"t": ["a\n\n    b", long]}), Target("t", positive=long))
    assert made.names == ("a     b", "x" * 119 + "…")
    alike = make_labels(pd.DataFrame({"t": ["m", "m\u202e"]}), Target("t", positive="m"))
    assert alike.names == ("not m", "m")


def test_what_was_decided_is_said() -> None:
    assert make_labels(FRAME, Target("gap")).notices == (
        "Label 1 is gap = 1; name another positive value to change it.",
        "2 rows without a value of gap are left out.",
    )


@pytest.mark.parametrize(
    ("target", "message"),
    [
        (
            Target("nope"),
            "Target column 'nope' is not in the table. Found columns: grade, answer, code, level, gap, flag, "
            "same, none and 1 more.",
        ),
        (
            Target("same"),
            "Target column 'same' should have two values. Found one value: choose another column.",
        ),
        (
            Target("fifty"),
            "Target column 'fifty' should have two values. Found 4 values: name the positive value, or a "
            "threshold for this number.",
        ),
        (
            Target("level"),
            "Target column 'level' should have two values. Found 3 values: name the positive value.",
        ),
        (
            Target("grade", positive="10", threshold=10),
            "Target column 'grade' takes a positive value or a threshold. Found both: leave one out.",
        ),
        (Target("none"), "Target column 'none' should hold values. Found none: choose another column."),
        (
            Target("answer", positive="maybe"),
            "Positive value 'maybe' should be a value of target column 'answer'. Found there: no, yes.",
        ),
        (
            Target("answer", threshold=1),
            "A threshold needs a target column of numbers. Found text in 'answer': give its positive value "
            "instead.",
        ),
        (
            Target("grade", threshold=99),
            "Target column 'grade' should have rows of both labels. Found no row of label 1 (grade >= 99): "
            "choose another positive value, threshold or column.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(target: Target, message: str) -> None:
    with pytest.raises(InputError) as refused:
        make_labels(FRAME, target)
    assert str(refused.value) == message


def test_further_rows_get_the_labels_of_the_table_s_values() -> None:
    table = pd.DataFrame({"y": ["yes", "no", "maybe", "yes"]})
    target = Target("y", positive="yes")
    labels = make_labels(table, target).values
    new = pd.DataFrame({"y": ["maybe", "yes", None, "Yes!"]})
    assert labels_of_rows(new, target, table, labels).tolist() == [0, 1, -1, -1]
    assert labels_of_rows(new.iloc[:1], target, table, labels).tolist() == [0]  # of one label alone


def test_further_rows_are_labelled_at_the_threshold() -> None:
    new = pd.DataFrame({"y": [1.0, 2.0, np.nan]})
    empty, none = pd.DataFrame({"y": []}), np.empty(0, np.int64)
    assert labels_of_rows(new, Target("y", threshold=2), empty, none).tolist() == [0, 1, -1]
    assert labels_of_rows(new, Target("y", threshold=2, below=True), empty, none).tolist() == [1, 0, -1]
    with pytest.raises(InputError, match="should hold numbers"):
        labels_of_rows(pd.DataFrame({"y": ["a"]}), Target("y", threshold=2), empty, none)
