"""What every rule has in common: its status, players who are left out, and input that cannot be used."""

from __future__ import annotations

import copy
import io
import math
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor

from nashcore.bargaining import RULES, Status, bargain, get_rule, restrict_to
from nashcore.errors import InputError
from tests.nashcore.bargaining import game_families as games

CASES = [
    *((name, {}) for name in RULES),
    ("cagrad", {"c": 0.05}),
    ("cagrad", {"c": 1.5}),
    ("gm", {"power": 0.5}),
]
GRAMIAN = torch.eye(3, dtype=torch.float64)
BARGAINING = {"nash", "gm"}
each_rule = pytest.mark.parametrize("rule", RULES)


def _statuses(rule: str, gradients: Tensor, active: Tensor | None = None) -> set[Status]:
    """What the rule says of games given by gradients [..., K, n]; every player's loss is one."""
    losses = torch.ones(gradients.shape[:-1], dtype=gradients.dtype)
    answer = get_rule(rule).answer(games.gramian_of(gradients), losses, active)
    assert answer.status.dtype == torch.int8
    assert torch.equal(answer.agreed, answer.status == 0)
    assert answer.agreed.shape == gradients.shape[:-2]
    return {Status(code) for code in answer.status.flatten().tolist()}


@each_rule
@pytest.mark.parametrize("players", [1, 2, 3, 8])
def test_who_can_agree_agrees(rule: str, players: int) -> None:
    assert _statuses(rule, games.unrelated(players)) == {Status.AGREED}


@each_rule
@pytest.mark.parametrize("lengths", [(1.0, 1.0), (1.0, 7.0), (1e-3, 1e3)])
def test_two_who_want_the_opposite(rule: str, lengths: tuple[float, float]) -> None:
    line = torch.tensor([0.6, 0.8], dtype=torch.float64)
    gradients = torch.stack([lengths[0] * line, -lengths[1] * line])
    # With gradients of unequal lengths, CAGrad and Aligned-MTL follow the longer one.
    of_one_length = {"cagrad", "aligned_mtl"} if lengths[0] == lengths[1] else set()
    fails = {"nash", "gm", "mgda", "imtl_g"} | of_one_length
    expected = RULES[rule].failure if rule in fails else Status.AGREED
    assert _statuses(rule, gradients) == {expected}


@pytest.mark.parametrize("players", [3, 4, 8])
def test_a_hull_around_the_origin(players: int) -> None:
    """Equal lengths around a circle: nobody can gain without somebody's loss, and the mean is zero."""
    angles = torch.arange(players, dtype=torch.float64) * 2 * torch.pi / players
    gradients = torch.stack([angles.cos(), angles.sin()], -1)
    for rule in BARGAINING:
        assert _statuses(rule, gradients) == {Status.NO_AGREEMENT}
        assert not get_rule(rule)(games.gramian_of(gradients)).any()
    for rule in ("cagrad", "mgda"):
        assert _statuses(rule, gradients) == {Status.STATIONARY}
    assert not get_rule("cagrad")(games.gramian_of(gradients)).any()
    torch.testing.assert_close(get_rule("mgda")(games.gramian_of(gradients)).sum().item(), 1.0)


def test_a_player_without_a_gradient() -> None:
    gradients = torch.tensor([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], dtype=torch.float64)
    for some in (gradients, gradients[:2]):
        assert _statuses("nash", some) == {Status.NO_AGREEMENT}
        assert _statuses("mgda", some) == {Status.STATIONARY}
        alone = torch.arange(len(some)) == 1
        assert _statuses("nash", some, alone) == _statuses("mgda", some, alone) == {Status.AGREED}


@each_rule
def test_nobody_in_the_game(rule: str) -> None:
    expected = Status.NO_AGREEMENT if rule in BARGAINING else Status.STATIONARY
    nobody = torch.zeros(games.BATCH, 3, dtype=torch.bool)
    assert _statuses(rule, games.unrelated(3), nobody) == {expected}
    assert not get_rule(rule)(games.gramian_of(games.unrelated(3)), torch.ones(games.BATCH, 3), nobody).any()


def test_a_game_that_no_search_solves() -> None:
    """Nine norms that lie 1e20 apart, in one batch with a sound game."""
    hard = games.badly_scaled(9, 10.0)[:8]
    answer = get_rule("cagrad", c=0.05).answer(games.gramian_of(torch.cat([hard, games.unrelated(9)[:1]])))
    unsolved = answer.status == Status.UNSOLVED
    assert unsolved.any()
    assert not unsolved[-1]
    assert torch.equal(unsolved, ~answer.weights.any(-1))
    assert answer.weights.isfinite().all()


