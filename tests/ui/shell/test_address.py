"""Words that only a part in the browser reads are held against what it can use."""

from __future__ import annotations

from ui.lossplane.player import SHAPES
from ui.shell.address import refused


def test_words_that_a_part_cannot_use_are_named() -> None:
    words = {"moment": ["abc"], "from": ["2"], "speed": ["7"], "forces": ["<b>"], "steps": ["x"]}
    assert refused(words, {}, SHAPES) == ["moment=abc", "forces=<b>", "speed=7"]
    good = {"moment": ["12"], "speed": ["0.25"], "forces": ["forml-nash@two_stage:100"]}
    assert refused(good, {}, SHAPES) == []
