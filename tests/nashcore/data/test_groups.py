from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nashcore.data.groups import groups_of_rows, make_groups, parse_sensitive
from nashcore.data.roles import Sensitive
from nashcore.errors import InputError

FRAME = pd.DataFrame(
    {
        "sex": ["M", "F", "F", "M", None, "F"],
        "race": ["b", "a", "b", "b", "a", "a"],
        "age": [20, 25, 26, 70, 31, 40],
        "pay": [1.0, 2.0, np.nan, 4.0, 5.0, 6.0],
        "code": [2, 10, 2, 10, 2, 10],
        "same": ["x"] * 6,
        "flat": [1.5] * 6,
    }
)


@pytest.mark.parametrize(
    ("rules", "groups", "names"),
    [
        ([Sensitive("race")], [1, 0, 1, 1, 0, 0], ("a", "b")),
        ([Sensitive("sex")], [1, 0, 0, 1, 2, 0], ("F", "M", "(missing)")),
        ([Sensitive("code", names=(("2", "two"),))], [0, 1, 0, 1, 0, 1], ("two", "10")),
        ([Sensitive("age", threshold=25)], [0, 0, 1, 1, 1, 1], ("age <= 25", "age > 25")),
        ([Sensitive("age", quantiles=3)], [0, 0, 1, 2, 1, 2], ("age <= 25", "25 < age <= 31", "age > 31")),
        ([Sensitive("pay", threshold=3)], [0, 0, 2, 1, 1, 1], ("pay <= 3", "pay > 3", "pay (missing)")),
        (
            [Sensitive("race"), Sensitive("age", threshold=25)],
            [2, 0, 3, 3, 1, 1],
            ("a, age <= 25", "a, age > 25", "b, age <= 25", "b, age > 25"),
        ),
    ],
)
def test_values(rules: list[Sensitive], groups: list[int], names: tuple[str, ...]) -> None:
    made = make_groups(FRAME, rules)
    assert made.values.tolist() == groups
    assert made.names == names


def test_intersections_that_hold_no_row_are_no_groups() -> None:
    frame = pd.DataFrame({"one": ["a", "a", "b"], "two": ["x", "y", "x"]})
    made = make_groups(frame, [Sensitive("one"), Sensitive("two")])
    assert made.names == ("a, x", "a, y", "b, x")
    assert made.values.tolist() == [0, 1, 2]


def test_groups_of_values_that_hold_commas_differ_in_their_names() -> None:
    frame = pd.DataFrame({"race": ["A, B", "A", "A, B", "A"], "site": ["C", "B, C", "B, C", "C"]})
    found = make_groups(frame, [Sensitive("race"), Sensitive("site")])
    assert found.names == ("A, 'B, C'", "A, C", "'A, B', 'B, C'", "'A, B', C")
    assert (groups_of_rows(frame, found.rules, found.names) == found.values).all()
    clear = make_groups(
        frame.iloc[[0, 2]], [Sensitive("race"), Sensitive("site")]
    )  # and stay as they were where they do
    assert clear.names == ("A, B, B, C", "A, B, C")
    assert (groups_of_rows(frame.iloc[[0, 2]], clear.rules, clear.names) == clear.values).all()


def test_names_of_groups_stand_on_one_line_and_differ() -> None:
    values = ["m", "m\u202e", "\u200b", "a\n\n    b", "x" * 1000, "می\u200cشود"]
    names = make_groups(pd.DataFrame({"g": values[:6] * 2}), [Sensitive("g")]).names
    assert set(names) == {"m", "m (2)", "(blank)", "a     b", "x" * 119 + "…", "می\u200cشود"}


def test_a_number_with_many_values_is_cut_at_its_median() -> None:
    made = make_groups(pd.DataFrame({"age": [*range(11), 5]}), [Sensitive("age")])
    assert made.values.tolist() == [0] * 6 + [1] * 5 + [0]
    assert made.notices == ("age has 11 values: cut at its median; a threshold or quantiles change it.",)


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ([], "At least one sensitive column is needed to make groups. Found none."),
        ([Sensitive("same")], "Sensitive column 'same' should make at least two groups. Found one."),
        (
            [Sensitive("age", threshold=99)],
            "Sensitive column 'age' should make at least two groups. Found one.",
        ),
        (
            [Sensitive("sex", threshold=1)],
            "Only a number can be cut into groups. Found text in sensitive column 'sex'.",
        ),
        (
            [Sensitive("age", threshold=1, quantiles=2)],
            "Sensitive column 'age' takes a threshold or quantiles. Found both.",
        ),
        (
            [Sensitive("sex"), Sensitive("sex")],
            "Sensitive columns should be named once each. Found sex, sex.",
        ),
        ([Sensitive("age", quantiles=1)], "Quantiles should be between 2 and 24. Found 1."),
        (
            [Sensitive("flat", quantiles=2)],
            "Sensitive column 'flat' cannot be cut into 2 quantiles: too many rows share one value. Give a "
            "threshold instead.",
        ),
        (
            [Sensitive("nope")],
            "Sensitive column 'nope' is not in the table. Found columns: sex, race, age, pay, code, same, "
            "flat.",
        ),
    ],
)
def test_what_does_not_fit_is_refused(rules: list[Sensitive], message: str) -> None:
    with pytest.raises(InputError) as refused:
        make_groups(FRAME, rules)
    assert str(refused.value) == message


