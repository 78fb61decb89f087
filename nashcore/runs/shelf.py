"""A shelf as one of its visitors sees it: what they may change, and how much they may put there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock
from typing import Any

from nashcore.errors import InputError
from nashcore.learning import History
from nashcore.runs.config import TrainingConfig
from nashcore.runs.files import Files
from nashcore.runs.layout import RUN_ID
from nashcore.runs.queue import Move, Queue
from nashcore.runs.run import Run
from nashcore.runs.safe_files import make_folder, read_whole, write_whole
from nashcore.runs.shelves import Limits
from nashcore.runs.store import Store
from nashcore.runs.trash import Trash

SHOWN_ONLY = (
    "This is a demonstration: everything can be looked at, and nothing can be trained, kept or changed. Who is known to the lab "
    "has a shelf to train on."
)

CROWD = 40
"""A shelf takes as many runs as so many visitors may keep: who clears a browser is another visitor."""

_ONE_BY_ONE = Lock()
"""Who puts something there: many tabs that did so at once would each find the room that all of them take."""

_OWNER = "owner"
"""File in a run's folder: who started it."""


@dataclass(frozen=True)
class Visitor:
    """Somebody at a shelf.

    Attributes:
        name: a digest that tells them apart (see `Shelves.name_of`).
        keeper: whether they may change what others put there.
    """

    name: str
    keeper: bool = False


class Shelf(Store):
    """A store seen by a visitor. All on a shelf see all of it; a run is stopped, renamed, moved, resumed and deleted by who started
    it and by who keeps the shelf.

    Args:
        store: the shelf itself, which many views may share.
        visitor: who looks; None for somebody who may only look.
        limits: how much the visitor may take.

    Attributes:
        visitor: see above.
        limits: see above.
    """

    def __init__(self, store: Store, visitor: Visitor | None, limits: Limits) -> None:
        vars(self).update(vars(store))  # the same database, read anew by nobody
        self.visitor, self.limits = visitor, limits
        if visitor is None:
            self.files = Files(self.home, self._refuse)
        self.queue = _Queue(self)
        self.trash = _Trash(self)

    @property
    def notice(self) -> str | None:
        """Why nothing can be changed, in a sentence."""
        return SHOWN_ONLY if self.visitor is None else super().notice

    def _refuse(self) -> None:
        raise InputError(SHOWN_ONLY)

    def check_room(self) -> Visitor:
        """The visitor, who has room for another run.

        Raises:
            InputError: they have as many as they may, or may only look.
        """
        if self.visitor is None:
            raise InputError(SHOWN_ONLY)
        there = [*self.runs(), *self.deleted()]
        if len(there) >= CROWD * self.limits.runs:
            raise InputError(
                f"This shelf is full: it holds {len(there)} runs. Some have to be deleted for good first."
            )
        kept = sum(self._owner(run.id) == self.visitor.name for run in there)
        if kept >= self.limits.runs:
            raise InputError(
                f"A visitor should keep at most {self.limits.runs} runs here, those in the trash among them. Found {kept}: delete "
                "one for good, and export it first if you need it."
            )
        return self.visitor

    def check(self, run: str, what: str) -> None:
        """Refuse what only who started a run may do.

        Raises:
            InputError: somebody else did, or the visitor may only look.
        """
        if self.visitor is None:
            raise InputError(SHOWN_ONLY)
        if not self.visitor.keeper and self._owner(run) != self.visitor.name:
            raise InputError(
                f"Run {run[:40]} was started by somebody else: they or who keeps this shelf may {what} it."
            )

    def check_sweep(self, sweep: str) -> None:
        """Refuse to end a sweep that a command trains, which no visitor has begun.

        Raises:
            InputError: the visitor does not keep the shelf, or may only look.
        """
        if self.visitor is None:
            raise InputError(SHOWN_ONLY)
        if not self.visitor.keeper:
            raise InputError(f"Sweep {sweep} is trained by a command: who keeps this shelf may stop it.")

    def _owner(self, run: str) -> str | None:
        if not RUN_ID.fullmatch(run):
            return None
        try:
            return read_whole(self.files.folder(run) / _OWNER).decode(errors="replace")
        except (FileNotFoundError, InputError):
            return None

    def _own(self, run: str, visitor: Visitor) -> None:
        folder = self.files.folder(run)
        make_folder(folder.parent)
        write_whole(make_folder(folder) / _OWNER, visitor.name.encode())

    # What is put there.

    def add(self, config: TrainingConfig, title: str = "") -> Run:
        """See `Store.add`."""
        with _ONE_BY_ONE:
            visitor = self.check_room()
            run = super().add(config, title)
            self._own(run.id, visitor)
        return run

    @contextmanager
    def begin(self, config: TrainingConfig, title: str = "") -> Iterator[Run]:
        """See `Store.begin`."""
        visitor = self.check_room()
        with super().begin(config, title) as run:
            self._own(run.id, visitor)
            yield run

    def take_in(self, row: Mapping[str, Any], history: History) -> None:
        """See `Store.take_in`."""
        with _ONE_BY_ONE:
            visitor = self.check_room()
            super().take_in(row, history)
            self._own(row["id"], visitor)

    # What is done with it.

    def rename(self, run: str, title: str) -> None:
        """See `Store.rename`."""
        self.check(run, "rename")
        super().rename(run, title)

    def tag(self, run: str, add: Sequence[str] = (), remove: Sequence[str] = ()) -> None:
        """See `Store.tag`."""
        self.check(run, "tag")
        super().tag(run, add, remove)

    def note(self, run: str, text: str) -> None:
        """See `Store.note`."""
        self.check(run, "note")
        super().note(run, text)

    def delete_models(self, run: str) -> int:
        """See `Store.delete_models`."""
        self.check(run, "delete")
        return super().delete_models(run)

    def stop(self, run: str) -> None:
        """See `Store.stop`."""
        self.check(run, "stop")
        super().stop(run)

    def resume(self, run: str, epochs: int | None = None) -> Run:
        """See `Store.resume`."""
        self.check(run, "resume")
        return super().resume(run, epochs)

    def delete(self, run: str, *, for_good: bool = False) -> None:
        """See `Store.delete`."""
        self.check(run, "delete")
        super().delete(run, for_good=for_good)


class _Queue(Queue):
    """The queue of a shelf, in which a visitor moves back runs of their own, and who keeps the shelf any."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf._database)
        self._shelf = shelf

    def move(self, run: str, to: Move) -> None:
        self._shelf.check(run, "move")
        if to in ("first", "earlier") and self._shelf.visitor is not None and not self._shelf.visitor.keeper:
            raise InputError("A run goes before others' runs only where who keeps this shelf says so.")
        super().move(run, to)


class _Trash(Trash):
    """The trash of a shelf."""

    def __init__(self, shelf: Shelf) -> None:
        super().__init__(shelf._database, shelf.files)
        self._shelf = shelf

    def restore(self, run: str) -> None:
        self._shelf.check(run, "bring back")
        super().restore(run)

    def empty(self) -> int:
        if self._shelf.visitor is None or not self._shelf.visitor.keeper:
            raise InputError(
                "The trash holds other people's runs as well: who keeps this shelf may empty it."
            )
        return super().empty()
