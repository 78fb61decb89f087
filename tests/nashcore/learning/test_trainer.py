"""The trainer: events, repeatability, cancelling, and models that break."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import numpy as np
import pytest
import torch

from nashcore.errors import InputError
from nashcore.learning import CHANGE_EDGES, DIRECTIONS, History, summarise, train
from nashcore.learning.events import (
    EpochDone,
    Finished,
    ModelStopped,
    Progress,
    StageChanged,
    Started,
)
from nashcore.learning.lockstep.block import Block
from nashcore.learning.lockstep.epoch_stats import Recorder
from nashcore.learning.roster import Replicate, roster_of
from nashcore.methods import PUBLISHED, arms_of
from nashcore.metrics import GROUP_METRICS, METRICS
from tests.devices import DEVICES
from tests.nashcore.learning.small_task import result_of, rows_of, small_plan, small_task


def test_events_tell_the_whole_story() -> None:
    plan = small_plan()
    events = list(train(small_task(), plan))
    assert events[0] == Started(roster_of(small_task(), plan), 3, 4, ("Made up.",))
    assert events[0].roster.arms == tuple(PUBLISHED)
    changes = [event for event in events if isinstance(event, StageChanged)]
    nash = [name for name in PUBLISHED if name.startswith("nash")]
    assert changes == [StageChanged(n, 0, True) for n in nash] + [StageChanged(n, 2, False) for n in nash]
    epochs = [event for event in events if isinstance(event, EpochDone)]
    assert [event.epoch for event in epochs] == [0, 1, 2]
    shares = [event.share for event in events if isinstance(event, Progress)]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert isinstance(events[-1], Finished)
    assert not events[-1].cancelled


def test_what_is_recorded_has_its_shape_and_is_known_where_it_should_be() -> None:
    result = result_of(small_task(3), small_plan(arms=small_plan().arms))
    assert set(result.metrics) == set(METRICS)
    assert set(result.group_metrics) == {*GROUP_METRICS, "train_loss", "validation_loss"}
    for values in result.metrics.values():
        assert values.shape == (8, 2, 3)
        assert np.isfinite(values).all()
    for values in result.group_metrics.values():
        assert values.shape == (8, 2, 3, 3)
        assert np.isfinite(values).all()
    meta = [i for i, name in enumerate(PUBLISHED) if PUBLISHED[name].kind == "meta"]
    plain = [i for i in range(8) if i not in meta]
    for name, values in result.game.items():
        if name == "all_losses_fell":
            assert np.isfinite(values).all()
        elif name in ("agreement", "stationary"):
            bargaining = [i for i, name in enumerate(PUBLISHED) if PUBLISHED[name].bargains]
            assert np.isfinite(values[bargaining, :, :2]).all()
            assert np.isnan(values[:, :, 2]).all()
        else:
            assert np.isfinite(values[meta]).all()
            assert np.isnan(values[plain]).all()
    assert result.player_weights.shape == (8, 2, 3, 6)
    assert np.allclose(np.abs(result.player_weights[5:, :, :2]).sum(-1), 1)
    assert result.histograms.shape[:5] == (8, 2, 3, 3, 3)
    assert (result.histograms[meta].sum(-1) == 4).all()  # one entry a batch
    assert (result.loss_changes.sum(-1) == 4).all()
    fell = result.loss_changes[..., : CHANGE_EDGES.index(0.0)].sum(-1)
    assert np.array_equal(fell / 4, result.game["all_losses_fell"])
    assert result.players[:3] == ("blue, no", "blue, yes", "red, no")
    assert result.test_rows["green, yes"] == 8


def test_bargaining_aligns_batches() -> None:
    result = result_of(small_task(), small_plan())
    nash = result.arms.index("nash_forml")
    agreed = result.game["agreement"][nash, :, 0]
    assert (result.game["aligned_before_cut"][nash, :, 0] >= agreed - 1e-12).all()
    assert (
        result.game["aligned_before_cut"][nash, :, 0] > result.game["aligned_before_cut_by_goal"][nash, :, 0]
    ).all()


@pytest.fixture(params=[1, 2])
def threads(request: pytest.FixtureRequest) -> Iterator[int]:
    """So many threads in each of PyTorch's operations."""
    before = torch.get_num_threads()
    torch.set_num_threads(request.param)
    yield request.param
    torch.set_num_threads(before)


@pytest.mark.usefixtures("threads")
def test_same_plan_same_numbers_bit_for_bit() -> None:
    one, two = (result_of(small_task(), small_plan()) for _ in range(2))
    for name in one.metrics:
        assert np.array_equal(one.metrics[name], two.metrics[name])
    assert np.array_equal(one.player_weights, two.player_weights, equal_nan=True)
    assert np.array_equal(one.group_metrics["train_loss"], two.group_metrics["train_loss"])


