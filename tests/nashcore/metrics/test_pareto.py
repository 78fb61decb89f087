"""Pareto-efficient methods: by hand, against the definition, and with ties and missing numbers."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nashcore.metrics import pareto_efficient, tied

POINTS = st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5) | st.none()), min_size=1, max_size=9)


def split(points: list[tuple[int, int | None]]) -> tuple[np.ndarray, np.ndarray]:
    """Both axes, in tenths; NaN where there is no number."""
    good = np.array([one for one, _ in points], dtype=float) / 10
    bad = np.array([np.nan if one is None else one for _, one in points], dtype=float) / 10
    return good, bad


def test_by_hand() -> None:
    good, bad = split([(5, 1), (5, 1), (4, 0), (3, 2), (5, 3), (5, None)])
    assert pareto_efficient(good, bad).tolist() == [True, True, True, False, False, False]
    assert tied(good, bad) == [[0, 1]]


def test_what_is_printed_alike_ties() -> None:
    assert pareto_efficient(np.array([0.7001, 0.7002]), np.array([0.1, 0.1])).all()
    assert tied(np.array([0.7001, 0.7002]), np.array([0.0, -0.0])) == [[0, 1]]


@given(POINTS, st.randoms(use_true_random=False))
def test_against_the_definition_in_any_order(points: list[tuple[int, int | None]], random: object) -> None:
    good, bad = split(points)
    found = pareto_efficient(good, bad).tolist()
    for place, (performance, disparity) in enumerate(points):
        beaten = disparity is None or any(
            other is not None
            and one >= performance
            and other <= disparity
            and (one, other) != (performance, disparity)
            for one, other in points
        )
        assert found[place] == (not beaten)
    order = list(range(len(points)))
    random.shuffle(order)  # type: ignore[attr-defined]
    assert pareto_efficient(good[order], bad[order]).tolist() == [found[place] for place in order]
