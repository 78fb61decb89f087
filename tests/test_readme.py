"""The README's example runs as it stands, and its commands are known to the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()


def test_the_example_runs() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    names: dict[str, object] = {}
    torch.manual_seed(0)
    exec(block, names)  # noqa: S102 - our own text, run as a reader would
    assert names["outcome"].agreement  # type: ignore[attr-defined]


def test_a_step_of_the_example_lowers_every_groups_loss() -> None:
    (block,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    for seed in range(5):
        names: dict[str, object] = {}
        torch.manual_seed(seed)
        exec(block, names)  # noqa: S102
        model, x, y, group = (names[key] for key in ("model", "x", "y", "group"))
        for g, before in zip((0, 1), names["losses"], strict=True):  # type: ignore[arg-type]
            after = torch.nn.functional.mse_loss(model(x[group == g]), y[group == g])  # type: ignore[operator,index]
            assert after < before


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)]+)\)", README))
def test_links_lead_somewhere(path: str) -> None:
    assert (ROOT / path).exists()
