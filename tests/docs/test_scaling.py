"""The worked example of the document on sweeps: its file, its commands on this machine, and those of a cluster."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest
import typer

from nashcore.__main__ import app
from nashcore.runs import Store
from nashcore.runs.sweep import here, read_sweep
from nashcore.runs.worker import serve
from tests.nashcore.commands.invoke import json_of, output
from tests.nashcore.runs.sweep.small_sweep import same_to_the_bit

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs" / "scaling.md").read_text()
FILE = re.findall(r"`rates.yaml`:\n\n```yaml\n(.*?)```", DOCUMENT, flags=re.DOTALL)[0]
COMMANDS = re.findall(r"^python -m nashcore (.*)$", DOCUMENT, flags=re.MULTILINE)
DASK = re.findall(r"^dask (.*)$", DOCUMENT, flags=re.MULTILINE)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the file of the document, in which commands run."""
    (tmp_path / "rates.yaml").write_text(FILE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for a worker trains all that waits; nobody sleeps."""
    monkeypatch.setattr(here, "ensure_worker", lambda store: (serve(store), None)[1])
    monkeypatch.setattr(here, "LOOK_SECONDS", 0.0)


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal so wide that no sentence is broken."""
    monkeypatch.setenv("COLUMNS", "300")


@pytest.mark.parametrize("line", COMMANDS)
def test_commands_are_known_with_their_options(line: str) -> None:
    command = typer.main.get_command(app)
    words = shlex.split(line, comments=True)
    while hasattr(command, "commands"):
        command, name, words = command.commands[words[0]], words[0], words[1:]
    assert command.make_context(name, words).command is command


@pytest.mark.usefixtures("folder", "at_once", "wide")
def test_the_example_runs_on_this_machine(capsys: pytest.CaptureFixture[str]) -> None:
    for line in (line for line in COMMANDS if "--dask" not in line):
        output(capsys, *shlex.split(line, comments=True))
    (row,) = json_of(capsys, "sweep", "list")["sweeps"]
    assert (row["title"], row["states"]) == ("Rates on Titanic", {"finished": 4})
    assert "has the best mean" in output(capsys, "sweep", "show", row["id"])


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_example_runs_on_a_cluster_of_its_commands(folder: Path) -> None:
    pytest.importorskip("distributed")
    dask = [sys.executable, "-c", "from dask.__main__ import main; main()"]
    with ExitStack() as stack:
        log = stack.enter_context((folder / "log").open("w"))
        for line in DASK:
            words = [*shlex.split(line), "--no-dashboard", "--host", "127.0.0.1"]
            process = stack.enter_context(
                subprocess.Popen([*dask, *words], cwd=folder, env=_environment(), stdout=log, stderr=log)
            )
            stack.callback(process.terminate)
        (command,) = (line for line in COMMANDS if "--dask" in line)
        done = subprocess.run(
            [sys.executable, "-m", "nashcore", *shlex.split(command)],
            cwd=folder,
            env=_environment(),
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stderr + (folder / "log").read_text()[-3000:]
    store, alone = Store(), Store(folder / "alone")
    (sweep,) = store.shelf.ids()
    for place, config in zip(
        store.shelf.get(sweep).places, read_sweep(folder / "rates.yaml").configs, strict=True
    ):
        single = alone.add(config)
        serve(alone)
        assert place.run is not None
        assert same_to_the_bit(store, place.run, alone, single.id)


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
