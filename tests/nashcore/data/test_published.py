"""The catalogue's complete tables and the published splits, where both are beside the data home."""

from __future__ import annotations

import gzip
import hashlib
import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nashcore.data import DATASETS, PUBLISHED_SPLITS, GivenSplits, TableOptions, audit_task, prepare
from nashcore.data.sources import load
from nashcore.data.splits import draw_split
from nashcore.data.uci import to_csv
from nashcore.errors import InputError
from tests.nashcore.data.published_files import credit_file, crime_file, semicolon_file

HOME = Path(os.environ.get("NASH_DATA_HOME", "no-data-home"))
SPLITS = HOME.parent / "splits"

pytestmark = pytest.mark.skipif(
    not (HOME.is_dir() and SPLITS.is_dir()),
    reason="NASH_DATA_HOME names no folder with a folder of splits beside it",
)

PUBLISHED = [
    ("adult", "sex", "adult-sex.npz"),
    ("bank", "age", "bank-age.npz"),
    ("student_por", "sex", "student_por-sex.npz"),
    ("us_crime", "race", "us_crime-blackgt6pct.npz"),
]


@pytest.mark.parametrize("name", DATASETS)
def test_complete_tables_are_the_catalogues(name: str) -> None:
    loaded, dataset = load(name), DATASETS[name]
    assert loaded.place == "data home"
    assert loaded.exact
    assert loaded.notices == ()
    assert loaded.frame.shape == (dataset.rows, dataset.columns)


@pytest.mark.parametrize(("name", "sensitive", "file"), PUBLISHED)
def test_published_rows_and_our_rules_give_the_same_cells(name: str, sensitive: str, file: str) -> None:
    given = prepare(name, sensitive, splits=SPLITS / file)
    drawn = prepare(name, sensitive)
    assert given.counts["validation"].tolist() == drawn.counts["validation"].tolist()
    assert given.counts["test"].tolist() == drawn.counts["test"].tolist()
    assert given.counts["rows"].tolist() == drawn.counts["rows"].tolist()
    assert (given.counts["train"] + given.counts["validation"] + given.counts["test_distinct"]).equals(
        given.counts["rows"]
    )


@pytest.mark.parametrize(
    ("name", "sensitive", "file", "train"),
    [
        ("adult", "sex", "adult-sex.npz", [14060, 1430, 22365, 9555]),
        ("bank", "age", "bank-age.npz", [108, 715, 4632, 38564]),
        ("student_por", "sex", "student_por-sex.npz", [32, 315, 33, 200]),
        ("us_crime", "race", "us_crime-blackgt6pct.npz", [0, 1002, 101, 841]),
    ],
)
def test_published_training_cells(name: str, sensitive: str, file: str, train: list[int]) -> None:
    task = prepare(name, sensitive, splits=SPLITS / file)
    assert task.counts["train"].tolist() == train
    with np.load(SPLITS / file, allow_pickle=False) as stored:
        assert task.split.validation.tolist() == stored["val_idx"].tolist()
        assert task.split.test.tolist() == stored["ind_test"].tolist()


@pytest.mark.parametrize("name", ["bank", "default_credit", "student_por", "us_crime"])
def test_complete_tables_are_rebuilt_to_the_byte(name: str) -> None:
    table = gzip.decompress((HOME / f"{name}.csv.gz").read_bytes()).decode()
    part = {"us_crime": crime_file, "default_credit": credit_file}.get(name, semicolon_file)(table)
    assert hashlib.sha256(to_csv(name, [part])).hexdigest() == DATASETS[name].sha256


def test_titanics_boat_and_body_are_found() -> None:
    findings = {
        f.column: f
        for f in audit_task(prepare("titanic", "sex", TableOptions(data="published")))
        if f.kind == "gives target away"
    }
    assert set(findings) == {"boat", "body"}
    assert findings["boat"].says.startswith(
        "98.1% of the 486 rows with a value of boat have the label 'survived'"
    )
    assert all(finding.switch == "drop column" for finding in findings.values())
    assert not [f for f in audit_task(prepare("titanic", "sex")) if f.kind == "gives target away"]


@pytest.mark.parametrize(("name", "sensitive"), [key for key in PUBLISHED_SPLITS if key[0] != "titanic"])
def test_no_other_setting_gives_its_target_away(name: str, sensitive: str) -> None:
    findings = audit_task(prepare(name, sensitive, TableOptions(data="published")))
    assert not [f for f in findings if f.kind == "gives target away"]


def test_uploaded_rows_are_those_of_the_file() -> None:
    file = SPLITS / "student_por-sex.npz"
    uploaded = prepare("student_por", "sex", splits=GivenSplits(file.name, file.read_bytes()))
    assert uploaded.counts.equals(prepare("student_por", "sex", splits=file).counts)


def test_the_split_of_another_table_is_refused() -> None:
    with pytest.raises(InputError, match="these indices belong to another table"):
        prepare("student_por", "sex", splits=SPLITS / "bank-age.npz")


def test_small_race_cells_are_nearly_all_drawn() -> None:
    """Drawing 146 of 50 rows with replacement leaves about 50 (1 - 1/47)^146 = 2 rows to train on."""
    labels = pd.Series(load("adult").frame["class"] == ">50K").to_numpy(dtype=np.int64)
    race = load("adult").frame["race"]
    cells = 2 * (race == "Other").to_numpy(dtype=np.int64) + labels
    left = [
        int((cells[draw_split(cells, validation_per_cell=3, test_per_cell=146, seed=seed).train] == 3).sum())
        for seed in range(40)
    ]
    assert 1.2 < np.mean(left) < 2.9
