"""Simulated runs on the plane of the losses, computed elsewhere or known already, and the command line that simulates them."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from synthetic.config import PlaneConfig
from synthetic.cost import own_cost, whole_cost
from ui.shell import plane_work
from ui.shell.compute import MOST_SECONDS, begin, compute, idle, known, leave
from ui.shell.plane_work import PlaneRuns

_WORTH_HALVING = 0.15
"""Seconds of computation from which on two processes are quicker than one."""


def run(config: PlaneConfig, slot: str, place: DeltaGenerator) -> PlaneRuns:
    """The starts' own runs; see `ui.shell.compute.compute` for where they come from, for the slot and the place.

    Raises:
        InputError: they and their nudged copies would take too long.
    """
    whole_cost(config).refuse_above(MOST_SECONDS)
    slots, parts = [slot, f"{slot}-2"], _parts(config)
    if len(parts) == 1:
        leave(slots[1])
    arguments = [(own_cost(part), "Simulating", plane_work.plane_runs, part.to_json()) for part in parts]
    for name, (cost, _, function, text) in zip(slots[1:], arguments[1:], strict=False):
        begin(name, cost, function, text)
    found = [compute(name, place, *each) for name, each in zip(slots, arguments, strict=False)]
    return plane_work.joined(config, found)


def _parts(config: PlaneConfig) -> tuple[PlaneConfig, ...]:
    """The config, halved while nobody else waits: no run depends on which others there are. What has begun goes on as it began."""
    whole = (config,)
    if own_cost(config).seconds <= _WORTH_HALVING or _known(whole):
        return whole
    halves = plane_work.parts(config)
    return halves if idle() or _known(halves) else whole


def _known(parts: Sequence[PlaneConfig]) -> bool:
    return all(known(plane_work.plane_runs, part.to_json()) for part in parts)


def paths_table(config: PlaneConfig) -> pd.DataFrame:
    """One row a method, start and moment (see `PlaneResult.paths_frame`)."""
    table: pd.DataFrame = compute(
        "paths", st.empty(), own_cost(config), "Simulating", plane_work.paths_table, config.to_json()
    )
    return table


def command(config: PlaneConfig, csv: str | None = None) -> str:
    """The command line that simulates the same, and writes the paths to the file ``csv``."""
    return " ".join(["python -m nashcore synthetic", *options(config), *([f"--csv={csv}"] if csv else [])])


def options(config: PlaneConfig) -> list[str]:
    """The options that make the standard config this one; numbers are written so that they read back the same."""
    standard = PlaneConfig().to_dict()
    words = []
    for name, value in config.to_dict().items():
        if value == standard[name]:
            continue
        if name == "starts":
            words += [f"--start={','.join(map(_short, start))}" for start in value]
        else:
            text = ",".join(value) if isinstance(value, list) else _short(value)
            words.append(f"--{name.replace('_', '-')}={shlex.quote(text)}")
    return words


def _short(value: object) -> str:
    return str(value).removesuffix(".0") if isinstance(value, float) else str(value)
