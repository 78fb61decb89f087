"""How long visitors wait for the plane when many turn knobs at once: the pool alone, without pages and browsers.

Every visitor turns a knob of their own, looks for a while, and turns it again. No two ask for the same, so that nothing is known
already; a class that opens one address waits less.
"""

from __future__ import annotations

import os
import random
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from synthetic.config import PlaneConfig
from synthetic.cost import copies_cost, own_cost
from ui.shell import plane_work
from ui.shell.compute import LATER
from ui.shell.computing import BrokenOffError, Pool, Work


def run(
    visitors: int = 30, turns: int = 5, think: float = 5.0, places: int | None = None, steps: int = 1000
) -> dict[str, Any]:
    """Measure.

    Args:
        visitors: at once.
        turns: of a knob, each visitor.
        think: seconds between an answer and the next turn, on average.
        places: processes; the machine's cores when left out.
        steps: of the simulations.

    Returns:
        "wait": median and 90th percentile of the seconds from a turn to the plain runs; "edges": the share of turns whose
        knife-edge check was done before the next turn; "memory": megabytes of each process, shared ones counted in each;
        "seconds" in all.
    """
    pool = Pool(places or max(2, os.cpu_count() or 1))
    waits: list[float] = []
    checked: list[bool] = []
    try:
        pool.start()
        warm = PlaneConfig(steps=10).to_json()
        for place in range(len(pool.places)):
            pool.ask(f"warm{place}", "plane", Work.of(plane_work.plane_runs, warm), 0.0).wait(60)
        begun = time.perf_counter()
        threads = [
            threading.Thread(target=_visit, args=(pool, number, turns, think, steps, waits, checked))
            for number in range(visitors)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return {
            "wait": {"median": float(np.median(waits)), "p90": float(np.quantile(waits, 0.9))},
            "edges": float(np.mean(checked)),
            "memory": [_megabytes(pid) for pid in (os.getpid(), *(place.pid for place in pool.places))],
            "seconds": time.perf_counter() - begun,
        }
    finally:
        pool.close()


def _visit(
    pool: Pool, number: int, turns: int, think: float, steps: int, waits: list[float], checked: list[bool]
) -> None:
    draw, name = random.Random(number), f"visitor{number}"  # noqa: S311  nothing secret
    threading.Event().wait(draw.uniform(0, think))  # nobody begins at the same moment
    for turn in range(turns):
        config = PlaneConfig(lr=0.01 + 0.0001 * (number * turns + turn), steps=steps)
        pool.leave(name, "edges")
        begun = time.perf_counter()
        _answer(pool, name, config)
        waits.append(time.perf_counter() - begun)
        edges = pool.ask(
            name,
            "edges",
            Work.of(plane_work.knife_edges, config.to_json()),
            LATER * copies_cost(config).seconds,
            later=True,
        )
        checked.append(edges.wait(draw.uniform(0.5, 1.5) * think) and not edges.broken_off)


def _answer(pool: Pool, name: str, config: PlaneConfig) -> object:
    work = Work.of(plane_work.plane_runs, config.to_json())
    while True:
        job = pool.ask(name, "plane", work, own_cost(config).seconds)
        if job.wait(1.0):
            try:
                return job.result()
            except BrokenOffError:
                continue


def _megabytes(pid: int | None) -> float | None:
    """Resident memory of a process, where the system tells."""
    status = Path(f"/proc/{pid}/status")
    lines: Sequence[str] = status.read_text().splitlines() if status.exists() else ()
    found = [int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS")]
    return found[0] if found else None
