from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch

from nashcore.data import Sensitive, TableOptions, Target, prepare_table
from nashcore.data.splits import draw_split
from nashcore.errors import InputError

HIRED, SEX = Target("hired", positive="yes"), Sensitive("sex")


def test_parts_hold_the_rows_of_the_split(people: pd.DataFrame) -> None:
    task = prepare_table(
        people, HIRED, [SEX, Sensitive("race")], TableOptions(validation_per_cell=2, test_per_cell=6)
    )
    assert task.group_names == ("F, a", "F, b", "F, c", "M, a", "M, b", "M, c")
    assert task.label_names == ("no", "yes")
    assert task.sensitive == "sex, race"
    labels = (people["hired"] == "yes").to_numpy(dtype=np.int64)
    for part, rows in (
        (task.train, task.split.train),
        (task.validation, task.split.validation),
        (task.test, task.split.test),
    ):
        assert part.features.shape == (len(rows), len(task.feature_names))
        assert part.features.dtype == torch.float32
        assert part.labels.tolist() == labels[rows].tolist()
        expected = [
            task.group_names.index(f"{s}, {r}") for s, r in people[["sex", "race"]].iloc[rows].to_numpy()
        ]
        assert part.groups.tolist() == expected
        assert part.cells.equal(2 * part.groups + part.labels)
        assert part.rows == len(rows)
        assert part.features.equal(task.encoder.transform(people.iloc[rows].drop(columns="hired")))
    assert task.validation.cells.tolist() == sorted(task.validation.cells.tolist())
    assert task.counts["test"].tolist() == [6] * 12


def test_the_default_fits_on_training_rows_and_the_paper_on_all(people: pd.DataFrame) -> None:
    task = prepare_table(people, HIRED, [SEX])
    assert task.train.features.mean(0).abs().max() < 1e-5
    paper = prepare_table(people, HIRED, [SEX], TableOptions(data="published"))
    every = paper.encoder.transform(people)
    assert every.mean(0).abs().max() < 1e-5
    assert paper.train.features.mean(0).abs().max() > 1e-3
    assert paper.split.train.tolist() == task.split.train.tolist()


def test_data_as_published_keeps_numbers_numbers_and_every_category(people: pd.DataFrame) -> None:
    frame = people.assign(
        code=[row % 3 for row in range(len(people))], kind=[*["rare"] * 4, *["often"] * (len(people) - 4)]
    )
    careful = prepare_table(frame, HIRED, [SEX], codes=["code"])
    published = prepare_table(frame, HIRED, [SEX], TableOptions(data="published"), codes=["code"])
    assert {"code = 0", "kind = (rare)"} <= set(careful.feature_names)
    assert {"code", "kind = rare"} <= set(published.feature_names)
    assert not {"code = 0", "kind = (rare)"} & set(published.feature_names)


def test_the_sensitive_column_is_kept_or_dropped(people: pd.DataFrame) -> None:
    assert "sex = F" in prepare_table(people, HIRED, [SEX]).feature_names
    without = prepare_table(people, HIRED, [SEX], TableOptions(keep_sensitive=False))
    assert not any(name.startswith("sex") for name in without.feature_names)
    assert without.group_names == ("F", "M")


def test_dropped_columns_and_the_target_are_no_features(people: pd.DataFrame) -> None:
    names = prepare_table(people, HIRED, [SEX], TableOptions(drop=["town"])).feature_names
    assert not any(name.startswith(("town", "hired")) for name in names)


def test_a_name_with_blanks_or_marks_that_nobody_sees_means_the_column_itself(people: pd.DataFrame) -> None:
    plain = prepare_table(people, HIRED, [SEX], TableOptions(keep_sensitive=False))
    for before, after in (("", " "), ("\u200b", ""), ("\t", "\n")):
        target = Target(f"{before}hired{after}", positive="yes")
        found = prepare_table(
            people, target, [Sensitive(f"{before}sex{after}")], TableOptions(keep_sensitive=False)
        )
        assert found.feature_names == plain.feature_names, "the label is no feature"
        assert (found.target, found.grouped_by) == (HIRED, (SEX,))
    with pytest.raises(InputError, match="should differ"):
        prepare_table(people, HIRED, [Sensitive("hired ")])


