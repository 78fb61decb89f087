"""``serve``: the app's script and settings are found wherever it is called, and other packages' absence is told."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from nashcore.commands.lab_files import lab_folder
from tests.nashcore.commands.invoke import refusal
from ui.serving.launcher import Serving


def test_the_app_is_served_from_any_folder_on_this_machine_alone(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    from nashcore.__main__ import main

    told: list[Serving] = []
    monkeypatch.setattr("ui.serving.launcher.launch", told.append)
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["serve", "--port", "8123"])
    (serving,) = told
    assert (serving.port, serving.address) == (8123, "127.0.0.1")
    assert (lab_folder() / ".streamlit" / "config.toml").is_file()


def test_without_streamlit_it_says_what_to_install(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "streamlit", None)
    for name in [one for one in sys.modules if one.startswith("ui.serving")]:
        monkeypatch.delitem(sys.modules, name)
    assert "pip install 'nash-bargaining-lab[lab]'" in refusal(capsys, "serve").replace("\n", " ")


@pytest.mark.parametrize("port", ["0", "65536", "x"])
def test_a_port_that_is_none_is_refused(capsys: pytest.CaptureFixture[str], port: str) -> None:
    assert "port" in refusal(capsys, "serve", "--port", port)


@pytest.mark.parametrize("address", ["nobody.invalid", "192.0.2.1"])
def test_an_address_of_another_machine_is_refused(address: str) -> None:
    asked = [sys.executable, "-m", "nashcore", "serve", "--address", address]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"cannot be served at the address '{address}', port 8501: " in done.stderr
    assert done.stderr.count("\n") == 1
