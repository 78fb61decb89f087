"""The best of a sweep: on made-up runs whose answers can be worked by hand."""

from __future__ import annotations

import math
import statistics
from typing import Any

import numpy as np
import pytest

from nashcore.metrics.student_t import t_probability
from nashcore.runs.kept_sweeps import Place, Sweep
from nashcore.runs.results.stored_result import StoredResult
from nashcore.runs.sweep.best import Best, best_of, best_sentences
from nashcore.runs.sweep.figures import Candidate, SweepFigures, numeric, sweep_table
from nashcore.runs.sweep.file import varied
from nashcore.runs.sweep.keep import Standing
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config

SEEDS = 6
GOOD = [0.80, 0.81, 0.83, 0.79, 0.82, 0.84]
NEAR = [0.801, 0.822, 0.813, 0.804, 0.811, 0.83]
POOR = [0.50, 0.512, 0.529, 0.491, 0.518, 0.541]


def a_run(run: str, lr: float, ltr: list[float], nash: list[float], **about: Any) -> StoredResult:
    """A run of two methods at this learning rate, one epoch, with these Overall AUCs."""
    config = quick_config(methods="ltr,nash_ltr", seeds=len(ltr), epochs=1, lr=lr, **about.pop("config", {}))
    return made_up_run(run, [[[value] for value in ltr], [[value] for value in nash]], config, **about)


def figures_of(*runs: StoredResult) -> SweepFigures:
    """A sweep of these runs."""
    names = varied([run.config for run in runs])
    places = tuple(Place(number, run.config, run.id) for number, run in enumerate(runs))
    stands = tuple(Standing(place, run.run) for place, run in zip(places, runs, strict=True))
    candidates = tuple(
        Candidate(run, arm, {name: str(run.config.values()[name]) for name in names})
        for run in runs
        for arm in run.result.arms
    )
    sweep = Sweep("0123abcd", "Made up", "overall_auc", 0.0, places)
    return SweepFigures(sweep, stands, names, candidates, ())


def the_best(*runs: StoredResult, **how: Any) -> Best:
    (found,) = best_of(figures_of(*runs), "overall_auc", **how)
    return found


def test_the_best_has_the_interval_of_its_own_mean() -> None:
    best = the_best(a_run("00000001", 0.1, GOOD, NEAR), a_run("00000002", 0.2, POOR, POOR))
    assert (best.candidate.run.id, best.candidate.arm) == ("00000001", "ltr")
    assert best.mean == pytest.approx(statistics.mean(GOOD))
    reach = 2.5706 * statistics.stdev(GOOD) / math.sqrt(SEEDS)  # t, 5 degrees of freedom
    assert best.low == pytest.approx(best.mean - reach, abs=1e-5)
    assert best.high == pytest.approx(best.mean + reach, abs=1e-5)
    assert (best.unit, best.units, best.reason) == ("seed", SEEDS, None)


def test_others_are_told_apart_in_pairs_and_corrected_for_all_pairs() -> None:
    best = the_best(a_run("00000001", 0.1, GOOD, NEAR), a_run("00000002", 0.2, POOR, POOR))
    near, *poor = best.rivals
    assert (near.candidate.arm, near.told) == ("nash_ltr", False)
    assert [one.told for one in poor] == [True, True]
    differences = np.array(NEAR) - np.array(GOOD)
    error = differences.std(ddof=1) / math.sqrt(SEEDS)
    assert near.difference == pytest.approx(differences.mean())
    single = 2 * (1 - t_probability(abs(differences.mean()) / error, SEEDS - 1))
    assert near.p == pytest.approx(min(1.0, 6 * single))  # four candidates, six pairs
    assert best.same == [near]


def test_a_difference_that_one_test_would_tell_is_not_told_among_many() -> None:
    """The choice among many is paid for: alone in a pair it is told, among eight candidates it is not."""
    slightly = [
        value - drop for value, drop in zip(GOOD, (0.02, 0.035, 0.03, 0.015, 0.04, 0.01), strict=True)
    ]
    pair = the_best(a_run("00000001", 0.1, GOOD, slightly))
    assert [one.told for one in pair.rivals] == [True]
    others = [a_run(f"0000000{n}", n / 10, POOR, POOR) for n in range(2, 5)]
    many = the_best(a_run("00000001", 0.1, GOOD, slightly), *others)
    assert [one.told for one in many.rivals if one.candidate.run.id == "00000001"] == [False]


def test_where_less_is_better_the_least_is_the_best() -> None:
    run = a_run("00000001", 0.1, GOOD, NEAR)
    assert run.history is not None
    run.history.epochs[0].metrics["max_gaucd"][:] = [[0.2] * SEEDS, [0.1] * SEEDS]  # type: ignore[index]
    (best,) = best_of(figures_of(run), "max_gaucd")
    assert (best.candidate.arm, best.mean) == ("nash_ltr", pytest.approx(0.1))
    assert best.low is None
    assert "different values" in str(best.reason)


def test_ties_cannot_be_told_apart() -> None:
    best = the_best(a_run("00000001", 0.1, GOOD, GOOD))
    (tie,) = best.rivals
    assert (tie.difference, tie.told) == (0.0, False)
    assert "It cannot be told from the other one." in best_sentences(best)


