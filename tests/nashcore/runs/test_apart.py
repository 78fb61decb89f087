"""The shortest set of settings that tells runs apart, against every set there is."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashcore.runs import apart
from nashcore.runs.apart import telling_apart, words_apart

RUNS = st.lists(st.fixed_dictionaries({name: st.sampled_from("xyz") for name in "abcd"}), max_size=7)


def kinds(runs: list[dict[str, str]], names: tuple[str, ...]) -> int:
    return len({tuple(run[name] for name in names) for run in runs})


def shortest(runs: list[dict[str, str]]) -> int:
    whole = kinds(runs, tuple("abcd"))
    return next(
        size for size in range(5) if any(kinds(runs, names) == whole for names in combinations("abcd", size))
    )


@given(RUNS)
def test_no_shorter_set_tells_them_apart(runs: list[dict[str, str]]) -> None:
    names = telling_apart(runs)
    assert kinds(runs, names) == kinds(runs, tuple("abcd"))
    assert len(names) == (shortest(runs) if runs else 0)


@given(RUNS)
def test_of_a_set_that_was_found_in_a_hurry_none_can_be_left_out(runs: list[dict[str, str]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(apart, "MOST_LOOKS", 0)
        names = telling_apart(runs)
    assert kinds(runs, names) == kinds(runs, tuple("abcd"))
    assert all(kinds(runs, tuple(set(names) - {name})) < kinds(runs, names) for name in names)


def test_words_of_what_differs() -> None:
    runs = [{"lr": "1", "rule": "Nash"}, {"lr": "2", "rule": "Nash"}, {"rule": "Nash"}]
    assert words_apart(runs) == ["lr=1", "lr=2", "lr=–"]
    assert words_apart(runs[:2], {"lr": "Learning rate"}) == ["Learning rate 1", "Learning rate 2"]
    assert words_apart(runs[:1] * 3) == ["", "", ""]
    assert words_apart([]) == []
