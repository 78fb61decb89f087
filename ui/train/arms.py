"""The arms of a run as figures draw them, and the epoch at which each changes its stage."""

from __future__ import annotations

from nashcore.methods import FOREVER, Schedule
from nashcore.runs.results import StoredResult
from ui.figures.curves import Switch
from ui.figures.style import Style
from ui.shell.styles import arm_styles


def styles(run: StoredResult) -> dict[str, Style]:
    """The style of every arm, with its title, by name."""
    return arm_styles(run.config.arms())


def switches(run: StoredResult) -> dict[str, Switch]:
    """Of every arm that goes from one stage to another once, by name."""
    found = {name: _switch(arm.method.schedule) for name, arm in run.arms.items()}
    return {name: switch for name, switch in found.items() if switch is not None}


def _switch(schedule: Schedule) -> Switch | None:
    if schedule.switch is not None and 0 < schedule.switch < FOREVER:
        return Switch(schedule.switch)
    if schedule.first > 0 and schedule.every == 1 and not schedule.only_in_conflict:
        return Switch(schedule.first, begins=True)
    return None
