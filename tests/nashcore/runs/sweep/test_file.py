"""What a sweep's file may say, and the one sentence for what it may not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from nashcore.errors import InputError
from nashcore.runs.sweep.file import FIELDS, MOST_RUNS, nearest, read_sweep, sweep_of, varied
from tests.nashcore.runs.quick_config import own_table
from tests.nashcore.runs.sweep.small_sweep import BASE

YAML = """
title: Learning rate
metric: worst_gauc
base: {dataset: titanic, sensitive: sex, methods: "ltr,nash_ltr", seeds: 2}
grid:
  lr: [1e-3, 0.01]
  dropout: [0.1, 0.2, 0.4]
"""


def written(folder: Path, text: str, name: str = "sweep.yaml") -> Path:
    """A file of this text."""
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_grid_is_every_combination_the_last_field_first(tmp_path: Path) -> None:
    plan = read_sweep(written(tmp_path, YAML))
    assert (plan.title, plan.metric) == ("Learning rate", "worst_gauc")
    assert [(one.lr, one.dropout) for one in plan.configs] == [
        (lr, dropout) for lr in (0.001, 0.01) for dropout in (0.1, 0.2, 0.4)
    ]
    assert varied(plan.configs) == ("lr", "dropout")


def test_json_says_the_same(tmp_path: Path) -> None:
    values = {
        "title": "Learning rate",
        "metric": "worst_gauc",
        "base": {"dataset": "titanic", "sensitive": "sex", "methods": "ltr,nash_ltr", "seeds": 2},
        "grid": {"lr": [0.001, 0.01], "dropout": [0.1, 0.2, 0.4]},
    }
    assert read_sweep(written(tmp_path, json.dumps(values), "a.json")) == read_sweep(written(tmp_path, YAML))


def test_a_list_names_its_runs_and_a_grid_multiplies_them() -> None:
    plan = sweep_of(
        {
            "base": BASE,
            "list": [{"lr": 0.1}, {"rule": "gm", "rule_options": {"power": -1}}],
            "grid": {"seeds": [1, 3]},
        }
    )
    assert [(one.lr, one.rule, len(one.seeds)) for one in plan.configs] == [
        (0.1, "nash", 1),
        (0.1, "nash", 3),
        (0.001, "gm", 1),
        (0.001, "gm", 3),
    ]
    assert plan.title == "sweep"
    assert plan.metric == "overall_auc"


def test_any_field_can_vary() -> None:
    """Each by itself, with two values that fit."""
    values: dict[str, list[Any]] = {
        "data": ["careful", "published"],
        "protocol": ["paper", "default"],
        "split_seed": [0, 1],
        "split_seeds": [1, 2],
        "drop": [[], ["fare"]],
        "hidden": [[8, 4], [16, 8]],
        "methods": ["ltr", ["ltr", "nash_ltr"]],
        "seeds": [2, [7, 9]],
        "schedules": ["two_stage:1", ["two_stage:1", "continuous"]],
        "method_schedules": [{}, {"nash_ltr": "continuous"}],
        "rule": ["nash", "cagrad"],
        "validation_dropout": [True, False],
        "batch_size": [32, None],
        "dataset": ["titanic", "student_por"],
    }
    assert set(values) <= set(FIELDS)
    for name, two in values.items():
        assert len(sweep_of({"base": BASE, "grid": {name: two}}).configs) == 2


def test_a_title_is_one_line_without_hidden_signs_and_not_endless() -> None:
    grid = {"lr": [0.1, 0.2]}
    title = "a\u202eb\n" + "x" * 100_000
    assert sweep_of({"title": title, "base": BASE, "grid": grid}).title == ("ab " + "x" * 120)[:120]
    assert sweep_of({"title": " \u200b ", "base": BASE, "grid": grid}, "file").title == "file"


def test_a_target_may_be_the_name_of_its_column(tmp_path: Path) -> None:
    own_table(tmp_path)
    text = "base: {csv: mine.csv, target: %s, sensitive: s, batch_size: 16}\ngrid: {lr: [0.1, 1]}"
    short, whole = (read_sweep(written(tmp_path, text % target)) for target in ("y", "{column: y}"))
    assert short.configs == whole.configs


def test_yes_and_no_are_words_of_a_table_and_switches(tmp_path: Path) -> None:
    text = """
