"""The shares that training records of its steps and games: each declared once, with what it says and what it does not.

Two of them speak of the first instant of a step ("first order"), before and after row weights are cut at zero; one of the
outcome, after the whole step. They are three different things, and their names say which.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

EARLY_EPOCHS = 15
"""The first epochs, of which the paper reports how often a bargain exists."""

STAGES: Mapping[str, str] = MappingProxyType(
    {
        "all": "All epochs",
        "stage_one": "Stage one",
        "stage_two": "Stage two",
        "early": f"First {EARLY_EPOCHS} epochs",
    }
)
"""Parts of a run. Stage one: the epochs in which a method's schedule lets it bargain; stage two: the others."""

DIRECTIONS: Mapping[str, str] = MappingProxyType(
    {
        "before_cut_by_goal": "Before the cut, by the goal",
        "before_cut": "Before the cut",
        "after_cut": "After the cut",
    }
)
"""The directions whose cosines with the cells' hypergradients are counted, in the order of the histograms."""

STATISTICS = ("min", "mean", "max")
"""Over the players of a batch, in the order of the histograms."""

BINS = 40
"""Bins of the histograms of cosines, over -1 to 1."""

_SIZES = tuple(10 ** (exponent / 2) for exponent in range(-12, 1))  # half a decade each

CHANGE_EDGES: tuple[float, ...] = (*(-size for size in reversed(_SIZES)), 0.0, *_SIZES)
"""Lower edges of the bins of relative changes of a loss; the last bin has no upper edge.

A change belongs to the bin whose lower edge it has reached, so the bins below zero hold exactly the steps after which all
losses had fallen. A loss is positive, so no change is below -1.
"""

Of = Literal["batches", "games", "questions"]


@dataclass(frozen=True)
class Share:
    """A share that is recorded for every method, seed and epoch.

    Attributes:
        title: what people call it.
        says: what it is, in one sentence.
        hides: what it does not say, in one sentence; empty where nothing needs saying.
        of: what it is a share of: all batches, those with a player in the game, or those at which the rule was asked.
    """

    title: str
    says: str
    hides: str = ""
    of: Of = "batches"


SHARES: Mapping[str, Share] = MappingProxyType(
    {
        "aligned_before_cut": Share(
            "Aligned before the cut",
            "To first order, before row weights are cut at zero: the combined hypergradient has a positive inner product with "
            "that of every playing cell.",
            "It does not speak of the step that is made: the cut turns its direction.",
            "games",
        ),
        "aligned_before_cut_by_goal": Share(
            "Before the cut, by the goal",
            "What that share had been with the goal's own weights.",
            "",
            "games",
        ),
        "aligned_after_cut": Share(
            "Aligned after the cut",
            "To first order, with the row weights that the step is made with: every playing cell's validation loss falls at "
            "the first instant.",
            "It does not know how long the step is, nor what momentum, weight decay and other dropout masks add to it.",
            "games",
        ),
        "all_losses_fell": Share(
            "All losses fell",
            "The outcome: after the whole step every playing cell's validation loss, without dropout, was lower than before it.",
            "It does not say by how much, nor what became of rows outside the validation set.",
            "games",
        ),
        "bargain_exists": Share(
            "A bargain exists",
            "Share of the batches with a playing cell in which the Nash bargaining solution exists, whether or not the method "
            "bargains there.",
            "It does not say that the step follows it.",
            "games",
        ),
        "agreement": Share(
            "Agreement found",
            "Share of the bargaining batches in which the method's rule had an answer.",
            "A batch whose cells are all satisfied counts as one without an answer.",
            "questions",
        ),
        "stationary": Share(
            "No common descent",
            "Share of the bargaining batches at a point from which the rule found no common descent, so that the goal was "
            "followed.",
            "",
            "questions",
        ),
        "satisfied": Share(
            "Satisfied cells", "Mean share of cells that are fitted so well that they leave the game."
        ),
        "all_satisfied": Share(
            "None left",
            "Share of batches in which all cells were satisfied, so that the goal's weights were used.",
        ),
    }
)
"""Every share that is shown, by name, in the order of reading."""