@pytest.mark.parametrize("signed", [False, True])
def test_recording_does_not_change_a_bit_of_the_training(signed: bool, monkeypatch) -> None:
    plan = small_plan(signed_weights=signed)
    *_, recorded = train(small_task(), plan)
    for name in ("game", "outcome"):
        monkeypatch.setattr(Recorder, name, lambda *_: None)
    *_, silent = train(small_task(), plan)
    for name, values in recorded.models[0].parameters.items():
        assert np.array_equal(values, silent.models[0].parameters[name])
    one_stage = recorded.result.arms.index("ltr")
    assert (recorded.result.game["bargain_exists"][one_stage] > 0).any()
    assert np.isnan(recorded.result.game["agreement"][one_stage]).all()  # it was never asked


def test_whose_bargain_was_asked_for_and_whose_was_solved_for_the_record_agree() -> None:
    rules = [arms_of(("nash_ltr",), {"nash_ltr": ["two_stage:2"]}, rule)[0] for rule in ("nash", "mean")]
    arms = tuple(dataclasses.replace(arm, name=f"arm {i}") for i, arm in enumerate(rules))
    game = result_of(small_task(), small_plan(arms=arms, epochs=1, lr=1e-12)).game
    assert np.array_equal(
        game["bargain_exists"][0], game["bargain_exists"][1]
    )  # they have hardly moved apart
    assert game["stage_one"][:, :, 0].all()


def test_signed_weights_leave_nothing_to_cut() -> None:
    result = result_of(small_task(), small_plan(signed_weights=True))
    meta = [name not in ("baseline", "dro") for name in result.arms]
    before, after = (
        result.histograms[meta][:, :, :, list(DIRECTIONS).index(of)] for of in ("before_cut", "after_cut")
    )
    assert np.array_equal(result.game["aligned_before_cut"], result.game["aligned_after_cut"], equal_nan=True)
    assert np.abs(before - after).sum() <= 2  # a cosine on the edge of two bins may round to either


@pytest.mark.parametrize("device", DEVICES)
def test_every_device_gives_the_same_numbers(device: str) -> None:
    exact = {"dtype": torch.float64, "dropout": 0.0}
    expected = result_of(small_task(), small_plan(**exact))
    found = result_of(small_task(), small_plan(**exact, device=torch.device(device)))
    for name, values in expected.group_metrics.items():
        assert np.allclose(found.group_metrics[name], values, rtol=1e-8, equal_nan=True)


@pytest.mark.parametrize("validation_dropout", [False, True])
@pytest.mark.parametrize("name", ["baseline", "nash_ltr"])
def test_a_model_does_not_depend_on_its_company(validation_dropout: bool, name: str) -> None:
    same = {"dtype": torch.float64, "validation_dropout": validation_dropout}
    together = result_of(small_task(), small_plan(**same))
    arms = tuple(arm for arm in small_plan().arms if arm.name == name)
    alone = result_of(small_task(), small_plan(**same, seeds=(1,), arms=arms))
    found = together.group_metrics["validation_loss"][together.arms.index(name), 1]
    assert np.allclose(found, alone.group_metrics["validation_loss"][0, 0], rtol=1e-10)


def test_a_sweep_over_the_switch_is_one_run() -> None:
    arms = arms_of(("ltr", "nash_ltr"), {"nash_ltr": ["two_stage:0", "two_stage:2", "continuous"]})
    result = result_of(small_task(), small_plan(arms=arms))
    assert result.arms == ("ltr", "nash_ltr@0", "nash_ltr@2", "nash_ltr@continuous")
    losses = result.group_metrics["validation_loss"]
    assert np.array_equal(losses[0], losses[1])
    assert np.array_equal(losses[2][:, :2], losses[3][:, :2])
    assert not np.array_equal(losses[2], losses[3])
    assert result.twins == (None, "ltr", "ltr", "ltr")


@pytest.mark.parametrize("rule", ["mean", "gm", "pcgrad", "cagrad", "mgda", "loss_gm"])
def test_any_rule_may_take_the_place_of_nash(rule: str) -> None:
    arms = arms_of(("nash_ltr",), {"nash_ltr": ["continuous"]}, rule)
    result = result_of(small_task(), small_plan(arms=arms))
    assert not result.stopped
    assert np.isfinite(result.game["aligned_before_cut"]).all()


def test_cancelling_keeps_the_epochs_done() -> None:
    asked = 0

    def stop() -> bool:
        nonlocal asked
        asked += 1
        return asked > 6  # four batches an epoch

    *events, last = train(small_task(), small_plan(), stop)
    assert isinstance(last, Finished)
    assert last.cancelled
    assert last.result.epochs == 1
    whole = result_of(small_task(), small_plan())
    assert np.array_equal(last.result.metrics["overall_auc"][..., 0], whole.metrics["overall_auc"][..., 0])
    history = History(roster_of(small_task(), small_plan()))
    for event in events:
        history.add(event)
    assert history.result().epochs == 1


