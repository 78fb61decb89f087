"""Randomness: a function of seed and place, with the right shares."""

from __future__ import annotations

import pytest
import torch

from nashcore.learning.lockstep.sampling import dropout_bound, epoch_order, generator, initial_layer

LIKE = torch.zeros(())


def test_dropout_keeps_the_right_share_of_units_everywhere() -> None:
    bound = dropout_bound("dropout", (0, 1), (3, 4), (100, 1001), 0.3, LIKE)
    assert bound.shape == (2, 100, 1001)
    assert set(bound.unique().tolist()) == {0.0, torch.finfo(torch.float32).max}
    kept = (bound > 0).double()
    assert kept.mean().item() == pytest.approx(0.7, abs=0.004)
    assert ((kept.mean(-1) - 0.7).abs() < 0.08).all()
    pairs = kept[:, :, :-1].flatten() - 0.7, kept[:, :, 1:].flatten() - 0.7
    assert abs((pairs[0] * pairs[1]).mean().item()) < 0.003


@pytest.mark.parametrize("share", [1e-9, 0.5, 0.999999])
def test_dropout_takes_any_share(share: float) -> None:
    kept = (dropout_bound("dropout", (0,), (0, 0), (50, 50), share, LIKE) > 0).double().mean().item()
    assert kept == pytest.approx(1 - share, abs=0.05)


def test_draws_depend_on_seed_place_and_purpose_and_on_nothing_else() -> None:
    def draw(purpose: str, seeds: tuple[int, ...], *place: int) -> torch.Tensor:
        return dropout_bound(purpose, seeds, place, (8, 9), 0.5, LIKE)

    reference = draw("dropout", (4,), 1, 2)
    assert torch.equal(reference[0], draw("dropout", (7, 4), 1, 2)[1])
    for other in (("dropout", (5,), 1, 2), ("dropout", (4,), 2, 1), ("dropout_update", (4,), 1, 2)):
        assert not torch.equal(reference, draw(*other))


def test_an_epoch_visits_every_row_once_in_an_order_of_its_own() -> None:
    cpu = torch.device("cpu")
    orders = epoch_order((0, 1), 5, 30, cpu)
    assert (orders.sort(1).values == torch.arange(30)).all()
    assert not torch.equal(orders[0], orders[1])
    assert torch.equal(orders[1], epoch_order((1,), 5, 30, cpu)[0])
    assert not torch.equal(orders, epoch_order((0, 1), 6, 30, cpu))


def test_initial_weights_are_those_of_an_ordinary_linear_layer() -> None:
    weights, biases = initial_layer(generator("weights", 0), 400, 200, torch.float64)
    reference = torch.nn.Linear(400, 200)
    assert weights.shape == reference.weight.shape
    assert biases.shape == reference.bias.shape
    assert weights.abs().max().item() <= 1 / 20
    assert weights.std().item() == pytest.approx(reference.weight.std().item(), rel=0.02)
