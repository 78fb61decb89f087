"""What a computation will cost: the kinds that differ, the sentence, and that the limit is where it is said to be."""

from __future__ import annotations

import pytest

from nashcore.bargaining import RULES
from nashcore.errors import InputError
from synthetic import cost
from synthetic.config import MAX_METHODS, PlaneConfig
from synthetic.cost import (
    MORE_GROUPS,
    TWO_GROUPS,
    basin_cost,
    copies_cost,
    duration,
    own_cost,
    sweep_cost,
    whole_cost,
)


def test_what_is_measured_is_a_rule_and_what_is_not_counts_as_dear(monkeypatch: pytest.MonkeyPatch) -> None:
    assert set(TWO_GROUPS) == set(MORE_GROUPS) <= set(RULES)
    config = PlaneConfig(methods=("nash",), starts=((1.0, 1.0),))
    before = own_cost(config).seconds
    monkeypatch.setattr(cost, "TWO_GROUPS", {})
    assert own_cost(config).seconds > 5 * before


def test_cost_by_hand() -> None:
    # nash alone from one start: 85 + 0.1 for the step, 80 + 0.15 for the rule, a thousand times
    config = PlaneConfig(methods=("nash",), starts=((1.0, 1.0),), nudges=0)
    assert own_cost(config).seconds == pytest.approx(0.16525)
    assert copies_cost(config).seconds == 0
    # two methods that ask the same rule ask it once, for twice the runs
    both = config.replaced(methods=("nash", "ltr-nash@two_stage:10"))
    assert own_cost(both).seconds == pytest.approx(0.1655)
    assert whole_cost(config.replaced(nudges=10)).seconds == pytest.approx(0.16525 + 0.1675)
    assert basin_cost(config, 10).seconds == pytest.approx(0.19)


def test_starts_are_counted_whoever_gives_them() -> None:
    assert own_cost(PlaneConfig(random_starts=2)).factors[1] == "7 starts"
    assert own_cost(PlaneConfig(starts=((0.0, 1.0),))).factors[1] == "1 start"


def test_what_would_run_for_hours_is_refused_in_one_sentence() -> None:
    methods = tuple(f"ltr-nash@two_stage:{number}" for number in range(1, MAX_METHODS + 1))
    config = PlaneConfig(methods=methods, random_starts=475, steps=3000)
    with pytest.raises(InputError) as refused:
        whole_cost(config).refuse_above(120)
    said = str(refused.value)
    assert "(40 methods × 480 starts × 33 copies × 3,000 steps): take fewer methods, starts or steps." in said
    assert "at most about 2 minutes" in said


def test_what_everybody_asks_for_is_not_refused() -> None:
    whole_cost(PlaneConfig()).refuse_above(10)
    basin_cost(PlaneConfig(methods=("nash",)), 201).refuse_above(120)
    sweep_cost(PlaneConfig(), ("ltr", "forml", "meta_gdro")).refuse_above(10)


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (0.2, "1 second"),
        (89, "89 seconds"),
        (119, "2 minutes"),
        (4000, "67 minutes"),
        (7200, "2 hours"),
        (1e6, "12 days"),
    ],
)
def test_durations_as_people_say_them(seconds: float, says: str) -> None:
    assert duration(seconds) == says
