"""Autocast does not reach a solution: every call answers under it as it does without."""

from __future__ import annotations

import re

import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES, bargain, certify, get_rule
from nashcore.errors import InputError
from tests.nashcore.bargaining import game_families as games

HALF = [torch.bfloat16, torch.float16]
OPTIONS = [*((name, {}) for name in RULES), ("gm", {"power": 0.5}), ("gm", {"power": -float("inf")})]


@pytest.mark.parametrize("half", HALF)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("players", [2, 3, 8])
@pytest.mark.parametrize(("rule", "options"), OPTIONS)
def test_rules_answer_as_without_it(
    rule: str, options: dict[str, float], players: int, dtype: torch.dtype, half: torch.dtype
) -> None:
    gramian = games.gramian_of(games.unrelated(players)[:3].to(dtype))
    losses = torch.linspace(0.5, 2.0, players, dtype=dtype).expand(3, players)
    expected = get_rule(rule, **options).answer(gramian, losses)
    with torch.autocast("cpu", dtype=half):
        found = get_rule(rule, **options).answer(gramian, losses)
        outcome = bargain(gramian, options.get("power", 0.0))
    assert torch.equal(found.weights, expected.weights)
    assert torch.equal(found.status, expected.status)
    assert torch.equal(outcome.weights, bargain(gramian, options.get("power", 0.0)).weights)


def test_who_agrees_gains() -> None:
    gradients = games.opposed(4, 0.05).float()
    gramian = games.gramian_of(gradients)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        outcome = bargain(gramian)
    utilities = (
        gradients.double() @ (outcome.weights.double().unsqueeze(-2) @ gradients.double()).mT
    ).squeeze(-1)
    assert outcome.agreement.all()
    assert bool((utilities > 0).all())


def test_the_certificate_is_the_same() -> None:
    gramian = games.gramian_of(games.unrelated(3)[0]).float()
    weights = bargain(gramian).weights
    with torch.autocast("cpu", dtype=torch.bfloat16):
        found = certify(gramian, weights)
    assert found.ours == certify(gramian, weights).ours


@pytest.mark.parametrize("autocast", [True, False])
@pytest.mark.parametrize("dtype", [*HALF, torch.float32])
@pytest.mark.parametrize("shape", [(3, 20), (5, 3, 20)])
def test_the_line_that_a_refusal_tells_runs(
    shape: tuple[int, ...], dtype: torch.dtype, autocast: bool
) -> None:
    """Also under the autocast that made the Gramian half precision, and for a batch."""
    gradients = torch.randn(shape, generator=torch.Generator().manual_seed(0)).to(dtype)
    with torch.autocast("cpu", dtype=torch.bfloat16, enabled=autocast):
        gramian: Tensor = gradients.bfloat16() @ gradients.bfloat16().mT
        with pytest.raises(
            InputError, match=r"should be float32 or float64\. Found torch\.bfloat16"
        ) as refused:
            bargain(gramian)
        line = re.search(r"make it as (.*)\.$", str(refused.value))
        assert line is not None
        outcome = bargain(eval(line[1], {"gradients": gradients}))  # noqa: S307 - our own words
    assert outcome.agreement.all()
    expected = gradients.double()
    torch.testing.assert_close(outcome.weights, bargain(expected @ expected.mT).weights)