def test_rows_without_a_label_are_left_out(people: pd.DataFrame) -> None:
    people.loc[[3, 5], "hired"] = None
    task = prepare_table(people, HIRED, [SEX])
    assert len(task.table) == 398
    assert "2 rows without a value of hired are left out." in task.notices
    assert task.counts["rows"].sum() == 398


def test_duplicates_can_be_left_out(people: pd.DataFrame) -> None:
    twice = pd.concat([people, people.iloc[:10]], ignore_index=True)
    task = prepare_table(twice, HIRED, [SEX], TableOptions(drop_duplicates=True))
    assert len(task.table) == 400
    assert task.notices[0] == (
        "10 repeated rows are left out: 4 of 128 (F, no), 4 of 121 (M, no), 1 of 82 (F, yes), 1 of 79 (M, yes)."
    )


def test_a_group_can_be_left_out_and_the_sentence_says_whom_it_takes(people: pd.DataFrame) -> None:
    people["sex"] = np.where(np.arange(len(people)) < 7, "other", people["sex"])
    other = people["sex"] == "other"
    task = prepare_table(people, HIRED, [SEX], TableOptions(drop_groups=("other",)))
    assert task.group_names == ("F", "M")
    assert len(task.table) == len(people) - 7 == len(task.groups) == len(task.labels)
    assert not (task.table["sex"] == "other").any()
    assert (np.array(task.group_names)[task.groups] == task.table["sex"]).all()
    hired = int((people["hired"][other] == "yes").sum())
    (says,) = [notice for notice in task.notices if "with their groups" in notice]
    assert f"{hired} of {hired} (other, yes)" in says
    for drop, found in ((("nobody",), "Found 'nobody'"), (("other", "F"), "At least two groups should stay")):
        with pytest.raises(InputError, match=found):
            prepare_table(people, HIRED, [SEX], TableOptions(drop_groups=drop))
    people["hired"] = np.where(other, "yes", "no")
    with pytest.raises(InputError, match="both labels"):
        prepare_table(people, HIRED, [SEX], TableOptions(drop_groups=("other",)))
    with pytest.raises(InputError, match="groups to be dropped"):
        prepare_table(people, HIRED, [SEX], TableOptions(drop_groups=("other",)), splits=Path("none.npz"))


def test_leaving_out_a_quantile_moves_no_other(people: pd.DataFrame) -> None:
    by = [Sensitive("age", quantiles=4)]
    whole = prepare_table(people, HIRED, by)
    part = prepare_table(people, HIRED, by, TableOptions(drop_groups=whole.group_names[:1]))
    assert part.group_names == whole.group_names[1:]
    assert np.bincount(part.groups).tolist() == np.bincount(whole.groups)[1:].tolist()


def test_given_splits_are_used(people: pd.DataFrame, tmp_path: Path) -> None:
    np.savez(
        tmp_path / "rows.npz",
        ind_train=np.arange(300),
        ind_test=np.arange(320, 400),
        val_idx=np.arange(300, 320),
    )
    task = prepare_table(people, HIRED, [SEX], splits=tmp_path / "rows.npz")
    assert task.split.test.tolist() == list(range(320, 400))
    with pytest.raises(InputError, match="duplicates to be dropped as well"):
        prepare_table(people, HIRED, [SEX], TableOptions(drop_duplicates=True), splits=tmp_path / "rows.npz")
    with pytest.raises(InputError, match="Found numbers of rows as well"):
        prepare_table(people, HIRED, [SEX], TableOptions(test_per_cell=9), splits=tmp_path / "rows.npz")
    people.loc[0, "hired"] = None
    with pytest.raises(InputError, match="Given splits need a label in every row"):
        prepare_table(people, HIRED, [SEX], splits=tmp_path / "rows.npz")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"protocol": "papers"}, "Parameter 'protocol' should be 'paper' or 'default'. Found 'papers'."),
        ({"data": "paper"}, "Parameter 'data' should be 'careful' or 'published'. Found 'paper'."),
        ({"drop": ["nope"]}, "Columns to leave out should be in the table. Not found: nope."),
        (
            {"validation_per_cell": 0},
            "Parameter 'validation_per_cell' should be greater than or equal to 1. Found 0.",
        ),
        (
            {"test_per_cell": 100_000},
            "The table should have rows left to train on. Found none: of the largest cell, (F, no), all 124 rows are "
            "drawn to steer or to be tested; choose fewer test rows a cell, or a smaller natural test part.",
        ),
    ],
)
def test_options_that_do_not_fit_are_refused(
    people: pd.DataFrame, changed: dict[str, object], message: str
) -> None:
    with pytest.raises(InputError) as refused:
        prepare_table(people, HIRED, [SEX], TableOptions(**changed))
    assert str(refused.value) == message


