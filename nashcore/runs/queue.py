"""The order in which runs wait for a worker, and how it is changed."""

from __future__ import annotations

from typing import Literal, get_args

from nashcore.errors import InputError, quoted
from nashcore.runs.database import Database

Move = Literal["first", "last", "earlier", "later"]
"""Where a waiting run goes: before all others, behind them, or past one of them."""

IN_ORDER = "place IS NULL, place, rowid"
"""In SQL, the order of waiting runs: as they came, whatever the clock said, until somebody moves one. Then all that wait have
places, and who comes later is behind them."""

_WAITING = f"""SELECT id FROM runs WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM trash WHERE run = runs.id)
    ORDER BY {IN_ORDER}"""  # noqa: S608  nothing of it comes from outside


class Queue:
    """The runs of a store that wait, in the order in which workers take them.

    Args:
        database: the store's.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def waiting(self) -> list[str]:
        """The ids of the runs that wait, the next one first."""
        return [row["id"] for row in self._database.rows(_WAITING)]

    def running(self) -> int:
        """How many runs say that they are being trained."""
        return int(self._database.rows("SELECT COUNT(*) FROM runs WHERE state = 'running'")[0][0])

    def move(self, run: str, to: Move) -> None:
        """Change when a waiting run's turn comes. The others keep their order; one at the end already stays there.

        Raises:
            InputError: the run does not wait, or there is no such move.
        """
        if to not in get_args(Move):
            raise InputError(f"A run in the queue should go {', '.join(get_args(Move))}. Found {quoted(to)}.")
        with self._database.write() as database:
            order = [row["id"] for row in database.execute(_WAITING)]
            if run not in order:
                raise InputError(f"A run to move should wait for its turn. Run {run[:40]} does not.")
            was = order.index(run)
            now = {"first": 0, "last": len(order) - 1, "earlier": max(0, was - 1), "later": was + 1}[to]
            order.insert(now, order.pop(was))
            database.executemany(
                "UPDATE runs SET place = ? WHERE id = ?", [(place, each) for place, each in enumerate(order)]
            )
