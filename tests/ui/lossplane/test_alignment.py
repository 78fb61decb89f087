"""The shown command line writes the alignment that the page draws."""

from __future__ import annotations

import shlex
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from nashcore.__main__ import app
from synthetic.config import PlaneConfig
from ui.lossplane.alignment import command
from ui.shell.plane_work import alignment_table


@pytest.mark.parametrize("unit", [True, False])
def test_the_command_line_writes_the_alignment_that_the_page_draws(unit: bool, tmp_path: Path) -> None:
    config = PlaneConfig(methods=("forml-nash@two_stage:10",), steps=20, nudges=0)
    words = shlex.split(command(config, unit).replace("alignment.csv", str(tmp_path / "a.csv")))[3:]
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 0, done.output
    columns = ["lowest", "mean", "highest"]
    np.testing.assert_allclose(
        pd.read_csv(tmp_path / "a.csv")[columns], alignment_table(config.to_json(), unit)[columns], atol=1e-12
    )
