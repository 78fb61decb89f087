"""A run as one file for another machine: its figures, models, encoders, provenance and own table, as arrays and JSON."""

from __future__ import annotations

import hashlib
import json
import re
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from nashcore.errors import InputError
from nashcore.learning import roster_to_json
from nashcore.runs.arrays import pack_epoch, pack_models, pack_natural_test
from nashcore.runs.sealed_zip import write_sealed
from nashcore.runs.store import Store

FORMAT, VERSION = "nash-bargaining-lab run", 1

OWN_FILES = ("csv", "splits")
"""Settings that name a file of one's own."""


def export_bundle(store: Store, run: str, file: BinaryIO, *, with_table: bool = True) -> list[str]:
    """Write a run that is over into one file.

    Args:
        store: where the run is.
        run: which one.
        file: where to; open for writing.
        with_table: whether one's own table and splits come along. Without them the run can be shown, compared and scored with,
            and not be trained again.

    Returns:
        What is not in the file though it was asked for, in sentences.

    Raises:
        InputError: there is no such run, it is not over, or it has no figures.
    """
    found = store.get(run)
    if not found.over:
        raise InputError(f"Run {found.id} should be over before it is exported. Found it {found.state}.")
    history = store.history(found.id)
    if history is None or not history.epochs:
        raise InputError(f"Run {found.id} has no figures to export: none of its epochs was finished.")
    members = {f"epochs/{done.epoch}.npz": pack_epoch(done) for done in history.epochs}
    lacking = []
    for place in range(len(history.roster.splits)):
        try:
            encoder = store.files.encoder(found.id, place).to_json().encode()
            models = pack_models(store.files.models(found.id, place))
        except InputError as refused:
            lacking.append(f"Split {history.roster.splits[place]} goes without its models: {refused}")
            continue
        members |= {f"encoder-{place}.json": encoder, f"models-{place}.npz": models}
    if history.natural_test is not None:
        members["natural_test.npz"] = pack_natural_test(history.natural_test)
    with suppress(InputError):
        provenance = store.files.provenance(found.id)
        if provenance is not None:
            members["provenance.json"] = provenance.to_json().encode()
    config = json.loads(found.config.to_json())
    for name in OWN_FILES:
        if config.get(name) is None:
            continue
        path = own_path(store, Path(config[name]).name)
        config[name] = path.name
        if with_table:
            content = _content(path)
            if content is None:
                lacking.append(
                    f"The run's own file {path.name} goes missing: it cannot be read, or is damaged."
                )
            else:
                members[f"tables/{path.name}"] = content
    about = {
        "format": FORMAT,
        "version": VERSION,
        "run": {
            name: getattr(found, name)
            for name in ("id", "title", "state", "reason", "created", "share", "tags", "note")
        },
        "seconds": history.seconds,
        "config": config,
        "outline": json.loads(roster_to_json(history.roster)),
        "notices": list(history.notices),
        "stopped": [[arm, *replicate, why] for (arm, replicate), why in history.stopped.items()],
        "epochs": len(history.epochs),
    }
    write_sealed(file, about, members)
    return lacking


def own_path(store: Store, name: object) -> Path:
    """Where a file of one's own lies, or would, in this store; it is named by what it holds and by nothing else.

    Raises:
        InputError: the name is another.
    """
    parts = re.fullmatch(r"([0-9a-f]{64})((?:\.[A-Za-z0-9]{1,8}){1,2})", str(name))
    if parts is None:
        raise InputError(
            "The run names a file of its own outside of the folder of runs: it can go into no bundle."
        )
    return store.files.path_of(parts[1], parts[2])


def _content(path: Path) -> bytes | None:
    """What a file of one's own holds; None where it is not what its name says."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    return content if hashlib.sha256(content).hexdigest() == path.name[:64] else None
