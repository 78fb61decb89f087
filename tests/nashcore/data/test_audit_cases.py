"""Tables as people have them, written here: what the audit has to say of them, and what it must not."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nashcore.data import Finding, Sensitive, TableOptions, Target, audit_task, prepare_table, read_csv
from nashcore.options import ReadingOptions

SEX = [Sensitive("sex")]


def audit_of(
    frame: pd.DataFrame, target: str = "y", sensitive: str = "sex", **options: object
) -> list[Finding]:
    return list(
        audit_task(prepare_table(frame, Target(target), [Sensitive(sensitive)], TableOptions(**options)))
    )


def of_kind(findings: list[Finding], kind: str) -> list[Finding]:
    return [finding for finding in findings if finding.kind == kind]


def people(rows: int = 400, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": random.integers(18, 70, rows),
            "pay": random.normal(40, 9, rows),
            "sex": random.choice(["f", "m"], rows),
            "y": random.choice(["no", "yes"], rows),
        }
    )


# A value that fixes the label.


@pytest.mark.parametrize("kind", ["number", "text", "yes/no", "one of many"])
def test_a_value_that_fixes_the_label_is_named_with_its_share_and_a_switch(kind: str) -> None:
    frame, random = people(), np.random.default_rng(1)
    again = (frame["y"] == "yes") | (random.random(len(frame)) < 0.15)
    frame["again"] = {
        "number": again.astype(int),
        "text": np.where(again, "back", "away"),
        "yes/no": again.to_numpy(),
        "one of many": np.where(again, random.choice(list("abcdefgh"), len(frame)), "never"),
    }[kind]
    (found,) = of_kind(audit_of(frame), "gives target away")
    value = {"number": "0", "text": "away", "yes/no": "False", "one of many": "never"}[kind]
    rows, share = int((~again).sum()), (frame["y"] == "no").mean()
    assert found.says.startswith(
        f"All of the {rows} rows with again = {value} have the label 'no' ({share:.0%} of all rows do)"
    )
    assert (found.switch, found.column, found.takes, found.serious) == (
        "drop column",
        "again",
        "takes no rows",
        True,
    )
    assert found.short == f"again, 100.0% of the {rows} rows with again = {value} are 'no'"


def test_a_word_in_a_text_that_fixes_the_label_is_named() -> None:
    frame, random = people(), np.random.default_rng(2)
    words = np.array(
        ["came", "late", "spoke", "well", "asked", "much", "read", "wrote", "little", "brief", "long"]
    )
    notes = [" ".join(random.choice(words, 6)) + f" {place}" for place in range(len(frame))]
    told = np.where((frame["y"] == "yes") & (random.random(len(frame)) < 0.6), " contract sent", "")
    frame["note"] = [note + more for note, more in zip(notes, told, strict=True)]
    (found,) = of_kind(audit_of(frame), "gives target away")
    assert "whose note holds the word 'contract' have the label 'yes'" in found.says
    frame["note"] = notes
    assert not of_kind(audit_of(frame), "gives target away")


@pytest.mark.parametrize(
    "form", ["{0}", "the answer: {0}", "{0}!", "{1}", "{1}.5", "grade {1}"], ids=lambda form: form
)
def test_a_copy_of_the_target_in_another_form_is_found(form: str) -> None:
    frame = people()
    frame["copy"] = [form.format(y, int(y == "yes")) for y in frame["y"]]
    (found,) = of_kind(audit_of(frame), "gives target away")
    assert (found.column, found.figure, found.serious) == ("copy", 1.0, True)
    assert found.short == "copy, AUC 1.000"


def test_a_value_that_is_only_frequent_with_a_label_is_no_serious_finding() -> None:
    """Of those of a kind 96% have the label that 75% of all have."""
    random = np.random.default_rng(4)
    kind = random.choice(["child", "other"], 4000, p=[0.2, 0.8])
    y = np.where(random.random(4000) < np.where(kind == "child", 0.985, 0.7), "low", "high")
    frame = pd.DataFrame({"kind": kind, "sex": random.choice(["f", "m"], 4000), "y": y})
    findings = audit_of(frame)
    assert not [finding for finding in findings if finding.serious]
    assert {finding.column for finding in of_kind(findings, "fixes the label")} <= {"kind"}


# Rows that are alike.


def coarse(with_id: bool) -> pd.DataFrame:
    random = np.random.default_rng(3)
    frame = pd.DataFrame(
        {
            "age": random.choice(["0-9", "10-19", "20-29", "30-39"], 240),
            "sex": random.choice(["F", "M"], 240),
            "many": random.choice(["0", "1"], 240),
            "days": random.integers(0, 4, 240),
        }
    )
    if with_id:
        frame.insert(0, "member", 10_000_000 + 7 * np.arange(240))
    return frame


@pytest.mark.parametrize("with_id", [True, False])
def test_people_who_are_alike_in_a_few_coarse_columns_are_not_to_be_dropped(with_id: bool) -> None:
    task = prepare_table(coarse(with_id), Target("days", threshold=1), SEX)
    (found,) = of_kind(list(audit_task(task)), "duplicates")
    assert found.switch is None
    assert not found.serious
    assert found.says.endswith("they may be different people, and stay.")
    assert not [finding for finding in audit_task(task) if finding.switch == "drop duplicates"]


def test_who_leaves_them_out_all_the_same_is_told_whom() -> None:
    frame = coarse(with_id=True)
    task = prepare_table(frame, Target("days", threshold=1), SEX, TableOptions(drop_duplicates=True))
    gone = len(frame) - len(task.table)
    (says,) = [notice for notice in task.notices if "repeated rows" in notice]
    assert says.startswith(f"{gone} repeated rows, alike apart from their member, are left out: ")
    for group in "FM":
        assert f"({group}, days >= 1)" in says


def test_true_copies_can_be_dropped_and_the_switch_says_whom_it_takes() -> None:
    once = people(200)
    frame = pd.concat([once, once[:80]], ignore_index=True)
    (found,) = of_kind(audit_of(frame), "duplicates")
    assert found.switch == "drop duplicates"
    taken = once[:80].groupby(["sex", "y"]).size()
    assert found.takes.startswith("takes 80 of 280 rows: ")
    for (sex, y), rows in taken.items():
        assert f"{rows} of {((frame['sex'] == sex) & (frame['y'] == y)).sum()} ({sex}, {y})" in found.takes


# Text that looks like numbers.

NUMBERS = {
    "codes": [f"{i:05d}" for i in range(240)],
    "currencies": [f"{'$€'[i % 2]}{i * 37 % 9973}" for i in range(240)],
    "units": [f"{i * 37 % 9973} {('kg', 'lb')[i % 2]}" for i in range(240)],
    "with words": [f"${i * 37 % 9973:,}" if i % 5 else f"ask {i}" for i in range(240)],
    "dates": [f"{2000 + i % 20}-{1 + i % 12:02d}-{1 + i // 12 % 28:02d}" for i in range(240)],
    "times": [f"{i // 60:02d}:{i % 60:02d}" for i in range(240)],
}


@pytest.mark.parametrize(
    ("odd", "named"),
    [("-999", True), ("-9", True), ("999", True), ("99999", True), ("99", False), ("-1", False), ("", False)],
)
def test_a_number_that_stands_for_no_value_is_named(odd: str, named: bool) -> None:
    frame = people(240).assign(pay=[odd if i % 12 == 0 else str(i % 70) for i in range(240)])
    text = io.BytesIO(frame.to_csv(index=False).encode())
    table = read_csv(text, ReadingOptions(), name="mine.csv")
    findings = audit_task(prepare_table(table.frame, Target("y"), SEX, readings=table.readings))
    found = [one.says for one in of_kind(findings, "missing values") if "unlike all" in one.says]
    assert bool(found) == named
    if named:
        assert found == [
            f"pay is {odd} in 20 rows, unlike all its other values: if it stands for no value, --missing pay={odd} says so."
        ]


@pytest.mark.parametrize("kind", NUMBERS)
def test_text_that_looks_like_numbers_is_no_name_of_its_row(kind: str) -> None:
    frame = people(240).assign(code=NUMBERS[kind])
    text = io.BytesIO(frame.to_csv(index=False, sep="|").encode())
    table = read_csv(text, ReadingOptions(), name="mine.csv")
    task = prepare_table(table.frame, Target("y"), SEX, readings=table.readings)
    findings = list(audit_task(task))
    assert not of_kind(findings, "identifier")
    for finding in of_kind(findings, "number-like text"):
        assert finding.column == "code"
        assert finding.switch is None
    assert not [finding for finding in findings if finding.column == "code" and finding.switch]
    assert of_kind(findings, "number-like text")
    assert not of_kind(findings, "duplicates")


def test_names_are_still_called_so() -> None:
    frame = people(240).assign(email=[f"p{i}@example.org" for i in range(240)], nr=np.arange(240))
    assert {finding.column for finding in of_kind(audit_of(frame), "identifier")} == {"email", "nr"}


# No tautology, and no advice against another.


def test_the_column_of_the_groups_is_not_missing_for_those_without_it() -> None:
    frame = people().assign(pay=lambda table: table["pay"].where(np.arange(len(table)) % 5 > 0))
    frame.loc[np.arange(len(frame)) % 4 == 0, "sex"] = None
    findings = audit_of(frame)
    (missing,) = of_kind(findings, "missing values")
    assert missing.column == "pay"
    assert "of rows without sex" in missing.says
    assert not [finding for finding in findings if "(missing)" in finding.says]


def test_a_tiny_group_is_no_other_groups_spelling() -> None:
    frame = people()
    frame.loc[:6, "sex"] = "F"
    frame.loc[7:12, "sex"] = "robot"
    findings = audit_of(frame)
    (spelled,) = of_kind(findings, "spellings")
    assert "'f' (" in spelled.says
    assert "beside 'F' (7 rows)" in spelled.says
    (tiny,) = of_kind(findings, "small group")
    assert (tiny.group, tiny.switch, tiny.figure) == ("robot", "drop group", 6)
    assert tiny.takes.startswith("takes 6 of 400 rows: ")
    left = audit_of(frame, drop_groups=("robot",))
    assert not of_kind(left, "small group")


def test_a_group_without_which_nothing_is_left_is_not_to_be_left_out() -> None:
    frame = people(60).assign(sex=["f"] * 50 + ["m"] * 10)
    assert not of_kind(audit_of(frame), "small group")


@pytest.mark.parametrize("form", ["{}", "{}{}", "number"])
def test_a_column_that_tells_the_group_is_named(form: str) -> None:
    frame = people()
    copy = frame["sex"].map({"f": 1, "m": 2}) if form == "number" else frame["sex"].str.upper() + form[2:]
    (found,) = of_kind(audit_of(frame.assign(copy=copy)), "tells the group")
    assert (found.column, found.figure, found.serious) == ("copy", 1.0, False)
    assert "where sex is hidden" in found.says
    assert not of_kind(audit_of(frame), "tells the group")


# Whatever the table.


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(60, 900),
    base=st.floats(0.1, 0.9),
    values=st.integers(2, 60),
    planted=st.sampled_from(["auc", "value", "presence", "absence", "noisy"]),
)
def test_what_is_planted_is_found(seed: int, rows: int, base: float, values: int, planted: str) -> None:
    random = np.random.default_rng(seed)
    y = random.random(rows) < base
    y[:40] = np.arange(40) % 2 == 0
    noise = random.integers(0, values, rows)
    leak: object = {
        "auc": random.uniform(0, 1, rows) + y,
        "value": np.where(y, "v0", "w"),
        "presence": np.where(y, random.choice(["a", "b"], rows), None),
        "absence": np.where(y, np.nan, random.normal(size=rows)),
        "noisy": np.where(y, random.choice(list("abc"), rows), random.choice(list("de"), rows)),
    }[planted]
    frame = pd.DataFrame(
        {
            "leak": leak,
            "noise": [f"n{value}" for value in noise],
            "sex": random.choice(["f", "m"], rows),
            "y": np.where(y, "yes", "no"),
        }
    )
    (found,) = [finding for finding in audit_of(frame) if finding.serious]
    assert (found.column, found.switch) == ("leak", "drop column")
    assert not [finding for finding in audit_of(frame, drop=("leak",)) if finding.serious]


@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    rows=st.integers(60, 900),
    base=st.floats(0.05, 0.95),
    values=st.integers(2, 80),
    missing=st.floats(0, 0.9),
)
def test_noise_is_no_serious_finding(seed: int, rows: int, base: float, values: int, missing: float) -> None:
    random = np.random.default_rng(seed)
    y = random.random(rows) < base
    y[:10] = np.arange(10) % 2 == 0
    gaps = random.random(rows) < missing
    frame = pd.DataFrame(
        {
            "text": pd.Series([f"v{value}" for value in random.integers(0, values, rows)]).where(~gaps, None),
            "number": np.where(gaps, np.nan, random.normal(size=rows)),
            "count": random.poisson(1.0, rows),
            "words": [" ".join(random.choice(list("abcdefgh"), 3)) for _ in range(rows)],
            "sex": random.choice(["f", "m"], rows),
            "y": np.where(y, "yes", "no"),
        }
    )
    findings = audit_of(frame)
    assert not [finding for finding in findings if finding.serious]
    assert not of_kind(findings, "fixes the label")
    for finding in findings:
        assert (finding.takes != "") == (finding.switch is not None)