base: {dataset: mine, csv: mine.csv, sensitive: sex, target: {column: hired, positive: yes}}
grid: {drop_duplicates: [yes, no], keep_sensitive: [true, false]}
"""
    plan = read_sweep(written(tmp_path, text))
    assert {one.target.positive for one in plan.configs if one.target} == {"yes"}
    switches = [(one.options.drop_duplicates, one.options.keep_sensitive) for one in plan.configs]
    assert switches == [(True, True), (True, False), (False, True), (False, False)]


def test_paths_are_those_beside_the_file(tmp_path: Path) -> None:
    own_table(tmp_path)
    text = "base: {csv: mine.csv, target: {column: y, positive: '1'}, sensitive: s, batch_size: 16}\ngrid: {lr: [0.1, 1]}"
    assert {config.csv for config in read_sweep(written(tmp_path, text)).configs} == {tmp_path / "mine.csv"}


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"grid": {"learning_rate": [1]}}, "'learning_rate'. Did you mean lr?"),
        ({"grid": {"drop_out": [1]}}, "Did you mean dropout"),
        ({"base": {**BASE, "batchsize": 3}}, "'batchsize'. Did you mean batch_size"),
        ({"list": [{"Learning rate": 1}]}, "Did you mean lr?"),
        ({"gird": {}}, "A sweep has no part 'gird'. Did you mean grid?"),
        ({"grid": {"lr": 0.1}}, "should be a list of values, as [1, 2]. Found 0.1."),
        ({"grid": {"lr": []}}, "should be a list of values"),
        (
            {"grid": {"lr": [0.1, -1]}},
            "Run 2 of the sweep (lr: -1) cannot be made. Parameter 'lr' should be greater than 0.",
        ),
        ({"grid": {"lr": [True]}}, "Parameter 'lr' should be no yes or no."),
        ({"grid": {"lr": [float("nan")]}}, "should be a finite number"),
        ({"grid": {"lr": [1, 1.0]}}, "Found runs 1 and 2 the same."),
        ({"grid": {}}, "Found neither."),
        ({"grid": 3}, "Part 'grid' should be names with values. Found 3."),
        ({"list": {"lr": 1}}, "Part 'list' should be a list of settings."),
        ({"list": [3]}, "Entry 1 of 'list' should be names with values."),
        ({"list": [{"lr": 1}], "grid": {"lr": [1, 2]}}, "Found 'lr' in both."),
        ({"grid": {"dataset": ["titanix"]}}, "Run 1 of the sweep (dataset: 'titanix') cannot be made."),
        ({"grid": {"lr": [1]}, "metric": "worst_auc"}, "Did you mean worst_gauc"),
        ({"grid": {"lr": list(range(1, 200)), "seed": []}}, "'seed'. Did you mean seeds"),
        (
            {"grid": {"lr": list(range(1, 200)), "momentum": [n / 1000 for n in range(101)]}},
            f"at most {MOST_RUNS:,} runs",
        ),
    ],
)
def test_what_cannot_be_used_is_told_in_one_sentence(part: dict[str, Any], sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        sweep_of({"base": BASE, **part})
    assert sentence in str(refused.value)


@pytest.mark.parametrize("values", [None, 3, "text", [1], {}, {"base": BASE}, {"grid": None}])
def test_what_is_no_sweep_is_refused(values: object) -> None:
    with pytest.raises(InputError):
        sweep_of(values)


@pytest.mark.parametrize(
    ("text", "name", "sentence"),
    [
        ("base: [", "a.yaml", "should hold YAML. Found something else in line 1"),
        ("{", "a.json", "should hold JSON. Found something else in line 1"),
        ("grid: {lr: [1], lr: [2]}", "a.yaml", "Found 'lr' twice."),
        ('{"grid": {"lr": [1], "lr": [2]}}', "a.json", "Found 'lr' twice."),
        ("grid: !!python/object/apply:os.system ['true']", "a.yaml", "should hold YAML"),
        ("[" * 5000, "a.json", "should hold JSON"),
        ("a: &a [*a]", "a.yaml", "A sweep has no part 'a'"),
        ("? [1, 2]\n: 3", "a.yaml", "should hold YAML"),
        ("x" * 1_000_001, "a.yaml", "at most 1,000,000 bytes"),
        (f"grid:\n  {'x' * 1024}: [1]", "a.yaml", "names a setting that does not exist"),
        (f"grid:\n  {'x' * 1025}: [1]", "a.yaml", "should have at most 1,024 signs. Found more in line 2 of"),
        (f"grid: {{'{'é ' * 600}': [1]}}", "a.yaml", "at most 1,024 signs. Found more in line 1 of"),
        (f"base: {{}}\n{'x' * 1025}: 1", "a.yaml", "at most 1,024 signs. Found more in line 2 of"),
        (f"grid: {{{'x: 1, ' * 300}lr: 1: 2}}", "a.yaml", "should hold YAML. Found something else in line 1"),
    ],
)
def test_files_that_hold_something_else(tmp_path: Path, text: str, name: str, sentence: str) -> None:
    with pytest.raises(InputError) as refused:
        read_sweep(written(tmp_path, text, name))
    assert sentence in str(refused.value)


@pytest.mark.parametrize(
    "written_so",
    ["1:30", "1:30.5", "1:" * 5_000 + "30", "1:" * 5_000 + "30.5", "0x" + "f" * 5_000, "2024-01-31"],
)
def test_what_is_no_number_of_a_setting_stays_as_it_is_written(tmp_path: Path, written_so: str) -> None:
    """YAML would take 1:30 for ninety, and many colons for a number that nobody can write."""
    assert read_sweep(written(tmp_path, YAML.replace("Learning rate", written_so))).title == written_so[:120]
    with pytest.raises(InputError, match=rf"should be names with values\. Found '{written_so[:30]}"):
        read_sweep(written(tmp_path, f"base: {written_so}"))


@pytest.mark.parametrize("value", ["!!int ''", "!!int x"])
def test_a_value_of_another_kind_than_it_says_is_refused(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputError, match="should hold YAML"):
        read_sweep(written(tmp_path, f"title: {value}"))


@pytest.mark.parametrize("metric", [["worst_gauc"], {"a": 1}, 5])
def test_a_metric_of_another_form_is_refused(metric: object) -> None:
    with pytest.raises(InputError, match="Part 'metric' names what is no metric"):
        sweep_of({"base": BASE, "metric": metric, "grid": {"lr": [0.1]}})


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "none.yaml", tmp_path, tmp_path / "b.yaml"):
        with pytest.raises(InputError):
            read_sweep(path)


def test_near_names_come_from_the_words_of_comparisons_too() -> None:
    assert nearest("Weight decay", FIELDS)[0] == "weight_decay"
    assert nearest("validation-rows-a-cell", FIELDS)[0] == "validation_per_cell"
    assert nearest("zzzzzz", FIELDS) == []
