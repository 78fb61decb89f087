"""What the page on one's own training step promises of its first example."""

from __future__ import annotations

import torch

from tests.docs.blocks import BLOCKS

EXAMPLE = next(block.text for block in BLOCKS if block.page == "docs/own-training.md")


def test_a_step_of_the_example_lowers_every_groups_loss() -> None:
    for seed in range(5):
        names: dict[str, object] = {}
        torch.manual_seed(seed)
        exec(EXAMPLE, names)  # noqa: S102 - our own text, run as a reader would
        assert names["outcome"].agreement  # type: ignore[attr-defined]
        model, x, y, group = (names[key] for key in ("model", "x", "y", "group"))
        for g, before in zip((0, 1), names["losses"], strict=True):  # type: ignore[arg-type]
            after = torch.nn.functional.mse_loss(model(x[group == g]), y[group == g])  # type: ignore[operator,index]
            assert after < before
