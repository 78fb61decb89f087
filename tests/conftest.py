"""What every test shares: no test writes into the folder where a person keeps runs, and none fails for being slow."""

from __future__ import annotations

import secrets

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def own_runs_home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """A folder of runs for each test, made when something is kept there; its worker does not linger."""
    home = tmp_path_factory.getbasetemp() / f"runs-{secrets.token_hex(4)}"
    monkeypatch.setenv("NASH_RUNS_HOME", str(home))
    monkeypatch.setenv("NASH_WORKER_IDLE_SECONDS", "5")
