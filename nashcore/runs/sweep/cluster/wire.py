"""What travels between a cluster's workers and the process that keeps the store: text, numbers and bytes, no objects.

Arrays travel as the store keeps them (see `nashcore.runs.arrays`), so that reading executes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from nashcore.errors import InputError
from nashcore.learning import (
    Checkpoint,
    EpochDone,
    Event,
    Finished,
    History,
    ModelStopped,
    NaturalTest,
    Progress,
    Replicate,
    Started,
    roster_from_json,
    roster_to_json,
)
from nashcore.runs.arrays import (
    pack_epoch,
    pack_models,
    pack_natural_test,
    readable,
    unpack_epoch,
    unpack_natural_test,
)
from nashcore.runs.checkpoints import pack_checkpoint, unpack_checkpoint

Message = Mapping[str, Any]
"""A "kind", and values that depend on it."""


def pack_event(event: Event) -> dict[str, Any] | None:
    """An event as a message; None where it adds nothing to what a store keeps."""
    match event:
        case Started():
            return {
                "kind": "started",
                "roster": roster_to_json(event.roster),
                "epochs": event.epochs,
                "batches": event.batches,
                "notices": list(event.notices),
            }
        case Progress():
            times = {"seconds": event.seconds, "seconds_left": event.seconds_left, "share": event.share}
            return {"kind": "progress", "epoch": event.epoch, "batch": event.batch, **times}
        case EpochDone():
            return {"kind": "epoch", "epoch": event.epoch, "content": pack_epoch(event)}
        case ModelStopped():
            which = {"arm": event.arm, "replicate": list(event.replicate)}
            return {"kind": "stopped", **which, "epoch": event.epoch, "reason": event.reason}
        case NaturalTest():
            return {"kind": "natural", "content": pack_natural_test(event)}
        case Finished():
            models = [pack_models(models) for models in event.models]
            return {"kind": "finished", "seconds": event.result.seconds, "models": models}
    return None


def unpack_event(message: Message) -> Event | None:
    """The event that `pack_event` made a message of; None of one that has another meaning.

    Raises:
        InputError: the message is damaged.
    """
    with readable("message of a cluster's worker"):
        match message["kind"]:
            case "started":
                notices = tuple(map(str, message["notices"]))
                roster = roster_from_json(message["roster"])
                return Started(roster, int(message["epochs"]), int(message["batches"]), notices)
            case "progress":
                numbers = (float(message[name]) for name in ("share", "seconds", "seconds_left"))
                return Progress(int(message["epoch"]), int(message["batch"]), *numbers)
            case "epoch":
                return unpack_epoch(int(message["epoch"]), message["content"])
            case "stopped":
                split, seed = map(int, message["replicate"])
                reason = str(message["reason"])
                return ModelStopped(
                    str(message["arm"]), Replicate(split, seed), int(message["epoch"]), reason
                )
            case "natural":
                return unpack_natural_test(message["content"])
    return None


def pack_start(start: Checkpoint | None) -> dict[str, Any]:
    """Where to go on, as a message: the checkpoint, and what was measured before it."""
    if start is None or start.history is None:
        return {"kind": "start", "checkpoint": None}
    history = start.history
    return {
        "kind": "start",
        "checkpoint": pack_checkpoint(start),
        "notices": list(start.notices),
        "roster": roster_to_json(history.roster),
        "epochs": [pack_epoch(done) for done in history.epochs],
        "stopped": [[arm, *replicate, why] for (arm, replicate), why in history.stopped.items()],
    }


def unpack_start(message: Message) -> Checkpoint | None:
    """The checkpoint that `pack_start` made a message of, with its history; None where training begins anew.

    Raises:
        InputError: the message is damaged.
    """
    if message["checkpoint"] is None:
        return None
    with readable("checkpoint from the client of the cluster"):
        history = History(
            roster_from_json(message["roster"]),
            [unpack_epoch(epoch, content) for epoch, content in enumerate(message["epochs"])],
            {(arm, Replicate(split, seed)): why for arm, split, seed, why in message["stopped"]},
        )
        found = unpack_checkpoint(message["checkpoint"]).with_history(history)
    if found is None:
        raise InputError("A checkpoint should come with the epochs before it. Found some missing.")
    return replace(found, notices=tuple(message["notices"]))
