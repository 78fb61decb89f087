"""Filters and orders of a list of runs."""

from __future__ import annotations

import pytest

from nashcore.errors import InputError
from nashcore.runs.filters import Filter, number_of
from nashcore.runs.listing import Figure, Listed


def listed(run: str, **about: object) -> Listed:
    fields: dict[str, object] = {
        "title": f"Run {run}",
        "state": "finished",
        "reason": "",
        "created": 0.0,
        "epochs": 1,
        "seconds": 1.0,
        "deleted": None,
        "tags": (),
        "note": "",
    }
    return Listed(run, **(fields | about))  # type: ignore[arg-type]


def figure(**means: float) -> dict[str, Figure]:
    return {"overall_auc": Figure(False, {arm: (mean, None) for arm, mean in means.items()})}


A = listed(
    "a", settings={"lr": "0.001", "rule": "Nash", "seeds": "5 (0 to 4)"}, figures=figure(ltr=0.7, nash=0.8)
)
B = listed(
    "b", settings={"lr": "0.0005", "rule": "Mean"}, figures=figure(ltr=0.9), tags=("x", "y"), note="Café"
)
C = listed("c", state="waiting", settings={"lr": "0.01", "rule": "Nash"}, created=5.0)
RUNS = (A, B, C)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (Filter(), "cab"),
        (Filter(states=("finished",), sort="id"), "ab"),
        (Filter(tags=("y", "x")), "b"),
        (Filter(where="tag=Y"), "b"),
        (Filter(where="tags!=y"), "ca"),
        (Filter(where="café"), "b"),
        (Filter(where="lr<=0.001", sort="lr"), "ba"),
        (Filter(where="lr=1e-3"), "a"),
        (Filter(where="rule=nash", sort="-id"), "ca"),
        (Filter(where="rule!=Nash"), "b"),
        (Filter(where="seeds=5"), "a"),
        (Filter(where="overall_auc>0.75", sort="overall_auc"), "ab"),
        (Filter(where="overall_auc.ltr>0.75"), "b"),
        (Filter(where='"run a"'), "a"),
        (Filter(sort="overall_auc"), "abc"),
        (Filter(sort="-overall_auc"), "bac"),
        (Filter(where="created>=1970-01-01T00:00:05+00:00"), "c"),
    ],
)
def test_what_is_asked_for_is_found_in_its_order(asked: Filter, found: str) -> None:
    assert "".join(run.id for run in asked.chosen(RUNS)) == found


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"states": ("done",)}, "one of waiting"),
        ({"where": "lr<many"}, "before a number"),
        ({"where": "'open"}, "come in pairs"),
        ({"where": "lr < 0.01"}, "should have no spaces"),
        ({"where": "lr <0.01"}, "should have no spaces"),
        ({"where": "rule = mean"}, "should have no spaces"),
        ({"where": "lr<1 " * 51}, "at most 50 words and conditions. Found 51"),
    ],
)
def test_a_filter_that_cannot_be_read_is_refused(asked: dict[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Filter(**asked)  # type: ignore[arg-type]


def test_a_name_that_no_run_has_is_refused_with_near_ones() -> None:
    with pytest.raises(InputError, match="Near it: rule"):
        Filter(where="rulee=1").chosen(RUNS)
    with pytest.raises(InputError, match="Found 'height'"):
        Filter(sort="-height").chosen(RUNS)
    assert Filter(sort="-height").chosen([]) == []


@pytest.mark.parametrize(
    ("value", "number"),
    [("1e-3", 1e-3), ("5 (0 to 4)", 5.0), ("nan", None), ("x", None), (None, None), ("", None)],
)
def test_numbers_are_read_from_words(value: str | None, number: float | None) -> None:
    assert number_of(value) == number
