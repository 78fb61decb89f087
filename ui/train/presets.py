"""The page's presets, and what its address can hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from nashcore.errors import InputError, quoted
from nashcore.methods import PUBLISHED
from nashcore.options import PROTOCOLS
from nashcore.runs import PUBLISHED_TRAININGS
from ui.shell.named import Named
from ui.shell.presets import Preset, Presets
from ui.shell.spread import SPREAD
from ui.train import catalogue, controls

FROM = {"catalogue": "From the catalogue", "own": "Your own table"}


def _earlier_from(text: str) -> list[str]:
    """What addresses of earlier versions called one's own table."""
    if text != "Your own CSV":
        raise InputError(f"A table should be one of {', '.join(FROM)}. Found {quoted(text)}.")
    return ["own"]


LABELS: Mapping[str, Callable[[Any], str]] = {
    **controls.LABELS,
    "setting": Named(catalogue.OPTIONS, catalogue.split_title),
    "from": Named(FROM, FROM.__getitem__, _earlier_from),
    str(SPREAD.option.key): Named(SPREAD.option.titles, SPREAD.option.titles.__getitem__),
}
WORDS = [*LABELS, "protocol", "seeds", "bargain", "sweep", *controls.KEYS]
"""What the address can hold: keys of widgets. Schedules of single methods and options of rules have keys of their own."""


def _protocol(text: str) -> dict[str, str] | None:
    """The switches that an earlier address's ``protocol`` names, by its name or by its title."""
    name = {"as published": "paper", "careful": "default"}.get(text.lower(), text)
    if name not in PROTOCOLS:
        return None
    return {key: LABELS.get(key, str)(value) for key, value in PROTOCOLS[name].items()}


EARLIER = {"protocol": _protocol}
"""How words of earlier addresses are read."""

UNREADABLE = {word: re.compile("(?!)") for word in EARLIER}
"""What is left of them when the page is drawn could not be read."""

_SHORT = {"default_credit": "Credit", "us_crime": "US crime", "student_por": "Student"}
_ALL = {"from": "catalogue", "when": "two_stage", "methods": list(PUBLISHED)}
_QUICK = _ALL | {"setting": "adult/sex", "epochs": 5, "seeds": 2, "bargain": 2}

_LESSON = _ALL | {"setting": "titanic/sex", "epochs": 10, "seeds": 5, "bargain": 5}


def presets() -> Presets:
    """A quick look, and the paper's settings for every table that is on this machine by now."""
    return {
        "quick": Preset("Quick look", _QUICK, "A few epochs, to see how it goes."),
        "class": Preset(
            "In a lesson", _LESSON, "A small table, few epochs, and enough seeds for an interval."
        ),
        "own": Preset(
            "Your own table", {"from": "own"}, "Upload a table and say what is predicted for whom."
        ),
    } | {
        f"{dataset}-{sensitive}".replace("_", "-"): Preset(
            f"{_SHORT.get(dataset, dataset.capitalize())}, {sensitive}",
            _ALL
            | {
                "setting": f"{dataset}/{sensitive}",
                "epochs": PUBLISHED_TRAININGS[dataset, sensitive].epochs,
                "bargain": PUBLISHED_TRAININGS[dataset, sensitive].bargaining_epochs,
                "seeds": 5,
            },
            "All methods, with the epochs and seeds of the paper.",
        )
        for dataset, sensitive in catalogue.splits_on_this_machine()
    }
