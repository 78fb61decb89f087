"""From the theorem to training: which of a step's parts keep it from lowering every loss, switched off and on one by one.

The theorem says that a short enough step along the bargain lowers every player's loss. A training step is more than that: row
weights are cut at zero, momentum goes on in earlier directions, dropout (and with it that of the validation pass) makes the losses
that are bargained over others than those that are measured, and weight decay pulls at the parameters whatever the losses say.
With all four off the step of row weights w, of norm one, changes the loss of cell c by ``-sum_j w_j (-h_cj)`` and terms of the
second order in the learning rate: the bargain makes the first term negative for every cell, and a learning rate that is small
enough makes it outweigh the others. Which learning rate is small enough depends on the curvature of the losses and on how much the
hardest cell gains; it is found here by measuring at several.

Source: "Fairness-Aware Meta-Learning via Nash Bargaining" (NeurIPS 2024), section 4, and the descent lemma.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import torch

from nashcore.device import one_thread
from nashcore.errors import InputError, quoted
from nashcore.learning.events import Event, Finished, Progress
from nashcore.learning.game_summary import pooled_share
from nashcore.learning.plan import Plan
from nashcore.learning.shares import SHARES
from nashcore.learning.trainer import train
from nashcore.methods import GOALS, Arm, continuous, make_method, one_stage, title

if TYPE_CHECKING:
    from nashcore.data import Task

SHOWN = ("aligned_before_cut", "aligned_after_cut", "all_losses_fell", "bargain_exists", "satisfied")
"""The shares that the lesson measures (see `nashcore.learning.shares.SHARES`)."""

FACTORS = (100.0, 10.0, 1.0, 0.1, 0.01)
"""Learning rates of the second part, as multiples of the lesson's own."""


@dataclass(frozen=True)
class Switch:
    """A part of the step that the theorem does not know.

    Attributes:
        title: what people call it.
        says: what it does to a step, in one sentence.
        off: the values of a `Plan` without it.
    """

    title: str
    says: str
    off: Mapping[str, Any]


SWITCHES: Mapping[str, Switch] = MappingProxyType(
    {
        "cut": Switch(
            "cut",
            "Rows that pull against the bargain are left out instead of counting negatively, which turns the direction.",
            {"signed_weights": True},
        ),
        "momentum": Switch(
            "momentum",
            "The step goes on in directions of earlier batches, other bargains.",
            {"momentum": 0.0},
        ),
        "dropout": Switch(
            "dropout",
            "Losses and gradients of the game are those of a network with units left out, in the validation pass too where the "
            "run has it so.",
            {"dropout": 0.0},
        ),
        "weight_decay": Switch(
            "weight decay", "Parameters shrink whatever the losses say.", {"weight_decay": 0.0}
        ),
    }
)
"""What is switched, by name."""


@dataclass(frozen=True)
class Setting:
    """One way to make the step.

    Attributes:
        part: "switches", or "learning rates" with all switches off.
        title: what people call it.
        on: names of the switches that are on.
        lr: learning rate.
    """

    part: str
    title: str
    on: tuple[str, ...]
    lr: float


@dataclass(frozen=True)
class Measured:
    """What one method did in one setting.

    Attributes:
        setting: the setting.
        method: name of the arm, "goal" or "nash".
        title: what people call the method.
        steps: steps counted, all seeds together.
        shares: the shares of `SHOWN`; None where there is none.
    """

    setting: Setting
    method: str
    title: str
    steps: int
    shares: Mapping[str, float | None]

    def row(self) -> dict[str, Any]:
        """Flat, for tables."""
        setting = self.setting
        return {
            "part": setting.part,
            "setting": setting.title,
            **{name: name in setting.on for name in SWITCHES},
            "lr": setting.lr,
            "method": self.method,
            "title": self.title,
            "steps": self.steps,
            **self.shares,
        }


@dataclass(frozen=True)
class Step:
    """How far the lesson is.

    Attributes:
        share: share of the whole that is done.
        found: what has been measured so far.
    """

    share: float
    found: tuple[Measured, ...]


def settings(lr: float) -> tuple[Setting, ...]:
    """All on, each off alone, all off, each on alone; then all off at other learning rates."""
    every = tuple(SWITCHES)
    switched = [("All on", every)]
    switched += [(f"No {SWITCHES[one].title}", tuple(o for o in every if o != one)) for one in every]
    switched += [("All off", ())]
    switched += [(f"{SWITCHES[one].title.capitalize()} alone", (one,)) for one in every]
    return tuple(
        [Setting("switches", name, on, lr) for name, on in switched]
        + [
            Setting("learning rates", f"All off, {factor * lr:g}", (), factor * lr)
            for factor in FACTORS
            if factor != 1
        ]
    )


