"""The start page's live example: every angle between two groups' gradients, solved at once by the engine."""

from __future__ import annotations

from typing import Any

import streamlit as st

from ui.components import component
from ui.components.strokes import stroke
from ui.figures.style import INKS, Theme

_two_groups = component("two_groups")


@st.cache_data(max_entries=1, show_spinner=False)
def games() -> list[dict[str, Any]]:
    """The games of two groups at 0 to 180 degrees; B's gradient is twice as long as A's. Directions have length one."""
    import torch  # here, so that the page's text is there before the engine is loaded

    from nashcore.bargaining import get_rule

    angle = torch.arange(181, dtype=torch.float64).deg2rad() / 2
    a = torch.stack([-angle.sin(), angle.cos()], -1)
    b = torch.stack([angle.sin(), angle.cos()], -1) * 2
    gradients = torch.stack([a, b], -2)
    gramian = gradients @ gradients.mT
    made: list[dict[str, Any]] = [{"a": x, "b": y} for x, y in zip(a.tolist(), b.tolist(), strict=True)]
    answers = {rule: get_rule(rule).answer(gramian) for rule in ("nash", "mean")}
    for rule, answer in answers.items():
        step = (answer.weights.unsqueeze(-2) @ gradients).squeeze(-2)
        step = step / step.norm(dim=-1, keepdim=True).clamp_min(1e-12)
        gains = (gradients / gradients.norm(dim=-1, keepdim=True) @ step.unsqueeze(-1)).squeeze(-1)
        for game, direction, gain in zip(made, step.tolist(), gains.tolist(), strict=True):
            game |= {rule: direction, f"{rule}_gains": gain}
    for game, agreed in zip(made, answers["nash"].agreed.tolist(), strict=True):
        game |= {"agreement": agreed, "says": _verdict(agreed, min(game["mean_gains"]))}
    return made


def _verdict(agreed: bool, worst: float) -> str:
    if not agreed:
        return "The groups want exactly opposite things. No step helps both: there is no agreement."
    if worst < -1e-9:
        return "The mean step makes group A worse off. The Nash step still helps both, in equal measure."
    if worst < 0.5:
        return "Both gain from the mean step, but B, who shouts, takes most of it. Nash hears no volume."
    return "The groups want much the same. Both steps help both groups, and there is little to bargain about."


def show(theme: Theme) -> None:
    """Mount the example on the page."""
    from ui.shell.styles import rule_style  # here, as in `games`

    ink = INKS[theme]
    styles = {rule: stroke(rule_style(rule), theme) for rule in ("nash", "mean")} | {
        "group": {"colour": ink.text, "dash": "none", "width": 1.6},
        "agreement": ink.agreement,
        "failed": ink.failed,
        "grid": ink.grid,
    }
    _two_groups(data={"games": games(), "styles": styles}, key="two_groups")
