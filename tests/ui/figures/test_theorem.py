"""The figures of the lesson from theorem to training."""

from __future__ import annotations

import numpy as np

from tests.ui.figures.traces import LTR, LTR_NASH, lines, numbers
from ui.figures.theorem import by_learning_rate, switched


def test_every_share_has_its_own_mark() -> None:
    shares = {"before": np.array([1.0, 0.5]), "after": np.array([0.25, 0.5]), "fell": np.array([0.0, 1.0])}
    figure = switched(LTR_NASH, ("All on", "All off"), shares, "light")
    found = lines(figure)
    assert [found[name]["marker"]["symbol"] for name in shares] == ["circle-open", "diamond-open", "square"]
    assert numbers(found["after"]["x"]) == [0.25, 0.5]
    assert found["fell"]["y"] == ["All on", "All off"]


def test_a_line_a_method() -> None:
    fell = np.array([[1.0, 0.5], [0.25, 0.0]])
    found = lines(by_learning_rate((LTR_NASH, LTR), np.array([1e-5, 1e-4]), fell, "dark"))
    assert found[LTR.title]["x"] == [1e-5, 1e-4]
    assert numbers(found[LTR_NASH.title]["y"]) == [1.0, 0.5]