def test_statuses_of_bargains() -> None:
    outcome = bargain(games.gramian_of(games.half_agree(6)))
    assert torch.equal(outcome.status == Status.AGREED, outcome.agreement)
    assert set(outcome.status.tolist()) == {Status.AGREED, Status.NO_AGREEMENT}
    assert len({status.words for status in Status}) == len(Status)


@pytest.mark.parametrize(("rule", "options"), CASES)
def test_rules_can_be_pickled_copied_and_saved(rule: str, options: dict[str, float]) -> None:
    made = get_rule(rule, **options)
    file = io.BytesIO()
    torch.save({"rule": made}, file)
    file.seek(0)
    again = [pickle.loads(pickle.dumps(made)), copy.copy(made), copy.deepcopy(made), torch.load(file)["rule"]]  # noqa: S301
    for one in again:
        assert one == made
        assert hash(one) == hash(made)
        assert torch.equal(one(GRAMIAN, torch.ones(3)), made(GRAMIAN, torch.ones(3)))
    record = RULES[rule]
    assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301


def test_a_rule_is_handed_to_a_process_that_starts_anew() -> None:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        found = pool.submit(get_rule("cagrad", c=0.3), GRAMIAN).result()
    assert torch.equal(found, get_rule("cagrad", c=0.3)(GRAMIAN))


@pytest.mark.parametrize(
    ("rule", "option"), [(name, option) for name, rule in RULES.items() for option in rule.options]
)
@pytest.mark.parametrize("value", [True, False, np.bool_(True), 1j, "1", None, math.nan, -(10**400)])
def test_what_is_no_number_is_no_option(rule: str, option: str, value: object) -> None:
    with pytest.raises(InputError, match=f"Option '{option}' of rule '{rule}' should be a"):
        get_rule(rule, **{option: value})  # type: ignore[arg-type]


@pytest.mark.parametrize("value", [True, torch.tensor(True), torch.tensor(1j), None, "1"])
def test_what_is_no_number_is_no_exponent_and_no_bargaining_power(value: object) -> None:
    with pytest.raises(InputError, match="'power' should be"):
        bargain(GRAMIAN, value)  # type: ignore[arg-type]
    if value is not None:
        with pytest.raises(InputError, match="'bargaining_power' should be"):
            bargain(GRAMIAN, bargaining_power=value)  # type: ignore[arg-type]


@pytest.mark.parametrize("family", ["unrelated", "norms 1e-3..1e3", "opposed 1e-2"])
@pytest.mark.parametrize("players", [2, 3, 5, 9])
@pytest.mark.parametrize(("rule", "options"), CASES)
def test_players_who_are_left_out_change_nothing_but_the_weights_length(
    rule: str, options: dict[str, float], players: int, family: str
) -> None:
    gradients = games.FAMILIES[family](players)[:10]
    draws = torch.Generator().manual_seed(players)
    losses = torch.rand(10, players, dtype=torch.float64, generator=draws) + 0.1
    active = torch.rand(10, players, generator=draws) < 0.7
    active[:3] = torch.eye(3, players, dtype=torch.bool)  # one alone
    active[3] = False  # nobody at all
    weigh = get_rule(rule, **options)
    # What the others' entries are does not matter.
    gramian = torch.where(active.unsqueeze(-1) & active.unsqueeze(-2), games.gramian_of(gradients), torch.nan)
    weights = get_rule(rule, check=False, **options)(gramian, losses, active)
    assert (weights[~active] == 0).all()
    for game in range(10):
        inside = active[game]
        if inside.any() and not (rule == "pcgrad" and players > 2):  # whose order is drawn for all players
            own = gradients[game][inside]
            alone = own.mT @ weigh(games.gramian_of(own.unsqueeze(0)), losses[game][inside].unsqueeze(0))[0]
            found = own.mT @ weights[game][inside]
            size = alone.norm()
            assert (alone / size - found / found.norm()).norm() < 1e-5 if size > 0 else found.norm() == 0


def test_pcgrad_among_two_of_four_is_that_of_two() -> None:
    gramian = games.gramian_of(games.unrelated(4))
    active = torch.tensor([False, True, False, True]).expand(len(gramian), 4)
    found = get_rule("pcgrad")(gramian, None, active)
    alone = get_rule("pcgrad")(gramian[:, 1::2, 1::2])
    torch.testing.assert_close(found[:, 1::2], alone)
    assert not found[:, ::2].any()


