"""The sentences beside the numbers: what stands where, and that each number in them is counted."""

from __future__ import annotations

from typing import Any

import pytest

from nashcore.learning import CHANCE, FLATTERS, caveats, interval_caveat, rows_caveat, spread_caveat

SUMMARY: dict[str, Any] = {
    "spread": "sample standard deviation (n − 1)",
    "test_rows": {"a, no": 16, "a, yes": 14},
    "test_distinct": {"a, no": 11, "a, yes": 14},
    "differences": {"nash_ltr": {}},
    "splits": [0],
    "unit": "seed",
    "unit_says": "All on one split.",
    "comparisons": {kind: {"shown": 3, "tested": 2, "told": 1} for kind in ("hard", "scores", "gaps")},
}


@pytest.mark.parametrize(
    ("rows", "distinct", "sentence"),
    [
        (
            {"a": 16, "b": 16},
            {"a": 11, "b": 16},
            "32 test rows, 27 of them distinct: 16 in each group and label (at least 11 distinct). One test row of the smallest "
            "cell moves its rate by 6.2%, a repeated one by more.",
        ),
        ({"a": 9, "b": 10}, {"a": 9, "b": 10}, "19 test rows, all of them distinct: 9 to 10 in each"),
        ({"a": 9, "b": 9}, None, "18 test rows: 9 in each group and label. One"),
        (
            {"a": 0, "b": 9},
            {"a": 0, "b": 9},
            "9 test rows, all of them distinct: 9 in each group and label but 1 without any. One test row of the smallest cell "
            "moves its rate by 11.1%.",
        ),
        ({"a": 0}, {"a": 0}, "There are no test rows."),
    ],
)
def test_rows_are_counted(rows: dict[str, int], distinct: dict[str, int] | None, sentence: str) -> None:
    assert sentence in rows_caveat(rows, distinct)


def test_rows_are_counted_on_each_split() -> None:
    assert rows_caveat({"a": 9, "b": 9}, {"a": 8, "b": 9}, splits=6) == (
        "Every number and every difference rests on 18 test rows on each of 6 splits, at least 17 of them distinct: 9 in each "
        "group and label (at least 8 distinct). One test row of the smallest cell moves its rate by 11.1%, a repeated one by more "
        "on its split."
    )


def test_a_spread_says_what_it_is_over() -> None:
    assert spread_caveat("spread", "split") == "Mean ± spread over the splits."
    assert spread_caveat("spread", "split", "seed") == (
        "Mean ± spread over each run's splits, or its seeds where it has one split."
    )


def test_each_sentence_stands_where_it_is_needed() -> None:
    last, best = caveats(SUMMARY, ["hard"], "last"), caveats(SUMMARY, ["hard"], "best")
    assert FLATTERS in best
    assert FLATTERS not in last
    assert {CHANCE, "All on one split."} <= set(last) & set(best)
    assert interval_caveat() in last
    assert interval_caveat() not in best  # differences are those of the last epoch
    assert "3 differences at once, 1 of them without an interval. After Holm's correction" in last[-2]
    everything = caveats(SUMMARY)
    assert [text.split(":")[0] for text in everything if "at once" in text] == [
        "Hard labels, as in the paper",
        "Scores (ROC)",
        "Rate gaps",
    ]
    assert interval_caveat() not in caveats({**SUMMARY, "differences": {}})
