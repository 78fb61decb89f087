"""What several runs come to: own verdicts, runs held against the first, and points of all of them."""

from __future__ import annotations

import json

import numpy as np
import pytest

from nashcore.runs.results import as_json, verdicts
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config

WAVE = np.array([0.0, 0.010, -0.010, 0.004, -0.004, 0.007])


def values(*means: float) -> list[list[list[float]]]:
    """Arms of six seeds and one epoch."""
    return [[[mean + noise] for noise in np.roll(WAVE, turn)] for turn, mean in enumerate(means)]


ONE = made_up_run("a", values(0.8, 0.8))
MEAN = quick_config(methods="ltr,nash_ltr", seeds=6, epochs=1, rule="mean")
OTHER = made_up_run("b", [values(0, 0, 0, 0.9)[3], values(0, 0, 0.8)[2]], MEAN)


def test_a_run_alone_has_its_own_verdict() -> None:
    (found,) = verdicts([ONE], "hard")
    own = ONE.summary["verdict"]["hard"]
    assert (list(found.says), list(found.notes)) == (own["says"], own["notes"])
    assert found.points["name"].tolist() == [arm.title for arm in ONE.arms.values()]
    assert found.points["efficient"].tolist() == [True, True]
    assert set(found.points["tied"]) == {" and ".join(found.points["name"])}


def test_runs_on_the_same_data_are_held_against_the_first() -> None:
    (found,) = verdicts([ONE, OTHER], "hard", {"a": "A", "b": "B"})
    assert found.says[0].startswith("LtR\u00a0·\u00a0B (+0.100 [")
    assert ") beats LtR\u00a0·\u00a0A in Overall AUC. 6 differences at once" in found.says[0]
    assert found.says[1].startswith(
        "By the means alone, which say nothing about chance, LtR\u00a0·\u00a0B has both"
    )
    assert [sentence.partition(":")[0] for sentence in found.says[2:]] == ["Run A", "Run B"]
    assert found.points.query("efficient")["name"].tolist() == ["LtR\u00a0·\u00a0B"]


def test_nothing_told_between_runs_is_said() -> None:
    again = made_up_run("c", values(0.8, 0.8), MEAN)
    (found,) = verdicts([ONE, again], "hard")
    assert found.says[0].startswith("No method can be told to do better or worse than in run a. ")


def test_runs_on_other_rows_have_verdicts_of_their_own() -> None:
    elsewhere = made_up_run(
        "d", values(0.8, 0.9), quick_config(methods="ltr,nash_ltr", seeds=6, epochs=1, split_seed=7)
    )
    found = verdicts([ONE, elsewhere], "gaps")
    assert [[run.id for run in one.runs] for one in found] in ([["a"], ["d"]], [["a+d"]])
    assert {one.kind for one in found} == {"hard"}


def test_json_holds_it() -> None:
    report = as_json([ONE, OTHER])
    (verdict,) = report["verdicts"]
    assert verdict["runs"] == ["a", "b"]
    assert len(verdict["points"]) == 4
    assert verdict["points"][0]["performance_mean"] == pytest.approx(0.8 + WAVE.mean())
    json.dumps(report, allow_nan=False)
