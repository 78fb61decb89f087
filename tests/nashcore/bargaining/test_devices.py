"""The same functions on every device: equal answers, and no question that makes the program wait for a device that works ahead."""

from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES, bargain, certify, get_rule
from nashcore.bargaining._kernels import polling
from tests.device_watch import Watch, somewhere
from tests.devices import DEVICES
from tests.fake_async_device import shorten_loops, work_ahead
from tests.nashcore.bargaining import game_families as games
from tests.nashcore.bargaining.optimality_gaps import combine, relative

POWERS = (1.0, 0.5, 0.0, -1.0, -math.inf)
# Questions outside loops: is the input sound, is it semidefinite, do some games cancel, which games are left, are they well
# conditioned, is the answer finite.
OUTSIDE = 6
each_device = pytest.mark.parametrize("device", DEVICES)
each_power = pytest.mark.parametrize("power", POWERS)
each_rule = pytest.mark.parametrize("name", RULES)
each_lateness = pytest.mark.parametrize("late", [0, 40])
each_way = pytest.mark.parametrize(("answer", "many"), [(True, False), (False, False), (False, True)])
each_size = pytest.mark.parametrize("players", [2, 4, 8])


def _mixed(players: int) -> Tensor:
    """Gramians of easy and hard games, with and without an agreement."""
    families = ("unrelated", "opposed 1e-2", "norms 1e-3..1e3", "half agree")
    return torch.cat([games.gramian_of(games.FAMILIES[name](players)[:6]) for name in families])


def _few(watch: Watch) -> bool:
    return len(watch.questions) <= watch.systems / polling.PATIENCE + OUTSIDE


@each_device
@each_power
@each_size
def test_bargains_are_the_same(players: int, power: float, device: str) -> None:
    gramian = _mixed(players)
    there, here = bargain(gramian.to(device), power), bargain(gramian, power)
    assert {value.device.type for value in vars(there).values()} == {device}
    assert torch.equal(there.agreement.cpu(), here.agreement)
    torch.testing.assert_close(there.weights.cpu(), here.weights, rtol=1e-6, atol=1e-30)
    assert float(there.residual[there.agreement].max()) <= 1e-9


@each_device
@each_rule
@each_size
def test_rules_are_the_same(players: int, name: str, device: str) -> None:
    gradients = games.unrelated(players)
    gramian, losses = games.gramian_of(gradients), torch.rand(games.BATCH, players).double() + 0.1
    for dtype in (torch.float64, torch.float32):
        there = get_rule(name)(gramian.to(device, dtype), losses.to(device, dtype))
        assert (there.device.type, there.dtype) == (device, dtype)
        expected = combine(gradients, get_rule(name)(gramian, losses))
        moved = combine(gradients, there.cpu().double())
        tolerance = 1e-6 if dtype == torch.float64 else 1e-3
        agreed = expected.norm(dim=-1) > 0
        assert float(relative(moved, expected)[agreed].max()) < tolerance


@each_device
def test_powers_and_exponents_of_every_device(device: str) -> None:
    gramian = games.gramian_of(games.unrelated(3))[:5].to(device)
    powers = torch.tensor(POWERS, device=device)
    shares = torch.tensor([1.0, 2.0, 3.0], device=device)
    there = bargain(gramian, powers, bargaining_power=shares)
    here = bargain(gramian.cpu(), powers.cpu(), bargaining_power=shares.cpu())
    torch.testing.assert_close(there.weights.cpu(), here.weights, rtol=1e-6, atol=1e-30)


@each_device
def test_the_certificate_takes_tensors_of_every_device(device: str) -> None:
    gramian = games.gramian_of(games.unrelated(3))[0].to(device)
    assert abs(certify(gramian, bargain(gramian).weights).gap) < 1e-6