def test_the_target_makes_no_groups(people: pd.DataFrame) -> None:
    with pytest.raises(InputError, match="Target and sensitive column should differ"):
        prepare_table(people, HIRED, [Sensitive("hired")])


def test_columns_of_one_name_are_refused(people: pd.DataFrame) -> None:
    people.columns = ["age", "age", "town", "sex", "race", "hired"]
    with pytest.raises(InputError, match="different names"):
        prepare_table(people, HIRED, [SEX])


def test_the_split_seed_changes_the_rows(people: pd.DataFrame) -> None:
    one, again, other = (
        prepare_table(people, HIRED, [SEX], TableOptions(split_seed=seed)) for seed in (1, 1, 2)
    )
    assert one.split.test.tolist() == again.split.test.tolist()
    assert one.train.features.equal(again.train.features)
    assert one.split.test.tolist() != other.split.test.tolist()


def test_no_row_is_in_two_parts_and_the_natural_part_has_the_table_s_shares(people: pd.DataFrame) -> None:
    task = prepare_table(people, HIRED, [SEX])
    parts = [
        set(rows.tolist())
        for rows in (task.split.train, task.split.validation, task.split.test, task.split.natural)
    ]
    assert set().union(*parts) == set(range(400))
    assert sum(map(len, parts)) == 400
    assert task.natural.rows == len(parts[3]) == task.counts["natural"].sum()
    assert ((task.counts["natural"] - task.counts["rows"] / 4).abs() < 1).all()
    assert f"a natural test part of {task.natural.rows} rows." in " ".join(task.notices)


def test_a_natural_part_can_be_left_out_which_changes_no_other_draw(people: pd.DataFrame) -> None:
    rows = {"validation_per_cell": 3, "test_per_cell": 10}
    task = prepare_table(people, HIRED, [SEX], TableOptions(natural_test_share=0, **rows))
    assert task.natural.rows == 0
    assert not any("fit the table" in notice for notice in task.notices)
    cells = np.array(2 * (people["sex"] == "M") + (people["hired"] == "yes"), dtype=np.int64)
    expected = draw_split(cells, validation_per_cell=3, test_per_cell=10, seed=0)
    assert task.split.test.tolist() == expected.test.tolist()
    assert task.split.train.tolist() == expected.train.tolist()


@pytest.mark.parametrize(
    ("sizes", "trains"),
    [
        ((3, 1, 1, 1), True),
        ((3, 3, 3, 3), True),
        ((2, 2, 2, 2), False),
        ((1, 1, 1, 1), False),
        ((4, 2, 0, 1), True),
    ],
)
def test_the_smallest_table_that_trains_has_a_cell_of_three_rows(
    sizes: tuple[int, ...], trains: bool
) -> None:
    cells = np.repeat(np.arange(4), sizes)
    frame = pd.DataFrame(
        {
            "sex": np.where(cells < 2, "F", "M"),
            "hired": np.where(cells % 2, "yes", "no"),
            "x": range(len(cells)),
        }
    )
    for seed in range(10):
        options = TableOptions(split_seed=seed)
        if trains:
            assert prepare_table(frame, HIRED, [SEX], options).train.rows >= 1
        else:
            with pytest.raises(
                InputError, match=r"At least one cell should have 3 rows.*The largest, \(F, no\), has"
            ):
                prepare_table(frame, HIRED, [SEX], options)
