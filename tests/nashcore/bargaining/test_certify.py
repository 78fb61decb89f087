"""The independent check: it agrees with good weights, catches bad ones, and says what it cannot do."""

from __future__ import annotations

import builtins
import math

import pytest
import torch

from nashcore.bargaining import bargain, certify, get_rule
from nashcore.errors import InputError
from tests.nashcore.bargaining.game_families import (
    badly_scaled,
    gramian_of,
    opposed,
    rank_deficient,
    unrelated,
)

POWERS = [1.0, 0.999, 0.5, 1e-3, 1e-9, 0.0, -1e-3, -1.0, -10.0, -1e3, -1e6, -math.inf]


@pytest.mark.parametrize("power", POWERS)
@pytest.mark.parametrize("players", [2, 4, 8])
def test_good_weights_are_confirmed(power: float, players: int) -> None:
    for gradients in (unrelated(players)[0], rank_deficient(players)[0], opposed(players, 0.1)[0]):
        gramian = gramian_of(gradients)
        certificate = certify(gramian, bargain(gramian, power).weights, power)
        assert abs(certificate.gap) < 1e-6
        assert certificate.direction_cosine > 1 - 1e-6


@pytest.mark.parametrize("power", POWERS)
def test_weighted_players_are_confirmed(power: float) -> None:
    shares = torch.tensor([1.0, 3.0, 0.2, 7.0], dtype=torch.float64)
    for gradients in (unrelated(4)[0], badly_scaled(4, 1.0)[0]):
        gramian = gramian_of(gradients)
        weights = bargain(gramian, power, bargaining_power=shares).weights
        assert abs(certify(gramian, weights, power, bargaining_power=shares).gap) < 1e-6
        if -1e3 < power < 1:  # at the ends bargaining power has no say
            assert certify(gramian, weights, power).direction_cosine < 1 - 1e-6


def test_a_weighted_mean_by_hand() -> None:
    """Orthogonal unit gradients, one counting three times: utilities as sqrt(3) to 1, whose weighted mean is known."""
    gramian, shares = torch.eye(2, dtype=torch.float64), torch.tensor([3.0, 1.0], dtype=torch.float64)
    found = certify(gramian, bargain(gramian, bargaining_power=shares).weights, bargaining_power=shares)
    assert found.ours == pytest.approx(math.sqrt(3) ** 0.75 / 2, rel=1e-12)
    assert found.theirs == pytest.approx(found.ours, rel=1e-8)


def test_nash_is_confirmed_when_one_player_is_a_million_times_louder() -> None:
    gramian = gramian_of(badly_scaled(4)[0])
    assert abs(certify(gramian, bargain(gramian).weights).gap) < 1e-7


def test_bad_weights_are_caught() -> None:
    gramian = gramian_of(badly_scaled(3, 1.0)[0])
    certificate = certify(gramian, get_rule("mean")(gramian))
    assert certificate.gap > 0.01
    assert certificate.direction_cosine < 0.999


@pytest.mark.parametrize("power", [0.5, 0.0, -1.0])
def test_a_solver_that_finds_nothing_is_not_better(power: float) -> None:
    """Opposed gradients: nobody gains unless the other loses, and the solver's best mean is zero."""
    found = certify(torch.tensor([[1.0, -1.0], [-1.0, 1.0]]), torch.tensor([1.0, 0.5]), power)
    assert not math.isnan(found.theirs)
    assert found.gap <= 1e-6


@pytest.mark.parametrize(
    ("gramian", "weights", "power", "says"),
    [
        (torch.eye(2).expand(3, 2, 2), torch.ones(3, 2), 0.0, "one game"),
        (torch.eye(2), torch.ones(3), 0.0, "one game"),
        (torch.eye(2), torch.ones(2), 2.0, "'power' should be at most 1"),
        (torch.eye(2), torch.ones(2), math.nan, "'power' should be at most 1"),
        (torch.eye(2), torch.zeros(2), 0.0, "no agreement"),
    ],
)
def test_what_cannot_be_checked_is_refused(
    gramian: torch.Tensor, weights: torch.Tensor, power: float, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        certify(gramian, weights, power)


def test_a_missing_solver_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    real_import = builtins.__import__

    def without_clarabel(name: str, *args: object, **kwargs: object) -> object:
        if name == "clarabel":
            raise ImportError("No module named 'clarabel'", name="clarabel")
        return real_import(name, *args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without_clarabel)
    with pytest.raises(InputError, match=r"needs the package 'clarabel'.*pip install"):
        certify(torch.eye(2), torch.ones(2))


def test_what_people_hold_in_their_hands_is_taken() -> None:
    """Lists, whole numbers, arrays, and tensors that are part of a graph, which is left alone."""
    gradients = torch.tensor([[2.0, 1.0], [-1.0, 3.0]], dtype=torch.float64, requires_grad=True)
    gramian, powers = gradients @ gradients.T, [2.0, 1.0]
    weights = bargain(gramian, bargaining_power=torch.tensor(powers)).weights
    expected = certify(gramian.detach(), weights, bargaining_power=torch.tensor(powers))
    assert abs(expected.gap) < 1e-7
    for given, own in (
        (gramian, weights * gradients.sum() / 5),
        ([[5, 1], [1, 10]], weights.tolist()),
        (gramian.detach().numpy(), weights.numpy()),
    ):
        found = certify(given, own, bargaining_power=powers)
        assert found.ours == pytest.approx(expected.ours, rel=1e-12)
        assert found.theirs == pytest.approx(expected.theirs, rel=1e-7)
    assert gradients.grad is None


@pytest.mark.parametrize("size", [1.0, 1e-30])
def test_a_list_is_taken_to_its_last_digit(size: float) -> None:
    gradients = size * torch.tensor([[1.0, 1e-4], [-1.0, 1e-4]], dtype=torch.float64)
    gramian = gradients @ gradients.T
    weights = bargain(gramian).weights
    assert certify(gramian.tolist(), weights.tolist()) == certify(gramian, weights)


@pytest.mark.parametrize(
    ("gramian", "weights", "powers", "says"),
    [
        ([[1.0, 0.0], [0.0]], [1.0, 1.0], None, "'gramian' should be a tensor, or a list of numbers"),
        (torch.eye(2), ["a", "b"], None, "'weights' should be a tensor, or a list of numbers"),
        (torch.eye(2), torch.tensor([1j, 1.0]), None, "Weights .* should be numbers. Found torch.complex64"),
        (torch.eye(2), [True, True], None, "Weights .* should be numbers. Found torch.bool"),
        (
            torch.eye(2),
            torch.ones(2, device="meta"),
            None,
            "Weights .* should be numbers. Found the device 'meta'",
        ),
        (torch.eye(2), torch.ones(2).to_mkldnn(), None, "Weights .* should be numbers. Found torch._mkldnn"),
        (
            [[10.0, -1.0], [-1.0, 5.0]],
            [torch.inf, 1.0],
            None,
            "Weights .* should give a direction. Found one of length inf",
        ),
        (torch.eye(2), [1.0, 1.0], [True, True], "'bargaining_power' should be a tensor of numbers"),
    ],
)
def test_what_is_no_game_is_refused_by_name(
    gramian: object, weights: object, powers: object, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        certify(gramian, weights, bargaining_power=powers)  # type: ignore[arg-type]
