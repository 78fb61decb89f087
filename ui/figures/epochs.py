"""The axis that counts epochs."""

from __future__ import annotations

from typing import Any

from ui.figures.base import axis


def epoch_axis(epochs: int) -> dict[str, Any]:
    """Epochs from 1 to the run's last."""
    return axis("Epoch", (0.5, epochs + 0.5), tickformat="d", **whole_steps(epochs))


def whole_steps(epochs: int) -> dict[str, Any]:
    """A tick for every epoch where Plotly would put ticks between them."""
    return {"dtick": 1} if epochs <= 10 else {}
