"""Models that stopped early are told together where they share a reason."""

from __future__ import annotations

from ui.shell.runs import left_out


def test_one_model_and_several_of_the_same_reason() -> None:
    assert left_out([]) == []
    assert left_out([("LtR", 0, "It broke.")]) == ["LtR, seed 0: It broke. It is left out of the means."]
    several = [
        ("LtR", 0, "It broke."),
        ("LtR", 1, "It broke."),
        ("DRO", 1, "It broke."),
        ("DRO", 2, "It fell."),
    ]
    assert left_out(several) == [
        "LtR, seeds 0, 1; DRO, seed 1. Of each: It broke. They are left out of the means.",
        "DRO, seed 2: It fell. It is left out of the means.",
    ]
