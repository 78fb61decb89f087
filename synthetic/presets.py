"""The figures that one click gives: a name, a title, what to look for, and the config that draws it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from nashcore.errors import InputError, quoted
from nashcore.methods import GOALS
from synthetic.config import STANDARD_METHODS, PlaneConfig

SWITCH = 300
"""Bargaining steps of the two-stage runs: enough for every goal. The paper draws 100, after which FORML still fails from some
starts at this learning rate."""

BEYOND = 4.0
"""Times the bound at which steps no longer help everybody, and runs still arrive; from about eight times on they fly apart."""


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


_SCHEDULED = tuple(f"{goal}-nash{when}" for goal in GOALS for when in ("", f"@two_stage:{SWITCH}"))

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
                "Nash bargaining and PCGrad reach the front from each of five starts; the others stop short from some.",
                PlaneConfig(methods=STANDARD_METHODS),
            ),
            Preset(
                "printed",
                "The printed formula",
                "The sign that the CAGrad paper prints in the second loss, and that no code has. Start 3 then lies on the floor "
                "of a valley: copies of it, moved by a billionth, part.",
                PlaneConfig(problem="printed", methods=STANDARD_METHODS),
            ),
            Preset(
                "one-stage",
                "Goals alone",
                "Each goal's own gradient throughout. FORML closes the gap, yet ends far from the front; Meta-gDRO alone "
                "reaches both from every start, so it needs no bargaining here.",
                PlaneConfig(methods=tuple(GOALS)),
            ),
            Preset(
                "stages",
                "Bargaining throughout, or first",
                "Nash bargaining at every step reaches the front, but the diagonal from the second start at most; bargaining "
                f"for {SWITCH} steps and following the goal afterwards reaches both from every start.",
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
                "Four times the bound",
                "The guarantee is gone: look for gaps in the ribbon, where some group lost. At ten times the bound, runs of "
                "Nash and MGDA fly apart.",
                _GUARANTEED.replaced(multiple=BEYOND),
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
        raise InputError(f"Preset should be one of {', '.join(PRESETS)}. Found {quoted(name)}.")
    return found
