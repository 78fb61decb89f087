"""Each way of installing: the engine alone, or with one extra, works without what the others bring."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from tests.extras import PROJECT, ROOT, WORKS, blocked_modules, packages_of

# Modules of packages that are not asked for raise as if they were not there.
BLOCKER = """
import sys
class Blocker:
    @staticmethod
    def find_spec(name, *rest):
        if name.partition('.')[0] in BLOCKED:
            raise ModuleNotFoundError(f'No module named {name!r}', name=name)
sys.meta_path.insert(0, Blocker)
"""


def run(python: str | Path, code: str, folder: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A program in a process of its own, in a folder where nothing of ours lies."""
    home = {"NASH_RUNS_HOME": str(folder / "runs"), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [str(python), "-c", code],
        cwd=folder,
        env=os.environ | home | more,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_extra_says_what_works_with_it_alone() -> None:
    assert set(WORKS) == {"", *PROJECT["optional-dependencies"]} - {"dev"}


def test_the_engine_needs_pytorch_and_numpy_alone() -> None:
    assert {one.partition(">")[0] for one in PROJECT["dependencies"]} == {"torch", "numpy"}
    assert not {"pandas", "scikit-learn", "pydantic", "typer", "cvxpy", "streamlit"} & packages_of("")


@pytest.mark.parametrize(
    "extra", ["", "check", "data", "lab", "torchjd"], ids=lambda extra: extra or "engine"
)
def test_an_extra_works_without_the_others(extra: str, tmp_path: Path) -> None:
    """Those that bring code of ours to life; what the rest bring is imported in environments of their own, below."""
    code = f"BLOCKED = {sorted(blocked_modules(extra))!r}\n{BLOCKER}{WORKS[extra]}"
    done = run(sys.executable, code, tmp_path, PYTHONPATH=str(ROOT))
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("blocked", "words", "says"),
    [
        ("typer", "--version", "The command line needs the package 'typer'. {}lab]'"),
        (
            "pydantic",
            "--version",
            "The command line needs the package 'pydantic'. {}lab]'",
        ),  # where typer is for another program
        ("pandas", "datasets adult", ""),
        (
            "pandas",
            "audit --dataset titanic --sensitive sex",
            "This command needs the package 'pandas'. {}lab]'",
        ),
        ("streamlit", "serve", "This command needs the package 'streamlit'. {}lab]'"),
        ("playwright", "bench ui", "This timing needs the package 'playwright'. {}dev]'"),
    ],
)
def test_a_command_without_its_packages_says_what_to_install(
    blocked: str, words: str, says: str, tmp_path: Path
) -> None:
    code = f"BLOCKED = [{blocked!r}]\n{BLOCKER}from nashcore.__main__ import main\nmain({words.split()!r})"
    done = run(sys.executable, code, tmp_path, PYTHONPATH=str(ROOT))
    assert bool(done.returncode) == bool(says)
    assert done.stderr.strip() == says.format("Install it: pip install 'nash-bargaining-lab[")


def test_a_room_without_its_packages_says_what_to_install(tmp_path: Path) -> None:
    asked = [
        "nashcore.learning import hypergradients",
        "nashcore.data import prepare",
        "nashcore.runs import Store",
        "nashcore.runs.sweep import read_sweep",
        "nashcore.runs.results import pool",
        "nashcore.options import Data",
        "synthetic import simulate",
    ]
    code = f"BLOCKED = {sorted(blocked_modules(''))!r}\n{BLOCKER}"
    for names in asked:
        code += f"try: from {names}\nexcept ModuleNotFoundError as missing: print(missing)\n"
    done = run(sys.executable, code, tmp_path, PYTHONPATH=str(ROOT))
    assert not done.returncode, done.stderr
    for names, said in zip(asked, done.stdout.splitlines(), strict=True):
        says = rf"{names.split()[0]} needs the package '\w+'\. Install it: pip install 'nash-bargaining-lab\[data\]'"
        assert re.fullmatch(says, said)


@pytest.mark.packaging
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("extra", WORKS, ids=lambda extra: extra or "engine")
def test_an_extra_works_in_an_environment_of_its_own(extra: str, tmp_path: Path, wheel: Path) -> None:
    folder = tmp_path / "venv"
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    what = f"nash-bargaining-lab{f'[{extra}]' if extra else ''} @ {wheel.as_uri()}"
    install = [str(python), "-m", "pip", "install", "--quiet", "-c", str(ROOT / "constraints.txt"), what]
    subprocess.run(install, check=True)
    done = run(python, WORKS[extra], tmp_path, PYTHONPATH="")
    shutil.rmtree(folder)  # ten of them take 15 GB, and with PyTorch for CUDA 60
    assert done.returncode == 0, done.stderr
