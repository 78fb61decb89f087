"""A run from another machine's bundle: everything is checked before anything is kept, and reading it executes nothing."""

from __future__ import annotations

import hashlib
import io
import json
import re
import secrets
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from filelock import Timeout

from nashcore.data import Encoder
from nashcore.errors import InputError
from nashcore.learning import EpochDone, History, Models, NaturalTest, Replicate, roster_from_json
from nashcore.runs.arrays import unpack_epoch, unpack_models, unpack_natural_test
from nashcore.runs.bundle import FORMAT, OWN_FILES, VERSION, own_path
from nashcore.runs.config import TrainingConfig
from nashcore.runs.provenance import Provenance
from nashcore.runs.row import OVER, changed_tags, clean_note, clean_title
from nashcore.runs.run import Run
from nashcore.runs.sealed_zip import SealedZip, opened_sealed
from nashcore.runs.store import Store

_LATEST = 4_102_444_800.0
"""No run was asked for after the year 2099, and none took longer than the time until then."""

_OUTLINE = 2 << 20
_NOTICES, _NOTICE = 1_000, 2_000
"""An outline has at most so many letters; of so many notices, so many letters are kept each. Pages show all of them."""


def import_bundle(store: Store, source: Path | BinaryIO, *, new_id: bool = False) -> Run:
    """Take in a run from a file that `export_bundle` wrote, whole or not at all.

    Args:
        store: where the run goes.
        source: the file.
        new_id: give the run an id of its own, so that it can stand beside one that has the same.

    Raises:
        InputError: the file is damaged, no bundle, or refused; the run is there already; or nothing can be written.
    """
    with opened_sealed(source) as bundle:
        run, history = _run_of(bundle, store), _history_of(bundle)
        _check_fit(run, history)
        places = range(len(history.roster.splits))
        encoders = {
            place: Encoder.from_json(bundle.read(f"encoder-{place}.json").decode())
            for place in places
            if f"encoder-{place}.json" in bundle.names
        }
        models = {
            place: _models(bundle, f"models-{place}.npz", history)
            for place in places
            if f"models-{place}.npz" in bundle.names
        }
        provenance = None
        if "provenance.json" in bundle.names:
            provenance = Provenance.from_json(bundle.read("provenance.json"))
        tables = {
            name: _table(bundle, name)
            for name in (one.removeprefix("tables/") for one in bundle.names if one.startswith("tables/"))
        }
    run_id = secrets.token_hex(4) if new_id else run["id"]
    alive = store.files.liveness_lock(run_id)
    try:
        alive.acquire(timeout=1)
    except Timeout:
        raise InputError(f"Run {run_id} is at work on this machine: nothing was imported.") from None
    try:
        _refuse_known(store, run_id, history)  # now that nobody else can take it in
        try:
            store.check_room()  # before its tables are kept, which are swept no sooner than after a day
            for name, content in tables.items():
                store.files.add_stream(io.BytesIO(content), name[64:])
            for place, encoder in encoders.items():
                store.files.write_encoder(run_id, encoder, place)
            for place, one in models.items():
                store.files.write_models(run_id, one, place)
            if history.natural_test is not None:
                store.files.write_natural_test(run_id, history.natural_test)
            if provenance is not None:
                store.files.write_provenance(run_id, provenance)
            store.take_in({**run, "id": run_id}, history)
        except BaseException:
            store.files.delete(run_id)  # the run was not there, so that these are our files alone
            raise
    finally:
        alive.release()
    return store.get(run_id)


def _refuse_known(store: Store, run: str, history: History) -> None:
    if not store.holds(run):
        return
    same = False
    try:
        kept = store.history(store.get(run).id)
        same = kept is not None and _same_figures(kept, history)
        how = f"with {'the same' if same else 'other'} figures"
    except InputError:  # it is there no less, and its files are not ours to write
        how = "in the trash, or set aside as it cannot be read"
    raise InputError(
        f"Run {run} is kept here already, {how}: nothing was imported."
        + ("" if same else " Delete it for good first, or import this one under an id of its own (--new-id).")
    )


def _same_figures(one: History, other: History) -> bool:
    def arrays(done: EpochDone) -> dict[str, Any]:
        plain = {name: value for name, value in vars(done).items() if not isinstance(value, Mapping)}
        named = {
            f"{kind}/{name}": values
            for kind, found in vars(done).items()
            if isinstance(found, Mapping)
            for name, values in found.items()
        }
        return plain | named

    if asdict(one.roster) != asdict(other.roster) or len(one.epochs) != len(other.epochs):
        return False
    for left, right in zip(map(arrays, one.epochs), map(arrays, other.epochs), strict=True):
        if left.keys() != right.keys():
            return False
        if not all(np.array_equal(left[name], right[name], equal_nan=True) for name in left):
            return False
    return True