def test_cancelling_before_the_first_epoch_gives_an_empty_result_that_can_be_summarised() -> None:
    *_, last = train(small_task(), small_plan(), lambda: True)
    assert isinstance(last, Finished)
    summary = summarise(last.result)
    assert summary["epochs"] == 0
    assert summary["methods"]["ltr"]["last"]["overall_auc"] == {"mean": None, "std": None}
    json.dumps(summary, allow_nan=False)


def test_a_model_that_breaks_stops_with_its_reason_and_leaves_the_others_running(monkeypatch) -> None:
    step = Block.step
    broken = 5  # nash_ltr with the first seed

    def spoiling(self: Block, rows: torch.Tensor, epoch: int, batch: int) -> None:
        if (epoch, batch) == (1, 2):
            self.cohort.theta.w2[broken, 0, 0] = torch.nan
        step(self, rows, epoch, batch)

    sound = result_of(small_task(), small_plan())
    monkeypatch.setattr(Block, "step", spoiling)
    events = list(train(small_task(), small_plan()))
    stopped = [event for event in events if isinstance(event, ModelStopped)]
    reason = "Its loss was no longer a finite number at batch 3 of epoch 2."
    assert stopped == [ModelStopped("nash_ltr", Replicate(0, 0), 1, reason)]
    result = events[-1].result
    assert np.isnan(result.metrics["overall_auc"][broken, 0, 1:]).all()
    assert np.isfinite(result.metrics["overall_auc"][broken, 0, 0])
    others = np.ones((8, 2), dtype=bool)
    others[broken, 0] = False
    for name in ("train_loss", "validation_loss"):
        assert np.array_equal(result.group_metrics[name][others], sound.group_metrics[name][others])
    summary = summarise(result)
    assert summary["stopped"] == [{"arm": "nash_ltr", "split": 0, "seed": 0, "reason": reason}]
    assert summary["methods"]["nash_ltr"]["seeds"] == [1]
    assert summary["methods"]["nash_ltr"]["last"]["overall_auc"]["std"] is None


def test_cells_without_validation_rows_are_left_out_with_a_notice() -> None:
    task = dataclasses.replace(small_task(), validation=rows_of([0, 0, 1, 3], 5))
    result = result_of(task, small_plan())
    assert "Cell (red, no) has no validation rows, so it takes no part in the game." in result.notices
    assert result.players == ("blue, no", "blue, yes", "red, yes")
    assert not result.stopped


def test_a_test_group_with_one_label_is_noticed_and_left_out() -> None:
    task = dataclasses.replace(small_task(3), test=rows_of([0, 1, 2, 3, 4, 4] * 5, 5), split=None)
    result = result_of(task, small_plan())
    assert any(
        notice.startswith("Group 'green' has 10 rows of label 0 and 0 of label 1")
        for notice in result.notices
    )
    assert np.isnan(result.group_metrics["auc"][..., 2]).all()
    assert np.isfinite(result.metrics["max_gaucd"]).all()


@pytest.mark.parametrize(
    ("task", "changes", "says"),
    [
        (
            small_task(train=15),
            {},
            "'batch_size' should be at most the number of training rows, 15. Found 16.",
        ),
        (
            dataclasses.replace(small_task(), test=rows_of([], 1)),
            {},
            "Test rows should be one or more. Found none.",
        ),
        (
            dataclasses.replace(small_task(), validation=rows_of([], 1)),
            {},
            "Validation rows should be one or more",
        ),
    ],
)
def test_what_cannot_be_trained_is_refused_before_any_work(task, changes, says) -> None:
    with pytest.raises(InputError) as caught:
        next(train(task, small_plan(**changes)))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"arms": ()}, "Arms should be one or more with different names. Found []."),
        (
            {"seeds": (1, 1)},
            "Seeds should be one or more different whole numbers of at least 0. Found (1, 1).",
        ),
        ({"epochs": 0}, "Parameter 'epochs' should be greater than or equal to 1. Found 0."),
        ({"lr": -1.0}, "Parameter 'lr' should be greater than 0. Found -1.0."),
        ({"dropout": 1.0}, "Parameter 'dropout' should be less than 1. Found 1.0."),
        ({"hidden": (0, 3)}, "Parameter 'hidden.0' should be greater than or equal to 1. Found 0."),
        (
            {"dro_fraction": 0.0},
            "Training setting 'dro_fraction' should be more than 0 and at most 1. Found 0.0.",
        ),
    ],
)
def test_a_bad_plan_is_refused(changes, says) -> None:
    with pytest.raises(InputError) as caught:
        small_plan(**changes)
    assert str(caught.value) == says
