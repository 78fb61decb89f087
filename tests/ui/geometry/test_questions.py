"""The answers are those of the mathematics, worked by hand."""

from __future__ import annotations

import math

from ui.geometry.questions import QUESTIONS


def test_the_mean_turns_and_nash_does_not() -> None:
    asked = QUESTIONS["Bargaining"]
    answer = asked.see()
    unit = [(math.cos(math.radians(a)), math.sin(math.radians(a))) for a in (20, 130, 95)]
    angles = []
    for loud in (100.0, 1.0):
        x, y = (loud * unit[0][i] + unit[1][i] + unit[2][i] for i in (0, 1))
        angles.append(math.degrees(math.atan2(y, x)))
    assert answer.option == 0
    assert answer.says == f"The Nash direction turns by 0.0°, the mean's by {angles[1] - angles[0]:.1f}°."
    assert asked.scene["length1"] == 1.0
