from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from nashcore.errors import LONGEST, InputError, missing_package, quoted
from nashcore.options import declared
from nashcore.runs import TrainingConfig
from synthetic.config import PlaneConfig

LONG = "x" * 100_000


@pytest.mark.parametrize("value", ["a", "it's", "", 0.5, None, (1, 2), ["a", {"b": 1}], {"power": -1.0}])
def test_a_short_value_is_quoted_as_python_writes_it(value: object) -> None:
    assert quoted(value) == repr(value)


LONG_ONES = {
    "text": LONG,
    "list": [LONG] * 10,
    "many": list(range(10_000)),
    "names": {LONG: LONG},
    "target": {"column": LONG},
    "schedules": {"nash_ltr": [LONG]},
    "number": 10**4000,
    "nested": [[[[LONG]]]],
    "infinity": 1e999,
}


@pytest.mark.parametrize("kind", LONG_ONES)
def test_a_long_value_is_shortened(kind: str) -> None:
    assert len(quoted(LONG_ONES[kind])) <= LONGEST


def told(make: Callable[[str], object], **values: object) -> str:
    """Why a config is refused; nothing where it is not."""
    try:
        make(json.dumps(values))
    except InputError as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("kind", LONG_ONES)
def test_configs_refuse_whatever_stands_in_them_in_a_short_sentence(kind: str) -> None:
    value = LONG_ONES[kind]
    table = {"dataset": "adult", "sensitive": "sex"}
    own = {"csv": "a.csv", "sensitive": "g", "target": {"column": "t"}}
    for name in (*TrainingConfig.model_fields, *(one.name for one in declared(TrainingConfig)), LONG):
        for base in (table, own):
            assert len(told(TrainingConfig.from_json, **{**base, name: value})) < 1000, name
    for name in (*PlaneConfig.model_fields, LONG):
        assert len(told(PlaneConfig.from_json, **{name: value})) < 1000, name


@pytest.mark.parametrize(
    ("failed", "says"),
    [
        (
            ModuleNotFoundError("No module named 'a'", name="a"),
            "It needs the package 'a'. Install it: pip install",
        ),
        (
            ModuleNotFoundError("No module named 'a.lib'", name="a.lib"),
            "It needs the package 'a', which is there but cannot be imported (No module named 'a.lib'). Install it anew: pip",
        ),
        (
            ImportError("cannot import name 'b' from 'a'", name="a"),
            "which is there but cannot be imported (cannot import name",
        ),
        (
            ImportError("liba.so: no such file"),
            "It needs a package, which is there but cannot be imported (liba.so: no such",
        ),
    ],
)
def test_a_package_that_is_missing_or_damaged_is_named(failed: ImportError, says: str) -> None:
    assert says in missing_package(failed, "It", "data")


def test_a_missing_module_of_ours_is_no_package() -> None:
    with pytest.raises(ModuleNotFoundError, match=r"nashcore\.lost"):
        missing_package(
            ModuleNotFoundError("No module named 'nashcore.lost'", name="nashcore.lost"), "It", "data"
        )
