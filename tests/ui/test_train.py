"""A run that a page watches: interrupted, resumed, stopped; its tables and its command line."""

from __future__ import annotations

import json
import shlex
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from nashcore.__main__ import main
from nashcore.data import CsvTable, Sensitive, Target, prepare, prepare_table, read_csv
from nashcore.errors import InputError
from nashcore.learning.evaluate import METRICS
from nashcore.learning.events import EpochDone
from nashcore.learning.result import summarise
from nashcore.runs.config import training_config
from ui.train import tables
from ui.train.command import command
from ui.train.live import LiveRun, time_left
from ui.train.schedules import swept
from ui.train.source import Making, Source

TITANIC = Source("titanic", "sex")


def live(**changes: Any) -> LiveRun:
    """A small run on the Titanic table."""
    settings: dict[str, Any] = {
        "dataset": "titanic",
        "sensitive": "sex",
        "methods": "ltr,nash_ltr",
        "seeds": 2,
        "epochs": 3,
        "schedules": ("two_stage:2",),
        "device": "cpu",
    }
    return LiveRun(training_config(**(settings | changes)), prepare("titanic", "sex"))


def done(**changes: Any) -> LiveRun:
    """The same, trained."""
    run = live(**changes)
    for _ in run.events():
        pass
    return run


def test_listening_in_two_parts_tells_the_same_as_in_one() -> None:
    whole, parts = done(), live()
    first = list(islice(parts.events(), 4))
    rest = list(parts.events())
    assert parts.done
    assert not parts.cancelled
    assert len([event for event in first + rest if isinstance(event, EpochDone)]) == 3
    np.testing.assert_array_equal(whole.values("overall_auc"), parts.values("overall_auc"))


def test_two_runs_side_by_side_do_not_meet() -> None:
    alone, one, other = done(), live(), live(seeds=1)
    for _ in zip(one.events(), other.events(), strict=False):
        pass
    for _ in one.events():
        pass
    np.testing.assert_array_equal(alone.values("overall_auc"), one.values("overall_auc"))


def test_stopping_keeps_the_epochs_that_are_done() -> None:
    run = live(epochs=50)
    for event in run.events():
        if isinstance(event, EpochDone):
            break
    run.cancel()
    assert run.cancelled
    assert run.history.result().epochs == 1
    assert list(run.events()) == []


def test_each_arm_that_changes_its_stage_once_is_marked() -> None:
    schedules = ("two_stage:0", "two_stage:2", "continuous", "bargain_last:1", "every_nth:2")
    assert live(schedules=schedules).switches() == {"nash_ltr@2": 2, "nash_ltr@bargain_last:1": 1}
    assert live().switches() == {"nash_ltr": 2}


def test_hard_labels_and_scores_never_share_a_table() -> None:
    kinds = [set(names) for names in tables.KINDS.values()]
    assert set.union(*kinds) == set(METRICS)
    assert sum(map(len, kinds)) == len(METRICS)
    assert not set(tables.HARD) & set(tables.SCORES)


def test_the_result_table_says_what_is_not_known() -> None:
    unknown = {name: {"mean": None, "std": None} for name in ("max_gaucd", "worst_gauc")}
    summary = {
        "methods": {
            "nash_ltr@14": {
                "last": {"overall_auc": {"mean": 0.5, "std": None}, **unknown},
                "best": {name: {"mean": 0.6, "std": 0.01} for name in tables.HARD},
                "best_epoch": 7,
            }
        }
    }
    kind = next(iter(tables.KINDS))
    title = "LtR + Nash, T = 14"
    assert tables.result_table(summary, kind, "last").iloc[0].tolist() == [title, "0.500", "–", "–"]
    assert tables.result_table(summary, kind, "best").iloc[0].tolist()[:3] == [title, "7", "0.600 ± 0.010"]


def test_tables_hold_every_number_once() -> None:
    result = done().history.result()
    table = tables.long_table(result)
    assert len(table) == 2 * 2 * 3
    row = table[(table["method"] == "nash_ltr") & (table["seed"] == 1) & (table["epoch"] == 3)]
    assert row["overall_auc"].item() == result.metrics["overall_auc"][1, 1, 2]
    grouped = tables.group_table(result)
    assert len(grouped) == 2 * 2 * 3 * 2
    row = grouped[(grouped["method"] == "nash_ltr") & (grouped["seed"] == 1) & (grouped["epoch"] == 3)]
    found = row.set_index("group")["auc"]
    np.testing.assert_array_equal(found[list(result.groups)], result.group_metrics["auc"][1, 1, 2])


def test_a_sweep_over_t_meets_its_one_stage_twin_at_zero() -> None:
    run = done(schedules=("two_stage:0", "two_stage:2", "continuous"))
    lines, twins = tables.sweep_lines(run.history.result(), run.config, "overall_roc_auc")
    when, mean, spread = lines["nash_ltr"]
    assert when.tolist() == [0, 2, 3]
    assert mean[0] == pytest.approx(twins["nash_ltr"], abs=1e-12)
    assert np.isfinite(spread).all()
    assert len(tables.sweep_table(lines)) == 3