@each_lateness
@each_power
@pytest.mark.parametrize("shape", ["one", "batch"])
@pytest.mark.parametrize("players", [2, 5])
def test_not_asking_changes_nothing_in_bargains(
    players: int, shape: str, power: float, late: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gramian = _mixed(players)[0] if shape == "one" else _mixed(players)
    expected = bargain(gramian, power)
    work_ahead(monkeypatch, late)
    with Watch() as watch:
        found = bargain(gramian, power, check=False)
    torch.testing.assert_close(found.weights, expected.weights, rtol=1e-6, atol=1e-30)
    assert torch.equal(found.agreement, expected.agreement)
    assert (
        torch.equal(found.iterations, expected.iterations) or shape == "one"
    )  # alone, another program counts
    assert watch.questions == []


@each_lateness
@each_rule
@each_size
def test_not_asking_changes_nothing_in_rules(
    players: int, name: str, late: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    gradients = torch.cat([games.unrelated(players)[:6], games.badly_scaled(players, 3.0)[:6]])
    gramian, losses = games.gramian_of(gradients), torch.rand(12, players).double() + 0.1
    active = torch.rand(12, players, generator=torch.Generator().manual_seed(players)) < 0.8
    for some in (None, active):
        expected = combine(gradients, get_rule(name)(gramian, losses, some))
        with monkeypatch.context() as ahead, Watch() as watch:
            work_ahead(ahead, late)
            weights = get_rule(name, check=False)(gramian, losses, some)
        assert float(relative(combine(gradients, weights), expected).nan_to_num(0.0).max()) < 1e-6
        assert watch.questions == []


@each_rule
@each_size
def test_many_games_are_asked_seldom(players: int, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    gradients = torch.cat([games.unrelated(players)[:6], games.badly_scaled(players, 3.0)[:6]])
    gramian, losses = games.gramian_of(gradients), torch.rand(12, players).double() + 0.1
    expected = combine(gradients, get_rule(name)(gramian, losses))
    work_ahead(monkeypatch, many=True)
    with Watch() as watch:
        weights = get_rule(name)(gramian, losses)
    assert float(relative(combine(gradients, weights), expected).nan_to_num(0.0).max()) < 1e-6
    assert _few(watch), watch.questions


@each_way
@each_power
@pytest.mark.parametrize("players", [1, 3])
def test_bargains_stay_on_their_device(
    players: int, power: float, answer: bool, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the answers, so on every way: nothing is made on the CPU, and questions are several iterations apart."""
    work_ahead(monkeypatch, many=many, says=answer)
    shorten_loops(monkeypatch)
    with Watch(answer) as watch:
        found = bargain(somewhere(6, players, players), power, check=False)
    assert found.weights.device.type == "meta"
    assert watch.sent == 0
    assert _few(watch) if many else watch.questions == []


@each_way
@each_rule
@each_size
def test_rules_stay_on_their_device(
    players: int, name: str, answer: bool, many: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    shape = (2, 3)
    work_ahead(monkeypatch, many=many, says=answer)
    shorten_loops(monkeypatch)
    rule = get_rule(name, check=False)
    some = somewhere(*shape, players) == 0
    with Watch(answer) as watch:
        for active in (None, some) if name in ("cagrad", "aligned_mtl") else (some,):
            found = rule(somewhere(*shape, players, players), somewhere(*shape, players), active)
    assert found.shape == (*shape, players)
    assert found.device.type == "meta"
    assert watch.sent == 0
    assert len(watch.questions) <= (watch.systems / polling.PATIENCE + 2 * OUTSIDE if many else 0)


@pytest.mark.parametrize(
    "ask",
    [
        lambda x: bool((x > 0).all()),
        lambda x: x[0].item(),
        lambda x: x[x > 0],
        lambda x: (x > 0).nonzero(),
        lambda x: x.masked_select(x > 0),
        lambda x: x.unique(),
    ],
)
def test_the_watch_sees_every_way_to_ask(ask: Callable[[Tensor], object]) -> None:
    with torch.inference_mode(), Watch() as watch:
        ask(torch.arange(3.0))
    assert len(watch.questions) >= 1


def test_the_watch_sees_tensors_of_the_cpu() -> None:
    with Watch(True) as watch:
        torch.ones(3).to("meta")
        assert watch.sent == 1
        with pytest.raises(AssertionError, match="mixes devices"):
            torch.ones(3, 3) @ torch.ones(3, 3, device="meta")


def test_a_default_device_moves_no_game() -> None:
    """Whether it is set when the room is entered or when a game is solved."""
    code = (
        "import torch\n"
        "with torch.device('meta'):\n"
        "    from nashcore.bargaining import RULES, bargain, get_rule\n"
        "    for players in (2, 3):\n"
        "        game, losses = torch.eye(players, device='cpu'), torch.ones(players, device='cpu')\n"
        "        print(*(get_rule(name)(game, losses).device for name in RULES))\n"
        "        print(*(one.device for one in vars(bargain(game)).values()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert set(done.stdout.split()) == {"cpu"}, done.stderr
