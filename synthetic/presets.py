"""The figures that one click gives: a name, a title, what to look for, and the config that draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nashcore.errors import InputError
from nashcore.methods import GOALS
from synthetic.config import STANDARD_METHODS, PlaneConfig

PAPER_SWITCH = 100
"""Bargaining steps of the two-stage runs that the paper draws."""


@dataclass(frozen=True)
class Preset:
    """One figure.

    Attributes:
        name: the key in `PRESETS`.
        title: the name shown to people.
        says: what to look for, in one or two sentences.
        config: what to run.
    """

    name: str
    title: str
    says: str
    config: PlaneConfig


_SCHEDULED = tuple(f"{goal}-nash{when}" for goal in GOALS for when in ("", f"@two_stage:{PAPER_SWITCH}"))

_GUARANTEED = PlaneConfig(
    problem="convex_pair", methods=("nash", "mgda", "mean"), optimizer="guaranteed", steps=200, nudges=0
)

PRESETS: Mapping[str, Preset] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset(
                "rules",
                "Rules side by side",
                "Nash bargaining reaches the front from each of five starts; the others stop short from some.",
                PlaneConfig(methods=STANDARD_METHODS),
            ),
            Preset(
                "one-stage",
                "Goals alone",
                "Each goal's own gradient throughout. FORML closes the gap, yet ends far from the front.",
                PlaneConfig(methods=tuple(GOALS)),
            ),
            Preset(
                "stages",
                "Bargaining throughout, or first",
                "Nash bargaining at every step reaches the front but not the diagonal; bargaining first and "
                "following the goal afterwards can reach both.",
                PlaneConfig(methods=_SCHEDULED),
            ),
            Preset(
                "alignment",
                "Alignment before and after bargaining",
                "How far each player's gradient agrees with the direction: with the goal's own, some players "
                "lose; while a run bargains, none does.",
                PlaneConfig(methods=_SCHEDULED),
            ),
            Preset(
                "convex",
                "Steps that are guaranteed",
                "On two convex bowls with steps from the bound, every loss falls at every step; where somebody would "
                "lose, the run waits.",
                _GUARANTEED,
            ),
            Preset(
                "beyond",
                "Ten times the bound",
                "The guarantee is gone: look for gaps in the ribbon.",
                _GUARANTEED.replaced(multiple=10.0),
            ),
            Preset(
                "three-groups",
                "Three groups",
                "Three losses over one plane: the front is a surface. Where no agreement is left, bargaining falls back "
                "to the mean.",
                PlaneConfig(
                    problem="three_groups", methods=("nash", "mean", "loss_gm", "pcgrad"), steps=300, nudges=0
                ),
            ),
        )
    }
)
"""Every preset by name."""


def get_preset(name: str) -> Preset:
    """The preset called ``name`` (an underscore is as good as a hyphen).

    Raises:
        InputError: the name is not one of `PRESETS`.
    """
    found = PRESETS.get(name.replace("_", "-"))
    if found is None:
        raise InputError(f"Preset should be one of {', '.join(PRESETS)}. Found {name!r}.")
    return found
