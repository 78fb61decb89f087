"""The training config: built-in settings, readings of methods, seeds and schedules, and one plain sentence for each fault."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from nashcore.data import PUBLISHED_SPLITS, Sensitive, TableOptions, Target
from nashcore.errors import InputError
from nashcore.methods import PUBLISHED, continuous, two_stage
from nashcore.options import read_object
from nashcore.options.model import DEEPEST
from nashcore.runs.config import PUBLISHED_TRAININGS, TrainingConfig
from tests.nashcore.runs.quick_config import own, quick_config


def config(**values: object) -> TrainingConfig:
    return TrainingConfig(**{"dataset": "adult", "sensitive": "sex", **values})


def test_there_are_numbers_for_every_setting_of_the_data() -> None:
    assert set(PUBLISHED_TRAININGS) == set(PUBLISHED_SPLITS)


def test_what_is_left_out_comes_from_the_published_setting() -> None:
    found = config()
    assert (found.lr, found.dropout, found.batch_size, found.epochs) == (1e-3, 0.2, 512, 50)
    assert found.schedules == ("two_stage:14",)
    assert found.methods == tuple(PUBLISHED)
    assert found.seeds == (0, 1, 2, 3, 4)
    assert TrainingConfig(dataset="us_crime", sensitive="race").lr == 1e-4
    assert config(lr=0.5, epochs=None).lr == 0.5


def test_a_config_survives_json_and_is_frozen() -> None:
    found = config(
        methods="ltr,nash_ltr",
        seeds=[3, 1],
        schedules="two_stage:3,continuous",
        rule="gm",
        rule_options={"power": -1},
    )
    assert TrainingConfig.model_validate_json(found.model_dump_json()) == found
    with pytest.raises(ValueError, match="frozen"):
        found.lr = 1.0


STORED = """{"dataset":"mine","sensitive":"s","csv":"mine.csv","target":{"column":"y","positive":"1","threshold":null,
"below":false,"names":null},"grouped_by":[{"column":"s","threshold":null,"quantiles":null,"names":[]}],
"protocol":"paper","split_seed":0,"splits":null,"validation_per_cell":2,"test_per_cell":null,"keep_sensitive":false,
"drop":["a"],"drop_duplicates":true,"methods":["nash_ltr"],"seeds":[0,1],"epochs":50,"schedules":["two_stage:14"],
"method_schedules":{"nash_ltr":["continuous"]},"rule":"gm","rule_options":{"power":-2},"lr":0.001,"dropout":0.2,
"batch_size":128,"momentum":0.9,"weight_decay":0.0005,"hidden":[128,64],"device":"auto"}"""
"""As the first stores hold a config."""


def test_a_config_is_stored_flat_with_two_switches_in_place_of_the_protocol() -> None:
    found = TrainingConfig.from_json(STORED)
    assert found.options == TableOptions(
        data="published",
        natural_test_share=0.0,
        validation_per_cell=2,
        keep_sensitive=False,
        drop=("a",),
        drop_duplicates=True,
    )
    now = {
        "data": "published",
        "validation_dropout": True,
        "signed_weights": False,
        "split_seeds": 1,
        "natural_test_share": 0.0,
        "drop_groups": [],
    }
    then = {name: value for name, value in json.loads(STORED).items() if name != "protocol"}
    assert json.loads(found.to_json()) == then | now


def test_an_earlier_run_on_one_s_own_table_keeps_its_rows() -> None:
    """Versions with a protocol kept no natural part and took three validation rows a cell of any table."""
    earlier = TrainingConfig.from_json(
        STORED.replace('"validation_per_cell":2', '"validation_per_cell":null')
    )
    assert (earlier.options.natural_test_share, earlier.options.validation_per_cell) == (0.0, 3)
    assert TrainingConfig.from_json(earlier.to_json()) == earlier
    default = TrainingConfig.from_json(STORED.replace('"paper"', '"default"'))
    assert (default.options.data, default.validation_dropout) == ("careful", False)


def test_a_batch_of_one_s_own_table_fits_its_rows_unless_it_was_chosen() -> None:
    own = config(dataset="mine", csv="mine.csv", target={"column": "y"})
    assert own.plan(rows=61).batch_size == 15
    assert own.plan(rows=61).notices == ("Chosen to fit the table: 15 rows in a batch.",)
    assert own.plan(rows=10**6).batch_size == 128
    chosen = own.replaced(batch_size=128)
    assert (chosen.plan(rows=61).batch_size, chosen.plan(rows=61).notices) == (128, ())
    assert config().plan(rows=61).batch_size == 512


def test_a_config_with_other_values_is_checked_whole() -> None:
    found = config()
    assert found.replaced(split_seed=3, lr=0.5).values() == found.values() | {"split_seed": 3, "lr": 0.5}
    with pytest.raises(InputError, match="'target' is missing"):
        found.replaced(csv="a.csv")
    with pytest.raises(InputError, match="'validation_per_cell' should be greater"):
        found.replaced(validation_per_cell=0)


def test_arms_follow_methods_schedules_and_rule() -> None:
    found = config(
        methods="ltr,nash_ltr,nash_forml",
        schedules="two_stage:3",
        method_schedules={"nash_forml": ["two_stage:1", "continuous"]},
        rule="cagrad",
        rule_options={"c": 0.4},
    )
    arms = {arm.name: arm for arm in found.arms()}
    assert list(arms) == ["ltr", "nash_ltr", "nash_forml@1", "nash_forml@continuous"]
    assert arms["nash_ltr"].method.schedule == two_stage(3)
    assert arms["nash_forml@continuous"].method.schedule == continuous()
    assert (arms["nash_ltr"].method.rule, arms["nash_ltr"].method.options) == ("cagrad", (("c", 0.4),))
    assert found.plan().seeds == (0, 1, 2, 3, 4)


def test_blanks_and_leading_zeros_in_schedules_count_for_nothing() -> None:
    found = config(methods="nash_ltr", schedules="two_stage:0, two_stage:05 ,continuous")
    assert [arm.name for arm in found.arms()] == ["nash_ltr@0", "nash_ltr@5", "nash_ltr@continuous"]
    with pytest.raises(InputError, match="one or more, each once"):
        config(methods="nash_ltr", schedules="two_stage:1,two_stage:01")


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"methods": "ltr,best"}, f"Method should be one of {', '.join(PUBLISHED)}. Found 'best'."),
        ({"methods": ()}, f"Methods should name at least one of {', '.join(PUBLISHED)}. Found none."),
        ({"methods": 3}, "Parameter 'methods' should be names of methods, or all. Found 3."),
        ({"seeds": 0}, "Seeds should be a number from 1 to 100. Found 0."),
        (
            {"seeds": (1, 1)},
            "Seeds should be one or more different whole numbers of at least 0. Found (1, 1).",
        ),
        ({"seeds": ()}, "Seeds should be one or more different whole numbers of at least 0. Found ()."),
        ({"epochs": 0}, "Parameter 'epochs' should be greater than or equal to 1. Found 0."),
        (
            {"epochs": "many"},
            "Parameter 'epochs' should be a valid integer, unable to parse string as an integer. Found 'many'.",
        ),
        ({"lr": float("nan")}, "Parameter 'lr' should be a finite number. Found nan."),
        ({"lr": 1e300}, "Parameter 'lr' should be less than or equal to 1000000. Found 1e+300."),
        (
            {"weight_decay": 1e39},
            "Parameter 'weight_decay' should be less than or equal to 1000000. Found 1e+39.",
        ),
        ({"dropout": 1}, "Parameter 'dropout' should be less than 1. Found 1."),
        ({"protocol": "mine"}, "Parameter 'protocol' should be 'paper' or 'default'. Found 'mine'."),
        ({"rule": "vote"}, "Rule should be one of nash, mean, gm"),
        ({"rule": "nash", "rule_options": {"c": 1}}, "Rule 'nash' has no option 'c'."),
        ({"schedules": "sometimes"}, "Schedule should be one of two_stage, one_stage"),
        (
            {"schedules": "two_stage"},
            "Schedule 'two_stage' should give its bargaining steps, as in 'two_stage:10'.",
        ),
        ({"schedules": "two_stage:-1"}, "Schedule 'two_stage' should give its bargaining steps"),
        (
            {"schedules": "every_nth:0"},
            "Schedule parameter 'every' should be a whole number of at least 1. Found 0.",
        ),
        ({"schedules": "continuous:3"}, "Schedule 'continuous' takes no number. Found 'continuous:3'."),
        (
            {"schedules": ("continuous", "continuous")},
            "Schedules of 'nash_ltr' should be one or more, each once.",
        ),
        (
            {"method_schedules": {"ltr": ["continuous"]}},
            "Parameter 'method_schedules' should name methods that bargain. Found 'ltr'.",
        ),
        ({"batchsize": 3}, "There is no parameter 'batchsize'. Known are dataset, sensitive, csv, target,"),
        ({"dataset": ""}, "Parameter 'dataset' should have at least 1 character. Found ''."),
    ],
)
def test_each_fault_is_one_plain_sentence(values, says) -> None:
    with pytest.raises(InputError) as caught:
        config(**values)
    assert str(caught.value).startswith(says)
    assert "\n" not in str(caught.value)


def test_what_is_missing_is_named() -> None:
    with pytest.raises(InputError, match=r"Parameter 'sensitive' is missing\."):
        TrainingConfig(dataset="adult")


def test_an_own_table_is_described_whole_and_gets_no_published_numbers() -> None:
    """Also when it has the name of a dataset of the catalogue."""
    own = TrainingConfig(csv="somewhere/adult.csv", target=Target("income", positive="rich"), sensitive="sex")
    assert own.own
    assert (own.dataset, own.batch_size, own.schedules) == ("adult", None, ("two_stage:14",))
    assert TrainingConfig.from_json(own.model_dump_json()) == own
    grouped = TrainingConfig(
        csv="a.csv",
        target={"column": "y", "threshold": 3.0},
        sensitive="a,b",
        grouped_by=[{"column": "a,b", "quantiles": 3}],
    )
    assert grouped.grouped_by == (Sensitive("a,b", quantiles=3),)
    assert TrainingConfig.from_json(grouped.model_dump_json()) == grouped


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"csv": "a.csv"}, "Parameter 'target' is missing: name the column of the CSV file to predict."),
        ({"target": {"column": "y"}}, "Parameter 'csv' is missing"),
        ({"csv": "a.csv", "target": {"colum": "y"}}, "Parameter 'target.column' is missing."),
        ({"csv": "a.csv", "target": "y"}, "Parameter 'target' should"),
        ({"drop": 3}, "Parameter 'drop' should"),
        ({"dataset": ["adult"]}, "Parameter 'dataset' should be a valid string. Found ['adult']."),
        ({"sensitive": {"column": "sex"}}, "Parameter 'sensitive' should be a valid string."),
        ({"csv": 3, "dataset": None}, "Parameter 'csv' should"),
        ({"options": [1]}, "Parameter 'options' should"),
        ({"reading": 2}, "Parameter 'reading' should"),
        ({"test_per_cell": 0}, "Parameter 'test_per_cell' should be greater than or equal to 1. Found 0."),
    ],
)
def test_each_fault_of_a_table_is_one_plain_sentence(values: dict[str, object], says: str) -> None:
    with pytest.raises(InputError) as caught:
        config(**values)
    assert str(caught.value).startswith(says)


@pytest.mark.parametrize("text", ["", "[1]", "{", "3", "null"])
def test_text_that_is_no_config_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="should be a JSON object"):
        TrainingConfig.from_json(text)


def test_a_config_makes_its_own_table_ready(tmp_path: Path) -> None:
    """The same rows as the catalogue's way gives, from a file."""
    rows = ["y,s,x,z"] + [f"{i % 2},{'ab'[i % 3 == 0]},{i * 7 % 11},{i % 5}" for i in range(200)]
    (tmp_path / "mine.csv").write_text("\n".join(rows))
    own = TrainingConfig(
        csv=tmp_path / "mine.csv",
        target={"column": "y", "positive": "1"},
        sensitive="s",
        drop=("z",),
        validation_per_cell=2,
        test_per_cell=5,
        keep_sensitive=False,
    )
    task = own.task()
    assert (task.name, task.sensitive, task.group_names) == ("mine", "s", ("a", "b"))
    assert task.feature_names == ("x",)
    assert task.validation.cells.bincount().tolist() == [2] * 4
    assert task.test.cells.bincount().tolist() == [5] * 4
    with pytest.raises(InputError, match=r"gone\.csv"):
        own.replaced(csv=tmp_path / "gone.csv").task()