def test_means_leave_stopped_models_out() -> None:
    mean, spread = tables.means_and_spreads(np.array([[[1.0], [3.0], [np.nan]], [[np.nan]] * 3]))
    np.testing.assert_allclose(mean, [[2.0], [np.nan]])
    np.testing.assert_allclose(spread, [[np.sqrt(2)], [np.nan]])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "about 1 s left"),
        (61, "about 61 s left"),
        (600, "about 10 min left"),
        (float("inf"), "estimating the time left"),
    ],
)
def test_time_left_is_told_as_people_do(seconds: float, text: str) -> None:
    assert time_left(seconds) == text


def test_a_list_of_bargaining_epochs_is_sorted_and_each_counts_once() -> None:
    assert swept(" 5, 0,2 ,2,", 5) == [0, 2, 5]


@pytest.mark.parametrize("text", ["", ",", "1.5", "-1", "two", "9", "²", ",".join(map(str, range(20)))])
def test_a_bad_list_of_bargaining_epochs_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(InputError, match=r"^Bargaining epochs T should be .* Found "):
        swept(text, 8)


def test_the_command_line_trains_the_same() -> None:
    told = command(TITANIC, Making(), live(rule="gm", rule_options={"power": -2.0}).config)
    assert "--dataset titanic --sensitive sex --methods ltr,nash_ltr --seeds 2 --epochs 3" in told
    assert "--rule gm --rule-option power=-2" in told
    assert "\n" not in told


def test_the_command_line_quotes_names_from_a_file_and_says_what_it_cannot() -> None:
    frame = pd.DataFrame({"a b; rm": [1], "-x,y": [2]})
    own = Source(
        "it's",
        "-x,y>2.0",
        "key",
        "it's.tsv",
        Target("a b; rm", positive="$(ls)"),
        (Sensitive("-x,y", threshold=2.0),),
        CsvTable("it's", frame, "utf-8", ",", ()),
    )
    line, *notes = command(own, Making(drop=("a",)), live().config).splitlines()
    words = shlex.split(line)
    assert words[words.index("--csv") + 1] == "it's.tsv"
    assert words[words.index("--target") + 1] == "a b; rm"
    assert words[words.index("--positive") + 1] == "$(ls)"
    assert "--sensitive=-x,y>2.0" in words
    assert len(notes) == 2
    assert all(note.startswith("# The command line ") for note in notes)


def spoken(line: str, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What the shown command line prints."""
    words = shlex.split(line)
    assert words[:3] == ["python", "-m", "nashcore"]
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*words[3:], "--device", "cpu", "--json"])
    return dict(json.loads(capsys.readouterr().out))


@pytest.mark.parametrize(
    "changes",
    [{}, {"rule": "gm", "rule_options": {"power": -2.0}, "lr": 0.01, "batch_size": 64}, {"split_seed": 3}],
)
def test_the_shown_command_line_gives_the_numbers_of_the_page(
    changes: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    config = training_config(
        dataset="titanic",
        sensitive="sex",
        methods="nash_ltr",
        seeds=2,
        epochs=2,
        schedules=("two_stage:1", "continuous"),
        device="cpu",
        **changes,
    )
    run = LiveRun(config, prepare("titanic", "sex", split_seed=config.split_seed))
    for _ in run.events():
        pass
    told = spoken(command(TITANIC, Making(split_seed=config.split_seed), config), capsys)
    assert told["methods"] == summarise(run.history.result())["methods"]


def test_the_shown_command_line_of_an_own_file_gives_the_numbers_of_the_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    random = np.random.default_rng(0)
    frame = pd.DataFrame(
        {
            "age, years": random.integers(18, 80, 300),
            "it's > sex": random.choice(["f", "m"], 300),
            "y=1": random.choice(["=no", "-yes"], 300),
        }
    )
    frame.to_csv("my table.csv", index=False)
    table = read_csv(Path("my table.csv"))
    target, by = Target("y=1", positive="-yes"), (Sensitive("it's > sex"),)
    source = Source(table.name, "it's > sex", "key", "my table.csv", target, by, table)
    config = training_config(
        dataset=table.name,
        sensitive=source.sensitive,
        methods="nash_ltr",
        seeds=1,
        epochs=1,
        schedules=("two_stage:1",),
        batch_size=32,
        device="cpu",
    )
    task = prepare_table(table.frame, target, by, name=table.name, sensitive_name=source.sensitive)
    run = LiveRun(config, task)
    for _ in run.events():
        pass
    line = command(source, Making(), config)
    assert "\n" not in line
    assert spoken(line, capsys)["methods"] == summarise(run.history.result())["methods"]
