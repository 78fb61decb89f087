"""The shown command line trains the same as the config that it is made from."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nashcore.__main__ import main
from nashcore.learning import summarise, train
from nashcore.learning.events import Finished
from nashcore.runs.config import TrainingConfig
from nashcore.runs.shell_command import command_line
from tests.nashcore.runs.quick_config import own, own_table, quick_config


def spoken(line: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the shown command line prints."""
    words = shlex.split(line)
    assert words[:3] == ["python", "-m", "nashcore"]
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*words[3:], "--json"])
    return dict(json.loads(capsys.readouterr().out))


def methods_of(config: TrainingConfig) -> Any:
    """The figures of the config itself."""
    *_, last = train(config.task(), config.plan())
    assert isinstance(last, Finished)
    return summarise(last.result, {arm.name: arm.title for arm in config.arms()})["methods"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"rule": "gm", "rule_options": {"power": -2.0}, "lr": 0.01, "batch_size": 64},
        {"split_seed": 3, "schedules": "two_stage:1,continuous"},
        {"method_schedules": {"nash_ltr": ("every_nth:2", "while_in_conflict")}, "data": "published"},
        {"drop": ("age", "sibsp"), "drop_duplicates": True, "keep_sensitive": False},
        {"validation_per_cell": 2, "test_per_cell": 7, "momentum": 0.5, "weight_decay": 0.0},
    ],
)
def test_a_dataset_of_the_catalogue(changes: dict[str, Any], capsys: pytest.CaptureFixture[str]) -> None:
    config = quick_config(**changes)
    line = command_line(config)
    assert "\n" not in line
    report = spoken(line, capsys)
    assert report["methods"] == methods_of(config)
    assert TrainingConfig(**report["config"]) == config


def test_given_splits(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table, path = own_table(tmp_path), tmp_path / "rows.npz"
    split = own(table).task().split
    np.savez(path, ind_train=split.train, ind_test=split.test, val_idx=split.validation)
    config = own(table, splits=path)
    line = command_line(config).replace("mine.csv", str(table))
    assert spoken(line, capsys)["methods"] == methods_of(config)


def test_one_s_own_file_with_names_that_need_quoting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age, years": random.integers(18, 80, 300),
            "it's > sex": random.choice(["f", "m"], 300),
            "y=1": random.choice(["=no", "-yes"], 300),
            "$(ls)": random.integers(0, 9, 300),
        }
    )
    frame.to_csv("my table.csv", index=False)
    config = own(
        Path("my table.csv"),
        target={"column": "y=1", "positive": "-yes"},
        sensitive="it's > sex",
        grouped_by=[{"column": "it's > sex"}],
        drop=("$(ls)",),
        batch_size=32,
    )
    line = command_line(config)
    assert "\n" not in line
    assert " --positive=-yes " in line
    assert spoken(line, capsys)["methods"] == methods_of(config)


@pytest.mark.parametrize(
    "config",
    [
        quick_config(seeds=(3, 1)),
        quick_config(hidden=(8, 8)),
        own(Path("a.csv"), sensitive="a,b>1", grouped_by=[{"column": "a,b", "threshold": 1.0}]),
    ],
)
def test_what_it_cannot_say_it_says(config: TrainingConfig) -> None:
    _, *notes = command_line(config).splitlines()
    assert len(notes) == 1
    assert notes[0].startswith("# The ")
    assert "--config" in notes[0]
