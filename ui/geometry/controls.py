"""The page's presets, and what its address can hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from nashcore.bargaining import RULES
from nashcore.methods import rule_title
from ui.figures.geometry import power_text
from ui.geometry import scenes
from ui.shell.named import Named, by_record
from ui.shell.presets import Preset

PRESETS = {
    name.replace(" ", "-"): Preset(
        name.capitalize(),
        {"groups": len(scene.angles)}
        | {f"angle{row}": int(angle) for row, angle in enumerate(scene.angles, 1)}
        | {f"length{row}": length for row, length in enumerate(scene.lengths, 1)},
    )
    for name, scene in scenes.PRESETS.items()
}

WORDS = [
    "rules",
    "groups",
    "p",
    *(f"{knob}{row}" for knob in ("angle", "length") for row in range(1, scenes.MOST_GROUPS + 1)),
]
"""What the address can hold: the keys of the widgets."""


LABELS: Mapping[str, Callable[[Any], str]] = {
    "rules": by_record(RULES, rule_title),
    "p": Named(scenes.POWERS, power_text),
}
