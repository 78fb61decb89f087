"""The benchmark's figures on a terminal."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from nashcore.commands.bench import Bench, bench


def test_every_figure_has_a_row_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = {"ratio": 1.23456, "milliseconds": {"plain": 0.5, "lockstep": 0.25}, "models": 40}
    monkeypatch.setattr("importlib.import_module", lambda name: SimpleNamespace(run=lambda: figures))
    bench(Bench.training)
    printed = capsys.readouterr().out
    for row in ("ratio", "1.235", "milliseconds, plain", "milliseconds, lockstep", "0.25", "40"):
        assert row in printed
    assert "{" not in printed
