"""Simulated runs on the plane of the losses, computed elsewhere or known already, and the command line that simulates them."""

from __future__ import annotations

import shlex

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from synthetic.config import PlaneConfig
from synthetic.cost import own_cost, whole_cost
from ui.shell import plane_work
from ui.shell.compute import MOST_SECONDS, compute
from ui.shell.plane_work import PlaneRuns


def run(config: PlaneConfig, slot: str, place: DeltaGenerator) -> PlaneRuns:
    """The starts' own runs; see `ui.shell.compute.compute` for where they come from, for the slot and the place.

    Raises:
        InputError: they and their nudged copies would take too long.
    """
    whole_cost(config).refuse_above(MOST_SECONDS)
    runs: PlaneRuns = compute(
        slot, place, own_cost(config), "Simulating", plane_work.plane_runs, config.to_json()
    )
    return runs


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