def test_few_seeds_tell_nothing() -> None:
    best = the_best(a_run("00000001", 0.1, [0.9, 0.91], [0.1, 0.12]))
    assert best.low is None
    assert [one.told for one in best.rivals] == [False]
    assert "five are needed" in str(best.rivals[0].reason)


def test_only_finished_runs_and_whole_methods_take_part() -> None:
    stopped = a_run("00000002", 0.2, [0.99] * SEEDS, POOR, state="stopped")
    broken = a_run("00000003", 0.3, [0.98] * SEEDS, POOR, stopped={("ltr", 0): "Its loss was infinite."})
    lacking = a_run("00000004", 0.4, [0.97] * 5 + [math.nan], POOR)
    best = the_best(a_run("00000001", 0.1, GOOD, NEAR), stopped, broken, lacking)
    assert best.candidate.run.id == "00000001"
    ids = [(one.candidate.run.id, one.candidate.arm) for one in best.rivals]
    assert set(ids) == {("00000001", "nash_ltr"), ("00000003", "nash_ltr"), ("00000004", "nash_ltr")}


def test_runs_on_other_rows_have_a_best_of_their_own() -> None:
    found = best_of(
        figures_of(
            a_run("00000001", 0.1, GOOD, NEAR),
            a_run("00000002", 0.1, POOR, POOR, config={"data": "published"}),
        ),
        "overall_auc",
    )
    assert [one.candidate.run.id for one in found] == ["00000001", "00000002"]


def test_one_method_can_be_asked_about() -> None:
    best = the_best(a_run("00000001", 0.1, GOOD, NEAR), a_run("00000002", 0.2, POOR, POOR), arm="nash_ltr")
    assert best.candidate.arm == "nash_ltr"
    assert [one.candidate.run.id for one in best.rivals] == ["00000002"]
    assert best_of(figures_of(a_run("00000001", 0.1, GOOD, NEAR)), "overall_auc", "none") == []


def test_the_sentences_name_the_choice_on_the_test_set() -> None:
    best = the_best(a_run("00000001", 0.1, GOOD, NEAR), a_run("00000002", 0.2, POOR, POOR))
    said = " ".join(best_sentences(best))
    assert "LtR (lr 0.1) has the best mean, 0.815 [0.795, 0.835], 95% over 6 seeds." in said.replace(
        "Learning rate", "lr"
    )
    assert "1 of 3 others cannot be told from it: LtR + Nash" in said
    assert "corrected for all 6 pairs" in said
    assert "chosen by its value on the test rows, among 4 candidates" in said
    assert "seeds on one split" in said


def test_seeds_that_vary_are_named() -> None:
    one = a_run("00000001", 0.1, GOOD[:2], NEAR[:2])
    other = a_run("00000002", 0.1, GOOD[:3], NEAR[:3])
    (best,) = best_of(figures_of(one, other), "overall_auc")
    assert any("luckiest" in sentence for sentence in best.says)


def test_the_table_has_a_row_a_method_and_one_for_runs_without_figures() -> None:
    figures = figures_of(
        a_run("00000001", 0.1, GOOD, NEAR), a_run("00000002", 0.2, POOR, POOR, stopped={("ltr", 1): "Why."})
    )
    waits = Place(2, quick_config(lr=0.3, methods="ltr,nash_ltr", seeds=SEEDS, epochs=1), None)
    whole = SweepFigures(
        figures.sweep, (*figures.standings, Standing(waits, None)), figures.names, figures.candidates, ()
    )
    table = sweep_table(whole)
    assert table["run"].tolist() == ["00000001", "00000001", "00000002", "00000002", ""]
    assert table["lr"].tolist()[-1] == "0.3"
    assert table["overall_auc_mean"].tolist()[:2] == pytest.approx(
        [statistics.mean(GOOD), statistics.mean(NEAR)]
    )
    assert table["overall_auc_std"].tolist()[0] == pytest.approx(statistics.stdev(GOOD))
    assert table["stopped"].tolist()[:4] == [0, 0, 1, 0]
    assert table["units"].tolist()[:4] == [6, 6, 5, 6]
    assert whole.counts == {"finished": 2, "waiting": 1}
    assert whole.share == pytest.approx(2 / 3)
    rates = numeric(whole.candidates, "lr")
    assert rates is not None
    assert rates.tolist() == [0.1, 0.1, 0.2, 0.2]
    assert numeric(whole.candidates, "methods") is None


def test_beside_the_smallest_gap_stands_how_well_its_model_does() -> None:
    figures = figures_of(a_run("00000001", 0.1, GOOD, NEAR), a_run("00000002", 0.2, POOR, POOR))
    (best,) = best_of(figures, "max_gaucd")
    mean = float(best.candidate.values("overall_auc").mean())
    assert any(
        f"Overall AUC, hard labels of this one is {mean:.3f}." in says for says in best_sentences(best)
    )
    (best,) = best_of(figures, "overall_auc")
    assert not any("small gap" in says for says in best_sentences(best))
