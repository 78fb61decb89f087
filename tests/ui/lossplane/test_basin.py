"""The shown command line maps what the page maps."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from nashcore.__main__ import app
from synthetic.basin import map_basin
from synthetic.config import PlaneConfig
from tests.ui.shell.test_plane_runs import CONFIGS
from ui.lossplane.basin import command


@pytest.mark.parametrize("config", CONFIGS, ids=lambda config: f"{config.problem}, {config.optimizer}")
def test_the_command_line_maps_what_the_page_maps(config: PlaneConfig, tmp_path: Path) -> None:
    name = config.methods[-1]
    words = shlex.split(command(config, name, 3))[3:]
    done = CliRunner().invoke(app, [*words, "--json", f"--csv={tmp_path / 'map.csv'}"])
    assert done.exit_code == 0, done.output
    page = map_basin(config.without_starts().replaced(methods=(name,)), 3)
    assert json.loads(done.stdout)["failing_share"] == {name: float(page.failing_share[0])}
    written = pd.read_csv(tmp_path / "map.csv")
    np.testing.assert_allclose(written["distance"], page.frame()["distance"])