def test_how_a_file_is_read_is_no_question_of_the_catalogue() -> None:
    with pytest.raises(InputError, match="Parameter 'decimal' says how a file of one's own is read"):
        quick_config(decimal="comma")


def test_a_positive_value_that_reads_like_none_is_a_value(tmp_path: Path) -> None:
    rows = [f"{('None', 'Arrest')[i % 2]},{'ab'[i % 3 == 0]},{i % 7}" for i in range(200)]
    path = tmp_path / "mine.csv"
    path.write_text("\n".join(["y,s,x", *rows]))
    task = own(path, target={"column": "y", "positive": "None"}).task()
    assert task.label_names == ("Arrest", "None")
    assert task.encoder.readings[0].column == "s"


@pytest.mark.parametrize(
    ("rule", "options"),
    [
        ("gm", {"power": -math.inf}),
        ("loss_gm", {"power": math.inf}),
        ("loss_gm", {"power": 2.5}),
        ("pcgrad", {"seed": 3}),
        ("pcgrad", {"seed": 3, "redraw": 0}),
    ],
)
def test_options_of_rules_survive_json(rule: str, options: dict[str, float]) -> None:
    config = TrainingConfig(dataset="titanic", sensitive="sex", rule=rule, rule_options=options)
    text = config.to_json()
    json.loads(text, parse_constant=lambda word: pytest.fail(f"{word} is no JSON"))
    assert TrainingConfig.from_json(text) == config
    assert TrainingConfig.from_json(text).rule_options == options


@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("levels", [DEEPEST, 5_000, 200_000])
def test_what_is_nested_too_deep_is_no_config_in_any_python(levels: int, brackets: tuple[str, str]) -> None:
    start, end = brackets
    with pytest.raises(InputError, match=r"nested too deep\.$"):
        read_object('{"rule_options": ' + start * levels + "1" + end * levels + "}")
    fits = '{"rule_options": ' + start * (DEEPEST - 1) + "1" + end * (DEEPEST - 1) + "}"
    assert list(read_object(fits)) == ["rule_options"]


@pytest.mark.parametrize(
    "values",
    [
        {"rule": "gm", "rule_options": {"power": True}},
        {"rule": "cagrad", "rule_options": {"c": False}},
        {"rule": "pcgrad", "rule_options": {"seed": True}},
        {"lr": True},
        {"epochs": True},
        {"seeds": True},
    ],
)
def test_true_is_no_number(values: dict[str, object]) -> None:
    with pytest.raises(InputError, match=r"Found (True|False)\."):
        TrainingConfig(dataset="titanic", sensitive="sex", **values)
