"""What the conflict-geometry page hands to the browser."""

from __future__ import annotations

import json
import math

import pytest

from ui.geometry import view
from ui.geometry.scenes import (
    PRESETS,
    available_rules,
    solve,
)


@pytest.mark.parametrize("name", PRESETS)
def test_what_is_sent_is_strict_json(name: str) -> None:
    scene = PRESETS[name]
    solved = solve(scene, available_rules(), -math.inf)
    sent = view.data(scene, -math.inf, solved, "dark", 7)
    again = json.loads(json.dumps(sent, allow_nan=False))
    assert again["turn"] == 7
    assert (again["curve"] is None) == (again["cone"] is None) == (name == "no agreement")
    for rule in again["rules"]:
        assert rule["shares"] == solved.shares[rule["name"]].tolist()
