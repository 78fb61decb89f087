"""Values are the same whatever nobody sees of them, and what is nearly equal is named."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashcore.data import Sensitive, Target, prepare_table
from nashcore.data.spellings import spelling_key
from nashcore.data.values import clean_value
from nashcore.errors import InputError
from tests.nashcore.data.tables import HIRED, SEX, people, read, task_of

UNSEEN = [" ", "\t", "\u00a0", "\u200b", "\ufeff", "\u202f", "\u2009", "\u200e", "\x1a", "\u3000"]


@pytest.mark.parametrize("mark", UNSEEN)
@pytest.mark.parametrize("place", ["{v}{m}", "{m}{v}"])
def test_what_nobody_sees_changes_no_label_and_no_group(mark: str, place: str) -> None:
    def touched(i: int, value: str) -> str:
        return place.format(v=value, m=mark) if i % 3 == 0 else value

    assert read(people("hired", touched)).frame["hired"].tolist() == HIRED
    assert task_of(read(people("sex", touched))).group_names == ("Female", "Male")
    task = task_of(read(people("hired", touched)), positive=f"yes{mark}")
    assert task.counts["rows"].sum() == len(HIRED)
    assert task.label_values == ((("no", HIRED.count("no")),), (("yes", HIRED.count("yes")),))


def test_unicode_forms_are_one_value_and_scripts_keep_their_joiners() -> None:
    names = ["Zoë", unicodedata.normalize("NFD", "Zoë")]
    assert read(people("sex", names)).frame["sex"].unique().tolist() == ["Zoë"]
    assert clean_value("می\u200cخواهم\u200c") == "می\u200cخواهم"
    assert clean_value("New\u00a0York") == "New York"
    assert clean_value("5 m²") == "5 m²"  # what is only alike stays another value


def test_names_of_columns_too() -> None:
    table = read({unicodedata.normalize("NFD", "größe") + "\u00a0": ["1", "2"], "b\u200b": ["x", "y"]})
    assert list(table.frame.columns) == ["größe", "b"]


@given(st.text(max_size=20))
def test_cleaning_again_changes_nothing(text: str) -> None:
    assert clean_value(clean_value(text)) == clean_value(text)
    assert spelling_key(clean_value(text)) is not None


@pytest.mark.parametrize(
    ("values", "kept"),
    [
        (["Female", "female", "Female", "MALE", "Male", "Male"], {"Female", "Male"}),
        ([">50K", ">50K", ">50K.", "<=50K", "<=50K", "<=50K."], {">50K", "<=50K"}),
        (["Ｍａｌｅ", "Male", "Male", "Female", "Female", "female."], {"Male", "Female"}),
        (["02139", "02139", "2139", "10001"], {"02139", "10001"}),
        (["New  York", "New York", "New York", "Rome"], {"New York", "Rome"}),
        (["F", "M", "F", "M", "female", "f."], {"F", "M"}),
        (["yes", "no", "yes", "Y"], {"yes", "no"}),
        (["C", "D", "C", "\u0421"], {"C", "D"}),
        (["Нет", "Да", "Нет", "HET"], {"Нет", "Да"}),
    ],
)
def test_nearly_equal_spellings_are_named_and_merged_when_asked(values: list[str], kept: set[str]) -> None:
    columns = people("kind", values)
    plain = read(columns)
    assert set(plain.frame["kind"]) == set(values)
    (notice,) = [one for one in plain.notices if "nearly equal spellings" in one]
    assert f"({list(columns['kind']).count(values[0])})" in notice
    assert "--merge-spellings" in notice
    merged = read(columns, merge_spellings=True)
    assert set(merged.frame["kind"]) == kept
    assert any("taken as the most frequent" in one for one in merged.notices)


@pytest.mark.parametrize("values", [["M", "married", "F", "free"], ["A", "B", "F"], ["n", "north", "y"]])
def test_first_letters_that_may_mean_anything_are_not_merged(values: list[str]) -> None:
    table = read(people("kind", values), merge_spellings=True)
    assert set(table.frame["kind"]) == set(values)


def test_label_0_says_what_it_gathers() -> None:
    columns = people("class", ["<=50K", "<=50K", "<=50K.", ">50K", ">50K", ">50K."])
    task = task_of(read(columns), "class", ">50K")
    assert (
        "Label 0 gathers 3 values of class: '<=50K' (80 rows), '<=50K.' (40 rows), '>50K.' (40 rows)."
        in task.notices
    )
    assert task.label_values[1] == ((">50K", 80),)
    two = task_of(
        read(columns, merge_spellings=True), "class", ">50K."
    )  # the spelling that was merged means the same
    assert two.label_values == ((("<=50K", 120),), ((">50K", 120),))
    assert not any("gathers" in one for one in two.notices)


def test_a_value_that_many_labels_have_is_listed_in_part() -> None:
    task = task_of(read(people("kind", [f"k{i}" for i in range(12)])), "kind", "k0")
    assert any(
        "Label 0 gathers 11 values of kind" in one and one.endswith("and 3 more.") for one in task.notices
    )


@pytest.mark.parametrize("word", ["None", "NA", "n/a", "NULL"])
def test_words_taken_as_missing_are_told_and_can_be_kept(word: str) -> None:
    columns = people("need", [word, "", "Sight"])
    found = read(columns)
    assert (
        f"Words taken as missing: {word!r} in need (80 rows). --keep-missing COLUMN=WORD makes one a value."
        in found.notices
    )
    facts = found.columns().set_index("column")
    assert (facts.loc["need", "missing"], facts.loc["need", "words"]) == (160, f"blank (80), {word} (80)")
    task = task_of(found, by="need")
    assert task.group_names == ("Sight", "(missing)")
    assert any(f"since {word!r} (80 rows) was taken as missing" in one for one in task.notices)
    for kept in (word, f"need={word}"):
        assert task_of(read(columns, keep_missing=(kept,)), by="need").group_names == (
            *sorted([word, "Sight"]),
            "(missing)",
        )


def test_a_word_kept_everywhere_leaves_numbers_numbers() -> None:
    columns = people("pay", ["1", "2", "NA"])
    assert read(columns, keep_missing=("NA",)).frame["pay"].isna().sum() == 80
    assert read(columns, keep_missing=("pay=NA",)).frame["pay"].tolist()[:3] == ["1", "2", "NA"]


def test_further_words_are_missing() -> None:
    columns = people("pay", ["-999", "2", "unknown"])
    both = read(columns, missing=("pay=-999", "unknown"))
    assert both.frame["pay"].notna().sum() == 80
    assert not any("--missing" in one for one in both.notices)
    odd = read(columns, missing=("pay=-999.0", "nothing=-999", "unknown")).notices
    assert "The word '-999.0' of --missing is no value of pay, and takes nothing out." in odd
    assert "The word 'nothing=-999' of --missing is no value of the table, and takes nothing out." in odd
    assert (read(columns, missing=("unknown",)).frame["pay"] == -999).sum() == 80


def test_a_label_taken_as_missing_is_told() -> None:
    columns = people("charge", ["None", "Arrest", "Fine"])
    task = task_of(read(columns), "charge", "Arrest")
    sentence = (
        "80 rows without a value of charge are left out, since 'None' (80 rows) was taken as missing: keep it with "
        "--keep-missing charge=None."
    )
    assert sentence in task.notices
    with pytest.raises(
        InputError, match=r"Positive value 'None' .* it counts as missing \(80 rows\): keep it with"
    ):
        task_of(read(columns), "charge", "None")


@pytest.mark.parametrize("other", ["N/A", "None", "-"])
def test_a_label_that_lacks_since_its_word_was_taken_as_missing_is_told(other: str) -> None:
    table = read(people("done", ["1", other]))
    for positive in ("1", None):
        with pytest.raises(
            InputError, match=rf", since {other!r} \(120 rows\) was taken as missing: keep it with"
        ):
            prepare_table(table.frame, Target("done", positive), [Sensitive("sex")], readings=table.readings)
    kept = read(people("done", ["1", other]), keep_missing=(f"done={other}",))
    assert task_of(kept, "done", "1").label_names == (other, "1")


def test_sex_is_still_what_it_was() -> None:
    assert read(people("sex", SEX)).frame["sex"].tolist() == SEX
