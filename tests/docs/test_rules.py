"""The page on rules names every rule of the registry, and its table says what the rules do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from nashcore.bargaining import RULES, Status, get_rule

PAGE = (Path(__file__).parents[2] / "docs" / "rules.md").read_text()
ROWS = re.findall(
    r"^\| \[([^\]]*)\]\(#[\w-]*\) \| `(\w+)` \| ([^|]*) \| ([^|]*) \|$", PAGE, flags=re.MULTILINE
)


def test_every_rule_has_a_row_and_a_section() -> None:
    assert [(name, title) for title, name, *_ in ROWS] == [(rule.name, rule.title) for rule in RULES.values()]
    assert re.findall(r"^## (.*)$", PAGE, flags=re.MULTILINE) == [rule.title for rule in RULES.values()]


@pytest.mark.parametrize(("name", "says"), [(name, says) for _, name, _, says in ROWS])
def test_whether_a_players_scale_turns_the_direction(name: str, says: str) -> None:
    gradients = torch.tensor([[2.0, 0.3, 0.0], [-0.5, 1.0, 0.4], [0.6, -0.2, 1.5]], dtype=torch.float64)
    scales = torch.tensor([[1.0], [1.0], [5.0]], dtype=torch.float64)
    losses = torch.tensor([0.7, 0.4, 0.5], dtype=torch.float64) if RULES[name].needs_losses else None
    directions = []
    for scaled in (gradients, gradients * scales):
        direction = get_rule(name)(scaled @ scaled.T, losses) @ scaled
        directions.append(direction / direction.norm())
    turned = bool((directions[0] @ directions[1]) < 1 - 1e-9)
    assert turned == says.startswith("yes")


@pytest.mark.parametrize(("name", "says"), [(name, says) for _, name, says, _ in ROWS])
def test_what_a_rule_answers_where_gradients_cancel(name: str, says: str) -> None:
    opposite = torch.tensor([[1.0, -1.0], [-1.0, 1.0]], dtype=torch.float64)
    losses = torch.ones(2, dtype=torch.float64) if RULES[name].needs_losses else None
    status = Status(int(get_rule(name).answer(opposite, losses).status))
    assert status.words.split(":")[0] == ("agreed" if says.startswith("has one") else says)