def _run_of(bundle: SealedZip, store: Store) -> dict[str, Any]:
    """What the database is to hold of the run, by column, checked; earlier versions wrote down no tags and no note."""
    about = bundle.about
    if about.get("format") != FORMAT:
        raise InputError("The file is no bundle of a run of this program.")
    if about["version"] != VERSION:
        raise InputError(
            f"The bundle was written by another version of the program: its layout is {str(about['version'])[:20]}, this version "
            f"reads {VERSION}."
        )
    run, config = about["run"], dict(about["config"])
    for name in OWN_FILES:
        if config.get(name) is not None:
            config[name] = str(own_path(store, config[name]))
    created, share, seconds = float(run["created"]), float(run["share"]), float(about["seconds"])
    plain = 0 <= created <= _LATEST and 0 <= share <= 1 and 0 <= seconds <= _LATEST
    if not re.fullmatch(r"[0-9a-f]{8}", run["id"]) or run["state"] not in OVER or not plain:
        raise InputError("The bundle is damaged: what it says of the run's id, state or times cannot be.")
    return {
        "id": run["id"],
        "title": clean_title(run["title"]) or "An imported run",
        "config": TrainingConfig.from_json(json.dumps(config)).to_json(),
        "state": run["state"],
        "reason": " ".join(str(run["reason"]).split())[:1000],
        "created": created,
        "share": share,
        "seconds": seconds,
        "tags": json.dumps(changed_tags((), [str(tag) for tag in run.get("tags", ())], ())),
        "note": clean_note(str(run.get("note", ""))),
    }


def _table(bundle: SealedZip, name: str) -> bytes:
    content = bundle.read(f"tables/{name}")
    if hashlib.sha256(content).hexdigest() != name[:64]:
        raise InputError(f"The bundle is damaged: its file {name} does not hold what its name says.")
    return content


def _history_of(bundle: SealedZip) -> History:
    about = bundle.about
    count = about["epochs"]
    if not isinstance(count, int) or {f"epochs/{epoch}.npz" for epoch in range(count)} != {
        name for name in bundle.names if name.startswith("epochs/")
    }:
        raise InputError("The bundle is damaged: its epochs are not one after the other.")
    outline = json.dumps(about["outline"])
    if len(outline) > _OUTLINE:
        raise InputError("The bundle is refused: the names of its groups and rows are longer than a run's.")
    roster = roster_from_json(outline)
    natural: NaturalTest | None = None
    if "natural_test.npz" in bundle.names:
        natural = unpack_natural_test(bundle.read_arrays("natural_test.npz"))
    return History(
        roster,
        [unpack_epoch(epoch, bundle.read_arrays(f"epochs/{epoch}.npz")) for epoch in range(count)],
        {
            (str(arm), Replicate(int(split), int(seed))): str(why)[:_NOTICE]
            for arm, split, seed, why in about["stopped"]
        },
        tuple(str(one)[:_NOTICE] for one in about["notices"][:_NOTICES]),
        float(about["seconds"]),
        natural,
    )


def _models(bundle: SealedZip, name: str, history: History) -> Models:
    models = unpack_models(bundle.read_arrays(name))
    expected = len(models.arms), len(models.seeds)
    if (models.arms, models.seeds) != (history.roster.arms, history.roster.seeds) or any(
        values.shape[:2] != expected for values in models.parameters.values()
    ):
        raise InputError(f"The bundle is damaged: {name} does not hold the run's models.")
    return models


def _check_fit(run: Mapping[str, Any], history: History) -> None:
    """The figures belong to the config, and have the shapes that the outline tells."""
    config, roster = TrainingConfig.from_json(run["config"]), history.roster
    arms = config.arms()
    told = roster.arms, roster.methods, roster.seeds, roster.splits
    names = tuple(arm.name for arm in arms), tuple(arm.published for arm in arms)
    if told != (*names, config.seeds, config.split_seeds):
        raise InputError("The bundle is damaged: its figures do not belong to its config.")
    shape = len(roster.arms), len(roster.replicates)
    known = {(arm, replicate) for arm in roster.arms for replicate in roster.replicates}
    arrays = [
        values
        for done in history.epochs
        for values in (
            *done.metrics.values(),
            *done.group_metrics.values(),
            *done.game.values(),
            done.player_weights,
            done.histograms,
            done.loss_changes,
        )
    ]
    if not history.epochs or len(history.epochs) > config.epochs or not set(history.stopped) <= known:
        raise InputError("The bundle is damaged: its epochs or stopped models cannot be the run's.")
    groups = [values.shape[2:] for done in history.epochs for values in done.group_metrics.values()]
    players = [done.player_weights.shape[2:] for done in history.epochs]
    fits = {*groups} <= {(len(roster.groups),)} and {*players} == {(len(roster.players),)}
    if not fits or any(values.shape[:2] != shape for values in arrays):
        raise InputError("The bundle is damaged: its figures are not of the run's size.")
    history.result()
