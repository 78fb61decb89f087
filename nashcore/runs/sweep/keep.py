"""From what a file asks for to a sweep that the store keeps, and to its runs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from nashcore.data import opened, table_ending
from nashcore.errors import InputError
from nashcore.runs.config import TrainingConfig
from nashcore.runs.kept_sweeps import Place, Sweep, sweep_id, text_digest
from nashcore.runs.layout import FILES
from nashcore.runs.row import clean_title
from nashcore.runs.run import Run, config_text
from nashcore.runs.settings import WORDS, in_words
from nashcore.runs.store import Store
from nashcore.runs.sweep.file import SweepPlan, varied


@dataclass(frozen=True)
class Standing:
    """How far one of a sweep's runs is.

    Attributes:
        place: of the run in the sweep.
        run: what the store tells of it; None where it has not begun.
    """

    place: Place
    run: Run | None

    @property
    def state(self) -> str:
        """The run's state; one that has not begun waits."""
        return "waiting" if self.run is None else self.run.state

    @property
    def missing(self) -> bool:
        """Whether it is not finished, and nobody trains it or is about to."""
        return self.run is None or (self.run.over and self.run.state != "finished")

    @property
    def share(self) -> float:
        """Share of it that is done, from 0 to 1."""
        return 0.0 if self.run is None else 1.0 if self.run.state == "finished" else self.run.share


def keep(store: Store, plan: SweepPlan) -> Sweep:
    """Put a sweep on the store's shelf, with the runs of the same configs that have finished before.

    Args:
        store: where to.
        plan: what it is; its own tables and splits are copied into the store.

    Raises:
        InputError: a table cannot be read, or nothing can be written.
    """
    known: dict[Path, Path] = {}
    for path in _files_of(plan):
        known[path] = store.files.add_file(path)
    configs = [config_text(_with_files(config, known)) for config in plan.configs]
    sweep = store.sweeps.put(plan.title, plan.metric, configs)
    finished = store.sweeps.finished()
    attached = {place.number: place.run for place in store.sweeps.get(sweep).places}
    for number, config in enumerate(configs):
        run = finished.get(text_digest(config))
        if attached[number] is None and run is not None:
            store.sweeps.attach(sweep, number, run)
    return store.sweeps.get(sweep)


def planned(store: Store, plan: SweepPlan) -> tuple[str, list[Standing], list[str]]:
    """What `keep` would come to, without writing anything: the sweep's id, its runs, and the digest of each config."""
    known = {path: _would_be(store, path) for path in _files_of(plan)}
    configs = [_with_files(config, known) for config in plan.configs]
    texts = [config_text(config) for config in configs]
    sweep, digests = sweep_id(texts), [text_digest(text) for text in texts]
    finished, theirs = store.sweeps.finished(), store.runs_of(sweep)
    own = {text_digest(config_text(run.config)): run.id for run in theirs.values()}
    found = []
    for number, (config, digest) in enumerate(zip(configs, digests, strict=True)):
        run = own.get(digest) or finished.get(digest)
        found.append(Standing(Place(number, config, run), None if run is None else store.get(run)))
    return sweep, found, digests


def _files_of(plan: SweepPlan) -> list[Path]:
    return list(
        dict.fromkeys(
            path
            for config in plan.configs
            for path in (getattr(config, name) for name in FILES)
            if path is not None
        )
    )


def _with_files(config: TrainingConfig, known: Mapping[Path, Path]) -> TrainingConfig:
    changes = {name: known[path] for name in FILES if (path := getattr(config, name)) is not None}
    return config.replaced(**changes) if changes else config


def _would_be(store: Store, path: Path) -> Path:
    try:
        with opened(path) as file:
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()  # type: ignore[arg-type]
    except OSError as failed:
        raise InputError(f"The file {path} cannot be read: {failed.strerror}.") from None
    return store.files.path_of(digest, table_ending(path))


def standings(store: Store, sweep: Sweep) -> list[Standing]:
    """How far every run of a sweep is, in its order. One that was changed since, as by being continued for more epochs, is none of
    the sweep's any more."""
    runs = store.runs_of(sweep.id)
    return [_standing(place, runs.get(place.run or "")) for place in sweep.places]


def _standing(place: Place, run: Run | None) -> Standing:
    theirs = run is not None and run.config == place.config
    return Standing(place, run) if theirs else Standing(replace(place, run=None), None)


def names_of(sweep: Sweep) -> tuple[str, ...]:
    """The fields that are not the same in all of a sweep's configs."""
    return varied([place.config for place in sweep.places])


def label(config: TrainingConfig, names: Sequence[str]) -> str:
    """Some settings in words: "Learning rate 0.01, Dropout 0.2"."""
    values = config.values()
    return ", ".join(f"{WORDS.get(name, name)} {in_words(name, values[name])}" for name in names)


def run_title(sweep: Sweep, place: Place) -> str:
    """What to call a run of a sweep: what tells it apart stands where a list shows it."""
    own = label(place.config, names_of(sweep)) or f"run {place.number + 1}"
    return clean_title(f"{sweep.title}: {own}")
