"""A training epoch never waits for a device that works ahead, whatever the rule."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import torch

from nashcore.bargaining import RULES
from nashcore.learning.lockstep import epoch_stats
from nashcore.learning.lockstep.block import Block, DeviceTask
from nashcore.learning.lockstep.sampling import epoch_order
from nashcore.learning.plan import Plan
from nashcore.methods import PUBLISHED, arms_of
from tests.device_watch import Watch
from tests.fake_async_device import shorten_loops, work_ahead
from tests.nashcore.learning.small_task import small_plan, small_task

each_rule = pytest.mark.parametrize("rule", RULES)
each_kind = pytest.mark.parametrize(("validation_dropout", "groups"), [(False, 1), (False, 2), (True, 4)])


def _plan(rule: str, **changes: object) -> Plan:
    """All eight methods; the rule's stage ends, and another bargains in conflict alone."""
    schedules = dict.fromkeys(PUBLISHED, ("two_stage:1", "while_in_conflict"))
    return small_plan(arms=arms_of(tuple(PUBLISHED), schedules, rule), **changes)


def _epochs(plan: Plan, groups: int, monkeypatch: pytest.MonkeyPatch) -> tuple[Block, Callable[[], None]]:
    """A block, and what does the steps of two epochs."""
    monkeypatch.setattr(epoch_stats, "GATHERED", 2)
    task = small_task(groups, train=40)
    block = Block(plan.arms, plan.seeds, DeviceTask(task, plan), plan)  # type: ignore[arg-type]
    orders = [epoch_order(plan.seeds, epoch, task.train.rows, plan.device) for epoch in range(2)]
    size = plan.batch_size

    def run() -> None:
        for epoch, order in enumerate(orders):
            for batch in range(task.train.rows // size):
                block.step(order[:, batch * size : (batch + 1) * size], epoch, batch)

    return block, run


@each_kind
@each_rule
def test_an_epoch_asks_its_device_nothing(
    rule: str, validation_dropout: bool, groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = _plan(rule, validation_dropout=validation_dropout, dtype=torch.float64)
    expected, run = _epochs(plan, groups, monkeypatch)
    run()
    with monkeypatch.context() as ahead, Watch() as watch:
        work_ahead(ahead, late=3)
        block, run = _epochs(plan, groups, ahead)
        watch.questions.clear()
        run()
        assert watch.questions == []
    torch.testing.assert_close(block.cohort.theta.flat, expected.cohort.theta.flat, rtol=1e-6, atol=1e-8)


@each_rule
def test_an_epoch_sends_its_device_nothing(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On tensors without numbers; there are no random numbers on their device, so without dropout."""
    work_ahead(monkeypatch, says=False)
    shorten_loops(monkeypatch)
    plan = _plan(rule, device=torch.device("meta"), dropout=0.0)
    with Watch(True) as watch:
        _, run = _epochs(plan, 3, monkeypatch)
        watch.sent = 0
        watch.questions.clear()
        run()
    assert watch.questions == []
    assert watch.sent == 0


@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
@each_kind
@each_rule
def test_an_epoch_does_not_wait_for_cuda(
    rule: str, validation_dropout: bool, groups: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyTorch's own watch, which raises at whatever makes the program wait."""
    _, run = _epochs(
        _plan(rule, validation_dropout=validation_dropout, device=torch.device("cuda")), groups, monkeypatch
    )
    torch.cuda.set_sync_debug_mode("error")
    try:
        run()
    finally:
        torch.cuda.set_sync_debug_mode("default")