@pytest.mark.parametrize(
    "values", [[f"p{i}" for i in range(30)], list(range(30)), [i + 0.5 for i in range(30)]]
)
def test_one_value_a_row_is_refused(values: list[object]) -> None:
    with pytest.raises(InputError, match="Found a different value in every row: choose another column"):
        make_groups(pd.DataFrame({"id": values}), [Sensitive("id")])


def test_too_many_groups_are_refused() -> None:
    frame = pd.DataFrame({"town": [f"t{i % 25}" for i in range(60)], "cut": [i % 7 for i in range(60)]})
    with pytest.raises(InputError, match=r"at most 24 groups. Found 25 values: choose another column"):
        make_groups(frame, [Sensitive("town")])
    frame["half"] = [f"h{i % 5}" for i in range(60)]
    with pytest.raises(InputError, match=r"at most 24 groups. Found 35: choose another column, or cut"):
        make_groups(frame, [Sensitive("cut"), Sensitive("half")])


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        ("race", (Sensitive("race"),)),
        ("race, sex", (Sensitive("race"), Sensitive("sex"))),
        ("age>25,sex", (Sensitive("age", threshold=25.0), Sensitive("sex"))),
        ("age : 4", (Sensitive("age", quantiles=4),)),
        ("a,b", (Sensitive("a,b"),)),
        ("x>1", (Sensitive("x>1"),)),
    ],
)
def test_written_rules_are_understood(text: str, rules: tuple[Sensitive, ...]) -> None:
    assert parse_sensitive(text, ["race", "sex", "age", "a,b", "x>1"]) == rules


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("race,", "Sensitive columns should be names separated by commas. Found an empty one."),
        ("age>old", "Sensitive column 'age>old' should have a number after '>'. Found 'old'."),
        (
            "age:2.5",
            "Sensitive column 'age:2.5' should have a whole number of quantiles after ':'. Found '2.5'.",
        ),
    ],
)
def test_written_rules_that_make_no_sense_are_refused(text: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        parse_sensitive(text, ["race", "age"])
    assert str(refused.value) == message


def test_further_rows_get_the_groups_that_the_table_s_rules_made() -> None:
    """Medians and quantiles are those of the table, values that it does not have are no group."""
    table = pd.DataFrame({"age": np.arange(100.0), "sex": ["F", "M"] * 50, "code": [1, 2] * 50})
    table.loc[3, "age"] = np.nan
    by = [Sensitive("age", quantiles=4), Sensitive("sex", names=(("F", "women"),)), Sensitive("code")]
    groups = make_groups(table, by)
    assert (groups_of_rows(table, groups.rules, groups.names) == groups.values).all()
    new = pd.DataFrame(
        {
            "age": [98.0, 98.0, 1e6, np.nan, 0.0],
            "sex": ["F", "X", "F", "M", "F"],
            "code": ["1", "1", "1", "2", "9"],
        }
    )
    found = groups_of_rows(new, groups.rules, groups.names)
    assert found[0] == found[2] == groups.values[98]
    assert found[3] == groups.values[3]
    assert found[[1, 4]].tolist() == [-1, -1]
    with pytest.raises(InputError, match="'age' should hold numbers"):
        groups_of_rows(new.assign(age="old"), groups.rules, groups.names)
    with pytest.raises(InputError, match="'code' is not in the table"):
        groups_of_rows(new.drop(columns="code"), groups.rules, groups.names)


def test_a_row_without_a_number_is_of_no_group_where_the_table_has_none_such() -> None:
    table = pd.DataFrame({"age": np.arange(100.0) // 2})
    groups = make_groups(table, [Sensitive("age")])
    assert groups_of_rows(pd.DataFrame({"age": [np.nan, 5.0]}), groups.rules, groups.names).tolist() == [
        -1,
        0,
    ]
