"""What every test shares: no test writes into the folder where a person keeps runs, and none fails for being slow."""

from __future__ import annotations

import secrets
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

# A script that starts the tests in the background has them ignore Ctrl-C, and all that they start with them.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def own_runs_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder of runs for each test, made when something is kept there; its worker does not linger."""
    home = tmp_path_factory.getbasetemp() / f"runs-{secrets.token_hex(4)}"
    monkeypatch.setenv("NASH_RUNS_HOME", str(home))
    monkeypatch.setenv("NASH_WORKER_IDLE_SECONDS", "5")


def _built(target: str, pattern: str, folder: Path) -> Path:
    root = Path(__file__).parent.parent
    words = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
    subprocess.run(words, cwd=root, check=True, capture_output=True)
    (found,) = folder.glob(pattern)
    return found


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built anew."""
    return _built("wheel", "*.whl", tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def source_distribution(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source distribution, built anew."""
    return _built("sdist", "*.tar.gz", tmp_path_factory.mktemp("sdist"))
