"""What travels between workers and the store arrives as it was, and what is damaged is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from nashcore.errors import InputError
from nashcore.learning import (
    Checkpoint,
    EpochDone,
    Event,
    Finished,
    NaturalTest,
    Progress,
    Resumable,
    Started,
    train,
)
from nashcore.runs.arrays import pack_epoch, pack_models, pack_natural_test, unpack_models
from nashcore.runs.checkpoints import pack_checkpoint
from nashcore.runs.sweep.cluster.wire import pack_event, pack_start, unpack_event, unpack_start
from tests.nashcore.runs.quick_config import own, own_table


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Event], list[Checkpoint]]:
    """What a run of two epochs with a natural test part tells, and its checkpoints."""
    config = own(own_table(tmp_path_factory.mktemp("table")), natural_test_share=0.25)
    events, checkpoints = [], []
    for event in train(config.tasks(), config.plan()):
        events.append(event)
        if isinstance(event, Resumable) and (found := event.checkpoint()) is not None:
            checkpoints.append(found)
    return events, checkpoints


def test_events_arrive_as_they_were(told: tuple[list[Event], list[Checkpoint]]) -> None:
    kinds = set()
    for event in told[0]:
        message = pack_event(event)
        if message is None:
            continue
        kinds.add(message["kind"])
        found = unpack_event(message)
        match event:
            case EpochDone():
                assert isinstance(found, EpochDone)
                assert pack_epoch(found) == pack_epoch(event)
            case NaturalTest():
                assert isinstance(found, NaturalTest)
                assert pack_natural_test(found) == pack_natural_test(event)
            case Started() | Progress():
                assert found == event
            case Finished():
                assert found is None
                assert [pack_models(unpack_models(one)) for one in message["models"]] == message["models"]
    assert kinds >= {"started", "progress", "epoch", "natural", "finished"}


def test_a_start_arrives_with_what_was_measured_before(told: tuple[list[Event], list[Checkpoint]]) -> None:
    for checkpoint in told[1]:
        found = unpack_start(pack_start(checkpoint))
        assert found is not None
        assert pack_checkpoint(found) == pack_checkpoint(checkpoint)
        assert found.history is not None
        assert checkpoint.history is not None
        assert list(map(pack_epoch, found.history.epochs)) == list(map(pack_epoch, checkpoint.history.epochs))
    assert unpack_start(pack_start(None)) is None


@pytest.mark.parametrize(
    "message",
    [
        {"kind": "epoch", "epoch": 0, "content": b"no arrays"},
        {"kind": "epoch", "epoch": 0},
        {"kind": "started", "roster": "{", "epochs": 1, "batches": 1, "notices": []},
        {"kind": "progress", "epoch": "x", "batch": 0, "share": 0, "seconds": 0, "seconds_left": 0},
        {"kind": "natural", "content": b"PK"},
        {"kind": "stopped", "arm": "a", "replicate": [1], "epoch": 0, "reason": ""},
        {},
    ],
)
def test_damaged_messages_are_refused(message: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        unpack_event(message)


def test_objects_are_not_read(tmp_path: Path) -> None:
    """Arrays of objects would be unpickled, which executes code."""
    import io

    import numpy as np

    content = io.BytesIO()
    np.savez(content, histograms=np.array([{}], dtype=object), loss_changes=np.zeros(1))
    with pytest.raises(InputError, match="cannot be read"):
        unpack_event({"kind": "epoch", "epoch": 0, "content": content.getvalue()})
