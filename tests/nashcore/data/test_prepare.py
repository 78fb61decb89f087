"""The catalogue's datasets are made ready as their published settings say."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from nashcore.data import TableOptions, prepare
from nashcore.data.task import Part
from nashcore.errors import InputError


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("name", "sensitive", "groups", "validation", "tested"),
    [
        ("adult", "sex", ("Female", "Male"), 3, 366),
        ("adult", "race", ("Amer-Indian-Eskimo", "Asian-Pac-Islander", "Black", "Other", "White"), 3, 146),
        ("default_credit", "sex", ("Male", "Female"), 4, 225),
        ("us_crime", "race", ("racepctblack <= 0.06", "racepctblack > 0.06"), 1, 14),
        ("titanic", "sex", ("female", "male"), 1, 9),
    ],
)
def test_carried_settings_are_ready(
    name: str, sensitive: str, groups: tuple[str, ...], validation: int, tested: int
) -> None:
    task = prepare(name, sensitive)
    assert task.name == name
    assert task.sensitive == sensitive
    assert task.group_names == groups
    assert task.counts["validation"].tolist() == [validation] * (2 * len(groups))
    assert task.counts["test"].tolist() == [tested] * (2 * len(groups))
    for part in (task.train, task.validation, task.test):
        assert isinstance(part, Part)
        assert part.features.isfinite().all()


@pytest.mark.usefixtures("home")
def test_what_a_carried_copy_lacks_is_said() -> None:
    assert "The carried copy of titanic has 6 of the 14 columns." in prepare("titanic", "sex").notices
    notices = prepare("us_crime", "race").notices
    assert "No training row is left in the cell (racepctblack <= 0.06, high crime)." in notices


@pytest.mark.usefixtures("home")
def test_given_splits_need_the_catalogues_table(tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"Given splits number the rows of the catalogue's table of us_crime"
    ):
        prepare("us_crime", "race", splits=tmp_path / "any.npz")


@pytest.mark.usefixtures("home")
def test_leaks_are_dropped_unless_the_paper_is_followed(home: Path) -> None:
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {"survived": random.integers(0, 2, 200), "sex": random.choice(["female", "male"], 200)}
    )
    frame["boat"] = np.where(frame["survived"] == 1, "7", "")
    frame.to_csv(home / "titanic.csv", index=False)
    task = prepare("titanic", "sex")
    assert not any("boat" in name for name in task.feature_names)
    assert "Left out because they give the target away: boat." in task.notices
    assert any(
        "boat" in name for name in prepare("titanic", "sex", TableOptions(data="published")).feature_names
    )
    assert any("boat" in name for name in prepare("titanic", "sex", keep_leaking_columns=True).feature_names)
    assert not any(
        "boat" in n
        for n in prepare(
            "titanic", "sex", TableOptions(data="published"), keep_leaking_columns=False
        ).feature_names
    )