@pytest.mark.parametrize(
    ("rule", "losses", "active", "says"),
    [
        ("loss_gm", None, None, "needs the players' losses. Found none"),
        ("loss_gm", [1.0, 2.0, 3.0], None, "'losses' should be a tensor, one loss a player. Found list"),
        ("loss_gm", torch.ones(2), None, r"'losses' should have the shape \[3\].*Found \[2\]"),
        ("loss_gm", torch.full((3,), torch.nan), None, "'losses' should be finite"),
        ("loss_gm", torch.full((3,), 1j), None, "'losses' should be made of numbers. Found torch.complex64"),
        ("loss_gm", torch.ones(3) > 0, None, "'losses' should be made of numbers. Found torch.bool"),
        (
            "loss_gm",
            torch.ones(3).to_sparse(),
            None,
            "'losses' should be made of numbers. Found torch.sparse_coo",
        ),
        (
            "loss_gm",
            torch.ones(3, device="meta"),
            None,
            "'losses' should be made of numbers. Found the device 'meta'",
        ),
        ("nash", None, (torch.ones(3) > 0).to_sparse(), "dense tensor of bools. Found torch.sparse_coo"),
        ("nash", None, torch.ones(3, device="meta") > 0, "on the Gramian's device, cpu. Found meta"),
        (
            "nash",
            None,
            torch.nested.nested_tensor([torch.ones(3) > 0], layout=torch.jagged),
            "of bools. Found a nested one",
        ),
        ("nash", None, [True] * 3, "'active' should be a tensor of bools. Found list"),
        ("nash", None, torch.ones(3), r"'active' should be bool, .*Found torch.float32"),
        ("cagrad", None, torch.ones(2) > 0, r"of the shape \[3\]. Found torch.bool, of the shape \[2\]"),
    ],
)
def test_what_a_rule_cannot_use_is_refused(rule: str, losses: object, active: object, says: str) -> None:
    with pytest.raises(InputError, match=says):
        get_rule(rule)(GRAMIAN, losses, active)  # type: ignore[arg-type]


@pytest.mark.parametrize("entry", [math.nan, math.inf])
@pytest.mark.parametrize("players", [1, 2, 3, 8])
@each_rule
def test_a_gramian_that_is_none_is_not_solved(rule: str, players: int, entry: float) -> None:
    """Whatever a rule makes of it, as a run meets it that does not look first; the other games are answered as ever."""
    gramian, losses = games.gramian_of(games.unrelated(players))[:4], torch.ones(4, players)
    expected = get_rule(rule).answer(gramian, losses)
    gramian[1, 0, :] = gramian[1, :, 0] = entry
    answer = get_rule(rule, check=False).answer(gramian, losses)
    assert answer.status[1] == Status.UNSOLVED
    assert not answer.weights[1].any()
    others = torch.tensor([0, 2, 3])
    torch.testing.assert_close(answer.weights[others], expected.weights[others])
    assert torch.equal(answer.status[others], expected.status[others])


@each_rule
def test_a_step_and_a_precision_are_numbers(rule: str) -> None:
    asked, losses = get_rule(rule), torch.ones(3)
    for step in (np.int64(3), torch.tensor(3)):
        assert torch.equal(asked(GRAMIAN, losses, step=step), asked(GRAMIAN, losses, step=3))  # type: ignore[arg-type]
    for step in (1.5, "1", None, True):
        with pytest.raises(InputError, match=r"'step' should be a whole number. Found"):
            asked(GRAMIAN, losses, step=step)  # type: ignore[arg-type]
    for precision in (-1.0, math.nan, "1e-3", True):
        with pytest.raises(InputError, match=r"'precision' should be a number from 0 to below 1. Found"):
            asked.answer(GRAMIAN, losses, precision=precision)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["best", None, ["nash"]])
def test_what_is_no_rule_is_refused(name: object) -> None:
    with pytest.raises(InputError, match=r"Rule should be one of nash, .* Found"):
        get_rule(name)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("gramian", "active", "says"),
    [
        (GRAMIAN.numpy(), torch.ones(3) > 0, "Gramian should be a torch tensor. Found ndarray"),
        (GRAMIAN.to_sparse(), torch.ones(3) > 0, "Gramian should be a dense tensor. Found torch.sparse_coo"),
        (GRAMIAN[0], torch.ones(3) > 0, r"Gramian should have the shape \[..., K, K\]. Found \[3\]"),
        (GRAMIAN.long(), torch.ones(3) > 0, "Gramian should be float32 or float64. Found torch.int64"),
        (GRAMIAN, [True] * 3, "'active' should be a tensor of bools. Found list"),
        (GRAMIAN, torch.ones(3), "'active' should be bool, .*Found torch.float32"),
        (GRAMIAN, torch.ones(1) > 0, r"of the shape \[3\]. Found torch.bool, of the shape \[1\]"),
    ],
)
def test_only_whom_a_gramian_knows_is_left_in(gramian: Tensor, active: Tensor, says: str) -> None:
    with pytest.raises(InputError, match=says):
        restrict_to(gramian, active)
