"""The arms of a run as figures call them: by the rule that bargained, and with the epoch at which each changes its stage."""

from __future__ import annotations

from dataclasses import replace

from nashcore.learning.result import Result
from nashcore.methods.schedule import FOREVER, Schedule
from nashcore.runs.results.stored_result import StoredResult
from ui.figures.arms import ruled
from ui.figures.curves import Switch


def shown_result(run: StoredResult) -> Result:
    """The result with its arms called as in figures, by the rule that bargained (see `ui.figures.arms.ruled`)."""
    result, rule = run.result, run.config.rule
    return replace(
        result,
        arms=tuple(ruled(arm, rule) for arm in result.arms),
        stopped={(ruled(arm, rule), seed): why for (arm, seed), why in result.stopped.items()},
    )


def switches(run: StoredResult) -> dict[str, Switch]:
    """Of every arm that goes from one stage to another once, by the name that figures call it."""
    rule = run.config.rule
    found = {ruled(arm.name, rule): _switch(arm.schedule) for arm in run.config.arms()}
    return {name: switch for name, switch in found.items() if switch is not None}


def _switch(schedule: Schedule) -> Switch | None:
    if schedule.every > 1 or schedule.only_in_conflict:
        return None
    if schedule.first == 0 and 0 < schedule.last < FOREVER:
        return Switch(schedule.last)
    if schedule.first > 0 and schedule.last == FOREVER:
        return Switch(schedule.first, begins=True)
    return None
