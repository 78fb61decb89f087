"""Epochs and models as bytes: compressed arrays by name, which reading never executes."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from tokenize import TokenError
from types import MappingProxyType
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from nashcore.errors import InputError
from nashcore.learning import CHANGE_EDGES, DIRECTIONS, PARAMETERS, EpochDone, Models, NaturalTest

MAPPINGS = ("metrics", "group_metrics", "game")
NATURAL = ("metrics", "group_metrics", "intervals")
ARRAYS = ("player_weights", "histograms", "loss_changes")

OLD_NAMES = MappingProxyType(
    {
        "game/aligned": "game/aligned_before_cut",
        "game/aligned_before": "game/aligned_before_cut_by_goal",
        "game/fell": "game/all_losses_fell",
    }
)
"""What earlier versions called some shares, and what these are; the last one counted satisfied cells, too."""


_FAULTS = (
    *(ValueError, LookupError, TypeError, AttributeError, EOFError, OverflowError, MemoryError, OSError),
    *(RuntimeError, SyntaxError, TokenError, BadZipFile, zlib.error, struct.error),
)
"""What reading an archive of arrays, or JSON, raises at bytes that were changed at random."""


@contextmanager
def readable(what: str) -> Iterator[None]:
    """While the context lasts, faults of stored bytes are told in a plain sentence.

    Raises:
        InputError: the bytes are not what this version writes.
    """
    try:
        yield
    except _FAULTS:
        raise InputError(f"The stored {what} cannot be read: damaged, or of another version.") from None


def pack_epoch(done: EpochDone) -> bytes:
    """An epoch as bytes."""
    fields = vars(done)
    flat = {f"{kind}/{name}": values for kind in MAPPINGS for name, values in fields[kind].items()}
    return _pack(flat | {name: fields[name] for name in ARRAYS})


def unpack_epoch(epoch: int, content: bytes) -> EpochDone:
    """The epoch that `pack_epoch` wrote."""
    flat = _of_today(_unpack(content))
    mappings: dict[str, Any] = {
        kind: {name.partition("/")[2]: flat[name] for name in flat if name.startswith(f"{kind}/")}
        for kind in MAPPINGS
    }
    arrays: dict[str, Any] = {name: flat[name] for name in ARRAYS}
    return EpochDone(epoch=epoch, **mappings, **arrays)


def _of_today(flat: dict[str, NDArray[Any]]) -> dict[str, NDArray[Any]]:
    """An epoch's arrays under today's names. What an earlier version did not record is NaN, or a share that is not there."""
    if "loss_changes" in flat:
        return flat
    named = {OLD_NAMES.get(name, name): values for name, values in flat.items()}
    asked = flat.get("game/bargained")
    if asked is not None:
        named["game/stage_one"] = np.where(np.isnan(asked), np.nan, asked > 0)
    counts = flat["histograms"]
    arms, seeds, before, statistics, bins = counts.shape
    missing = np.full((arms, seeds, len(DIRECTIONS) - before, statistics, bins), np.nan)
    named["histograms"] = np.concatenate([counts, missing], axis=2)
    named["loss_changes"] = np.full((arms, seeds, len(CHANGE_EDGES)), np.nan)
    return named


def pack_natural_test(found: NaturalTest) -> bytes:
    """A natural test as bytes."""
    fields = vars(found)
    flat = {f"{kind}/{name}": values for kind in NATURAL for name, values in fields[kind].items()}
    about = {
        "epoch": np.array(found.epoch),
        "cells": np.array(list(found.rows)),
        "rows": np.array(list(found.rows.values())),
    }
    return _pack(flat | about)


def unpack_natural_test(content: bytes) -> NaturalTest:
    """The natural test that `pack_natural_test` wrote."""
    flat = _unpack(content)
    mappings: dict[str, Any] = {
        kind: {name.partition("/")[2]: flat[name] for name in flat if name.startswith(f"{kind}/")}
        for kind in NATURAL
    }
    rows = dict(zip(map(str, flat["cells"]), map(int, flat["rows"]), strict=True))
    return NaturalTest(int(flat["epoch"]), rows, **mappings)


def pack_models(models: Models) -> bytes:
    """Models as bytes."""
    names = {"arms": np.array(models.arms), "seeds": np.array(models.seeds)}
    return _pack({**names, **models.parameters})


def unpack_models(content: bytes) -> Models:
    """The models that `pack_models` wrote."""
    flat = _unpack(content)
    return Models(
        tuple(map(str, flat["arms"])),
        tuple(map(int, flat["seeds"])),
        {name: flat[name] for name in PARAMETERS},
    )


def _pack(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    content = io.BytesIO()
    np.savez_compressed(content, allow_pickle=False, **arrays)
    return content.getvalue()


def _unpack(content: bytes) -> dict[str, NDArray[Any]]:
    with np.load(io.BytesIO(content), allow_pickle=False) as stored:
        return {name: stored[name] for name in stored.files}