def arms(goal: str) -> tuple[Arm, Arm]:
    """The goal alone, and Nash at every step with the goal where there is no bargain.

    Raises:
        InputError: there is no such goal.
    """
    if goal not in GOALS:
        raise InputError(f"The goal of the lesson should be one of {', '.join(GOALS)}. Found {quoted(goal)}.")
    alone, nash = make_method(goal, None, one_stage()), make_method(goal, "nash", continuous())
    return Arm("goal", goal, alone), Arm("nash", f"nash_{goal}", nash)


def from_theorem_to_training(task: Task, plan: Plan, goal: str = "ltr") -> Iterator[Step]:
    """Train the goal alone and Nash at every step in every setting, and measure what the steps did.

    The models of a setting are trained in lockstep, in float64, so that no fall of a loss is lost in rounding; the same task and
    plan give the same numbers.

    Args:
        task: the prepared table.
        plan: with every part of the step on as it is to be; its arms and number type are replaced.
        goal: a key of `GOALS`.

    Yields:
        A `Step` a few times a second; the last one holds everything.

    Raises:
        InputError: there is no such goal, or the plan does not fit the task.
    """
    chosen, found = settings(plan.lr), list[Measured]()
    plan = replace(plan, arms=arms(goal), dtype=torch.float64)
    for number, setting in enumerate(chosen):
        off = {
            name: value
            for one, switch in SWITCHES.items()
            if one not in setting.on
            for name, value in switch.off.items()
        }
        for event in _in_one_thread(train(task, replace(plan, lr=setting.lr, **off))):
            if isinstance(event, Progress):
                yield Step((number + event.share) / len(chosen), tuple(found))
            elif isinstance(event, Finished):
                found += _measured(event, setting, plan)
    yield Step(1.0, tuple(found))


def _in_one_thread(events: Iterator[Event]) -> Iterator[Event]:
    """The same events, each computed with one thread: six models are few. Between them the caller has its own."""
    while True:
        with one_thread():
            event = next(events, None)
        if event is None:
            return
        yield event


def _measured(done: Finished, setting: Setting, plan: Plan) -> list[Measured]:
    result = done.result
    return [
        Measured(
            setting,
            arm.name,
            title(arm.method),
            int(result.loss_changes[place].sum()),
            {name: pooled_share(result, name, place) for name in SHOWN},
        )
        for place, arm in enumerate(plan.arms)
    ]


def lesson_summary(found: Sequence[Measured], plan: Plan, task: Task, goal: str) -> dict[str, Any]:
    """The lesson in figures that fit into JSON.

    Returns:
        "dataset", "sensitive", "goal", "seeds", "epochs", "lr"; "switches": what each does to a step, with its value where it is
        on; "shares": titles and what they say and hide; "rows": see `Measured.row`; "verdict": see `verdict`.
    """
    return {
        "dataset": task.name,
        "sensitive": task.sensitive,
        "goal": goal,
        "seeds": list(plan.seeds),
        "epochs": plan.epochs,
        "lr": plan.lr,
        "switches": {
            name: {"title": one.title, "says": one.says, "on": {key: getattr(plan, key) for key in one.off}}
            for name, one in SWITCHES.items()
        },
        "shares": {
            name: {"title": SHARES[name].title, "says": SHARES[name].says, "hides": SHARES[name].hides}
            for name in SHOWN
        },
        "rows": [one.row() for one in found],
        "verdict": verdict(found),
    }


def verdict(found: Sequence[Measured]) -> str:
    """What was found with all four off, in words made of the numbers."""
    off = [one for one in found if not one.setting.on and one.method == "nash"]
    held = sorted(one.setting.lr for one in off if one.shares["all_losses_fell"] == 1)
    broke = sorted(one.setting.lr for one in off if (one.shares["all_losses_fell"] or 0) < 1)
    if not held:
        return "With all four off, no learning rate that was tried lowered all losses in every step of Nash."
    said = (
        f"With all four off, all losses fell in every step of Nash at the learning rates {_listed(held)}"
        f"{'' if not broke else f', and not in every step at {_listed(broke)}'}. "
    )
    return said + (
        "The gain of a step grows with the learning rate, the loss's curvature takes away with its square: so where there is a "
        "bargain and the losses are smooth, some learning rate is small enough. How small depends on the table and on the step. "
        "That all validation losses fall does not say that a model is better on other rows."
    )


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(f"{number:g}" for number in numbers)
