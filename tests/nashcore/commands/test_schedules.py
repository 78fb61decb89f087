"""``schedules`` on the command line against the sweep it stands for."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from nashcore.__main__ import app
from nashcore.errors import InputError
from synthetic.config import PlaneConfig
from synthetic.two_stage_sweep import sweep_switches

SMALL = ("schedules", "--problem=convex_pair", "--steps=80", "--every=20")
CONFIG = PlaneConfig(problem="convex_pair", steps=80)


def test_json_and_csv_are_the_sweeps(tmp_path: Path) -> None:
    path = tmp_path / "ends.csv"
    words = [*SMALL, "--goals=forml, ltr", "--rule=mgda", "--json", f"--csv={path}"]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    found = sweep_switches(CONFIG, ("forml", "ltr"), "mgda", 20)
    report = json.loads(done.stdout)
    assert report["switches"] == 5
    assert list(report["windows"]) == ["forml", "ltr"]
    for name, window in zip(found.goals, found.switch_ranges(), strict=True):
        expected = None if window is None else asdict(window) | {"longest": list(window.longest)}
        assert report["windows"][name] == expected
    pd.testing.assert_frame_equal(
        pd.read_csv(path), found.frame().astype({"goal": "str"}), check_dtype=False, check_categorical=False
    )


def test_a_table_for_people() -> None:
    done = CliRunner().invoke(app, list(SMALL))
    assert done.exit_code == 0, done.output
    assert "5 values of T" in done.stdout
    assert "Meta-gDRO" in done.stdout


def test_an_unknown_goal_is_refused() -> None:
    with pytest.raises(InputError, match="Parameter 'goals' should name one or more of"):
        CliRunner().invoke(app, [*SMALL, "--goals=luck"], catch_exceptions=False)
