"""The verdict on a run: hand-made results, and what it may never say whatever the numbers are."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from nashcore.learning import NaturalTest, Replicate, Result, kind_of_verdict, summarise
from nashcore.metrics import METRICS

Values = Mapping[str, tuple[Sequence[float], Sequence[float]]]
TWINS = {"nash_ltr": "ltr", "nash_forml": "forml"}
WAVE = np.array([0.0, 0.010, -0.010, 0.004, -0.004, 0.007])
"""Six seeds: noise with a mean of almost zero."""


def made(
    values: Values,
    stopped: Mapping[tuple[str, int], str] | None = None,
    splits: int = 1,
    rates: float | None = None,
    **changes: Any,
) -> Result:
    """A result with the Overall AUC and the Max-gAUCD of every arm, a value a replicate; ``rates`` are the TPR of all groups."""
    arms = tuple(values)
    axes = [np.array([np.asarray(values[arm][axis], float) for arm in arms])[:, :, None] for axis in (0, 1)]
    shape = axes[0].shape
    group_metrics = {}
    if rates is not None:
        group_metrics = {"tpr": np.full((*shape, 2), rates), "fpr": np.full((*shape, 2), 1 - rates)}
    whole = {
        "dataset": "small",
        "sensitive": "colour",
        "data": "careful",
        "validation_dropout": True,
        "arms": arms,
        "methods": tuple(arm.partition("@")[0] for arm in arms),
        "twins": tuple(TWINS.get(arm) if TWINS.get(arm) in arms else None for arm in arms),
        "seeds": tuple(range(shape[1] // splits)),
        "splits": tuple(range(splits)),
        "groups": ("blue", "red"),
        "players": ("blue, no", "blue, yes"),
        "test_rows": dict.fromkeys(("blue, no", "blue, yes", "red, no", "red, yes"), 10),
        "validation_rows": {},
        "metrics": {**dict.fromkeys(METRICS, np.zeros(shape)), "overall_auc": axes[0], "max_gaucd": axes[1]},
        "group_metrics": group_metrics,
        "game": {},
        "player_weights": np.zeros((*shape, 2)),
        "histograms": np.zeros((*shape, 3, 3, 40)),
        "loss_changes": np.zeros((*shape, 27)),
        "stopped": {(arm, Replicate(0, seed)): why for (arm, seed), why in (stopped or {}).items()},
        "notices": (),
        "seconds": 1.0,
    }
    return Result(**(whole | changes))


def verdict(values: Values, titles: Mapping[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """Of hard labels."""
    found: dict[str, Any] = summarise(made(values, **changes), titles or {})["verdict"]["hard"]
    json.dumps(found, allow_nan=False)
    assert 1 <= len(found["says"]) <= 3
    return found


def told(found: Mapping[str, Any]) -> set[tuple[str, str, str, bool]]:
    """Every claim: arm, minus, metric, and whether it is for the better."""
    return {
        (one["arm"], one["minus"], one["metric"], one["better"])
        for one in found["comparisons"]
        if one["better"] is not None
    }


def near(mean: float, noise: float = 1.0, turn: int = 0) -> list[float]:
    """Six values around a mean."""
    return (mean + noise * np.roll(WAVE, turn)).tolist()


NOTHING: Values = {
    "baseline": (near(0.80), near(0.05)),
    "ltr": (near(0.797, 1, 1), near(0.053, 1, 1)),
    "forml": (near(0.795, 1, 2), near(0.052, 1, 3)),
    "nash_ltr": (near(0.796, 1, 3), near(0.054, 1, 2)),
    "nash_forml": (near(0.798, 1, 4), near(0.055, 1, 4)),
}


def test_nothing_beats_anything_and_baseline_is_ahead_in_both() -> None:
    found = verdict(NOTHING, rates=0.8)
    assert told(found) == set()
    first, second, third = found["says"]
    assert (
        first == "Nothing can be told to beat Baseline or its one-stage twin, in Overall AUC or in Max-gAUCD."
    )
    assert second.startswith(
        "None of the 12 differences can be told from zero with these 40 test rows and 6 seeds (every interval holds zero); the "
        "nearest ("
    )
    assert second.endswith(" seeds (here 6).")
    assert " test rows (here 40) and " in second
    assert third == (
        "By the means alone, which say nothing about chance, baseline has both the highest Overall AUC and the smallest Max-gAUCD; "
        "every Max-gAUCD here is within what equal groups would show with these test rows."
    )
    assert [arm for arm, point in found["points"].items() if point["efficient"]] == ["baseline"]


def test_one_beats_its_twin_and_baseline_in_disparity_alone() -> None:
    better: Values = {
        "baseline": (near(0.80), near(0.250)),
        "ltr": (near(0.80, 1, 1), near(0.252, 1, 1)),
        "nash_ltr": (near(0.80, 1, 2), near(0.150, 1, 3)),
    }
    found = verdict(better, {"baseline": "Baseline", "ltr": "LtR", "nash_ltr": "LtR + Nash, T = 2"})
    assert told(found) == {("nash_ltr", other, "max_gaucd", True) for other in ("ltr", "baseline")}
    assert found["says"][0].startswith(
        "Larger than chance over the 6 seeds on one split: LtR + Nash, T = 2 (-0.100 ["
    )
    assert "beats Baseline in Max-gAUCD; LtR + Nash, T = 2 (-0.102 [" in found["says"][0]
    assert found["says"][0].endswith("beats its twin LtR in Max-gAUCD.")
    assert found["says"][1].startswith("The other 4 of 6 differences cannot be told from zero with ")
    assert found["says"][1].endswith(
        "seeds (here 6); of test rows nothing is known, since the run holds no rates of its groups."
    )


def test_a_gain_on_one_axis_and_a_loss_on_the_other_are_told_together() -> None:
    found = verdict({"baseline": (near(0.8), near(0.2)), "ltr": (near(0.6, 1, 1), near(0.1, 1, 1))})
    assert told(found) == {("ltr", "baseline", "overall_auc", False), ("ltr", "baseline", "max_gaucd", True)}
    assert "ltr beats baseline in (Max-gAUCD -0.100 [" in found["says"][0]
    assert " but is behind it in (Overall AUC -0.200 [" in found["says"][0]
    assert found["says"][1] == "All 2 differences can be told from zero after Holm's correction."
    assert found["says"][2].startswith(
        "By the means alone, no other method beats baseline or ltr on both axes"
    )


def test_who_is_behind_is_said_and_nobody_beats() -> None:
    found = verdict({"baseline": (near(0.8), near(0.1)), "ltr": (near(0.6, 1, 1), near(0.3, 1, 1))})
    assert found["says"][0].startswith(
        "Nothing can be told to beat Baseline, in Overall AUC or in Max-gAUCD; ltr is behind baseline in both (Overall AUC -0.200 ["
    )


def test_what_several_do_alike_is_told_once() -> None:
    several: Values = {
        f"{name}": (near(0.9, 1, turn), near(0.1)) for turn, name in enumerate(("dro", "ltr", "forml"), 1)
    }
    first = verdict({"baseline": (near(0.8), near(0.1)), **several})["says"][0]
    assert first.count("beat ") == 1
    assert first.endswith("beat baseline in Overall AUC.")
    assert first.count("(+0.100 [") == 3


def test_all_tie_exactly() -> None:
    found = verdict({arm: ([0.8] * 6, [0.1] * 6) for arm in ("baseline", "ltr", "nash_ltr")})
    assert found["says"] == [
        "Nothing beats Baseline or its one-stage twin: no seed shows a difference in Overall AUC or in Max-gAUCD.",
        "All methods show the same Overall AUC and the same Max-gAUCD.",
    ]
    assert found["ties"] == [["baseline", "ltr", "nash_ltr"]]
    assert "The same numbers: baseline, ltr and nash_ltr." in found["notes"]
    assert all(point["efficient"] for point in found["points"].values())


@pytest.mark.parametrize(("seeds", "words"), [(1, "1 seed"), (3, "3 seeds"), (4, "4 seeds")])
def test_under_five_seeds_nothing_can_be_told(seeds: int, words: str) -> None:
    found = verdict(
        {"baseline": (near(0.8)[:seeds], near(0.1)[:seeds]), "ltr": (near(0.6)[:seeds], near(0.2)[:seeds])}
    )
    assert found["says"][0] == (
        f"Whether anything beats Baseline in Overall AUC or in Max-gAUCD cannot be told from {words}: it takes five at least "
        "for an interval."
    )
    assert len(found["says"]) == 2
    assert all(one["needed"] is None for one in found["comparisons"])


def test_differences_of_few_values_are_no_ground_for_a_sentence() -> None:
    coarse = [0.8, 0.8, 0.9, 0.8, 0.9, 0.8]
    found = verdict({"baseline": ([0.8] * 6, [0.1] * 6), "ltr": (coarse, [0.1] * 6)})
    assert found["says"][0].endswith(
        "cannot be told from 6 seeds: the test rows are so few that the differences take fewer than five values."
    )


def test_numbers_that_do_not_exist_are_named() -> None:
    nan = float("nan")
    values: Values = {
        "baseline": (near(0.8), near(0.1)),
        "ltr": (near(0.8, 1, 1), near(0.1, 1, 1)),
        "forml": ([nan] * 6, [nan] * 6),
    }
    found = verdict(values)
    assert "Without numbers: forml." in found["notes"]
    assert found["family"]["shown"] == 2
    assert not found["points"]["forml"]["efficient"]
    assert verdict({arm: ([nan] * 6, [nan] * 6) for arm in ("baseline", "ltr")})["says"] == [
        "Nothing can be said: no method has numbers at the last epoch."
    ]


def test_models_that_stopped_are_left_out() -> None:
    values: Values = {
        "baseline": (near(0.8), near(0.1)),
        "ltr": ([*near(0.9, 1, 1)[:5], 0.0], near(0.1, 1, 1)),
    }
    found = verdict(values, stopped={("ltr", 5): "It broke."})
    assert told(found) == {("ltr", "baseline", "overall_auc", True)}
    assert {one["count"] for one in found["comparisons"]} == {5}
    gone = verdict(values, stopped={("ltr", seed): "It broke." for seed in range(6)})
    assert gone["says"] == [
        "Whether anything beats Baseline in Overall AUC or in Max-gAUCD cannot be told: no seed got through on both sides.",
        "baseline is the only method with numbers.",
    ]


def test_without_baseline_twins_are_what_there_is_to_beat() -> None:
    values = {name: pair for name, pair in NOTHING.items() if name != "baseline"}
    found = verdict(values)
    assert {one["against"] for one in found["comparisons"]} == {"twin"}
    assert (
        found["says"][0] == "Nothing can be told to beat its one-stage twin, in Overall AUC or in Max-gAUCD."
    )
    alone = verdict({"ltr": NOTHING["ltr"], "forml": NOTHING["forml"]})
    assert alone["says"][0].startswith("There is nothing to hold a method against")
    assert len(alone["says"]) == 2


def test_two_methods_that_are_the_same_tie() -> None:
    found = verdict(
        {
            "baseline": (near(0.8), near(0.2)),
            "ltr": (near(0.85, 1, 1), near(0.1, 1, 1)),
            "forml": (near(0.85, 1, 1), near(0.1, 1, 1)),
        }
    )
    assert found["ties"] == [["ltr", "forml"]]
    assert found["says"][-1].startswith(
        "By the means alone, no other method beats ltr or forml on both axes (Pareto-efficient)"
    )


def test_the_natural_test_part_says_whether_signs_hold_there() -> None:
    values: Values = {"baseline": (near(0.8), near(0.1)), "ltr": (near(0.9, 1, 1), near(0.1, 1, 1))}
    metrics = {name: np.zeros((2, 6)) for name in METRICS} | {"overall_auc": np.array([[0.9] * 6, [0.8] * 6])}
    ends = {name: np.full((2, 2), np.nan) for name in METRICS}
    natural = NaturalTest(0, {"blue, no": 60, "red, yes": 40}, metrics, {}, ends)
    found = verdict(values, natural_test=natural)
    assert found["natural"] == {"title": natural.title, "told": 1, "same_sign": 0}
    assert found["notes"][-1].endswith("0 of the 1 told differences have the same sign.")
    agreeing = replace(natural, metrics=metrics | {"overall_auc": metrics["overall_auc"][::-1]})
    assert verdict(values, natural_test=agreeing)["natural"]["same_sign"] == 1


def test_a_smaller_gap_that_equal_groups_would_show_too_is_said_so() -> None:
    values: Values = {"baseline": (near(0.8), near(0.10, 0.1)), "ltr": (near(0.8, 1, 1), near(0.05, 0.1, 1))}
    found = verdict(values, rates=0.8)
    assert told(found) == {("ltr", "baseline", "max_gaucd", True)}
    assert ", either gap within that of equal groups)" in found["says"][0]
    wide: Values = {"baseline": (near(0.8), near(0.90, 0.1)), "ltr": (near(0.8, 1, 1), near(0.05, 0.1, 1))}
    found = verdict(wide, rates=0.8)
    assert "equal groups" not in found["says"][0]
    assert "Max-gAUCD within what equal groups would show with these test rows: ltr." in found["notes"]


def test_who_gives_everybody_one_label_is_named() -> None:
    found = verdict({"baseline": ([0.5] * 6, [0.0] * 6), "ltr": (near(0.8), near(0.1))})
    assert "Everybody gets the same label, which leaves no gap and an AUC of 0.5: baseline." in found["notes"]


def test_over_splits_it_takes_more_splits() -> None:
    values: Values = {
        "baseline": (np.repeat(near(0.80), 2).tolist(), np.repeat(near(0.1), 2).tolist()),
        "ltr": (np.repeat(near(0.81, 1, 1), 2).tolist(), np.repeat(near(0.1, 1, 2), 2).tolist()),
    }
    found = verdict(values, splits=6)
    assert (found["unit"], found["units"]) == ("split", 6)
    assert "40 test rows a split and 6 splits" in found["says"][1]
    assert found["says"][1].endswith("in all (here 6 splits).")
    assert found["comparisons"][0]["needed"]["rows"] is None
    assert found["comparisons"][0]["needed"]["units"] > 6


def test_rate_gaps_have_the_verdict_of_hard_labels() -> None:
    assert [kind_of_verdict(kind) for kind in ("hard", "scores", "gaps")] == ["hard", "scores", "hard"]


def holm_by_hand(p: list[float]) -> list[bool]:
    """Which are told at 5%, step by step."""
    order = sorted(range(len(p)), key=lambda place: p[place])
    found = [False] * len(p)
    for step, place in enumerate(order):
        if p[place] > 0.05 / (len(p) - step):
            break
        found[place] = True
    return found


ARMS = ("baseline", "dro", "ltr", "nash_ltr", "forml", "nash_forml")


@st.composite
def results(draw: st.DrawFn) -> Values:
    """Some arms, with whatever shifts, noise and seeds."""
    arms = draw(st.lists(st.sampled_from(ARMS), min_size=1, unique=True))
    seeds = draw(st.integers(1, 8))
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    found: dict[str, tuple[Sequence[float], Sequence[float]]] = {}
    for arm in arms:
        shift = draw(st.sampled_from([0.0, 0.02, 0.1]))
        noise = draw(st.sampled_from([0.0, 0.01, 0.05]))
        found[arm] = tuple(  # type: ignore[assignment]
            (base + shift + noise * random.standard_normal(seeds)).tolist() for base in (0.7, 0.1)
        )
    return found


@settings(max_examples=40, deadline=None)
@given(results(), st.randoms(use_true_random=False))
def test_no_claim_without_an_interval_beyond_zero_in_any_order_under_any_name(
    values: Values, random: Any
) -> None:
    found = verdict(values, rates=0.8)
    for one in found["comparisons"]:
        if one["better"] is None:
            continue
        assert one["low"] > 0 or one["high"] < 0
        arm, minus = ({"overall_auc": 0, "max_gaucd": 1}[one["metric"]], one["minus"])
        assert one["better"] == ((one["mean"] > 0) == (arm == 0))
        assert minus in values
    tested = [one for one in found["comparisons"] if one["mean"] is not None]
    p = []
    for one in tested:
        axis = {"overall_auc": 0, "max_gaucd": 1}[one["metric"]]
        differences = np.array(values[one["arm"]][axis]) - np.array(values[one["minus"]][axis])
        p.append(1.0 if one["low"] is None else float(stats.ttest_1samp(differences, 0).pvalue))
    unsure = [abs(one["p_holm"] - 0.05) < 1e-6 for one in tested if one["p_holm"] is not None]
    if not any(unsure):
        assert [bool(one["told"]) for one in tested] == holm_by_hand(p)
    order = list(values)
    random.shuffle(order)
    shuffled = verdict({arm: values[arm] for arm in order}, rates=0.8)
    assert told(shuffled) == told(found)
    assert {arm: point["efficient"] for arm, point in shuffled["points"].items()} == {
        arm: point["efficient"] for arm, point in found["points"].items()
    }
    names = {arm: f"Name {place}" for place, arm in enumerate(values)}
    renamed = verdict(values, names, rates=0.8)
    assert told(renamed) == told(found)
    if not told(found):
        assert not found["says"][0].startswith("Larger than chance")


def test_sentences_are_few_however_many_arms_there_are() -> None:
    many: Values = {"baseline": (near(0.7), near(0.2))} | {
        f"ltr@{place}": (near(0.8 + place / 100, 1, place), near(0.1, 1, place)) for place in range(30)
    }
    found = verdict(many)
    assert len(" ".join(found["says"])) < 2200
    assert " more pairs of methods differ" in found["says"][0]
