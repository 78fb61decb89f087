"""The wheel and the source distribution: what is in them, and that the wheel works wherever it is called."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

import nashcore
from tests.extras import PROJECT, ROOT

SHADOWS = ("synthetic.py", "benchmarks/__init__.py", "ui/__init__.py", "pages/__init__.py", "app.py")
"""What somebody may have in a folder where they call the lab."""


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel installs."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(folder)  # noqa: S202  our own
    return folder


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A folder with modules called as ours are, which raise when they are imported."""
    for name in SHADOWS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("raise RuntimeError('somebody else has this name')\n")
    return tmp_path


@pytest.fixture(scope="module")
def metadata(installed: Path) -> Message:
    """What the package index shows."""
    (found,) = installed.glob("*.dist-info/METADATA")
    return Parser().parsestr(found.read_text())


def call(installed: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command that sees the installed package, in a folder."""
    surroundings = {"PYTHONPATH": str(installed), "NASH_RUNS_HOME": str(folder / "runs")}
    return subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=os.environ | surroundings,
        capture_output=True,
        text=True,
        check=False,
    )


def test_only_the_engine_and_the_plane_stand_at_the_top(installed: Path) -> None:
    names = {path.name for path in installed.iterdir()}
    assert names == {"nashcore", "synthetic", f"nash_bargaining_lab-{nashcore.__version__}.dist-info"}


def test_the_wheel_carries_what_the_repository_runs(installed: Path) -> None:
    for folder, top in ((ROOT, installed / "nashcore" / "_lab"), (ROOT, installed)):
        names = ("nashcore", "synthetic") if top == installed else ("app.py", "pages", "ui", "benchmarks")
        there = {
            path.relative_to(folder)
            for name in names
            for path in ([folder / name] if name.endswith(".py") else (folder / name).rglob("*"))
            if path.is_file() and path.suffix != ".pyc"
        }
        assert [str(path) for path in sorted(there) if not (top / path).is_file()] == []
    assert (installed / "nashcore/_lab/.streamlit/config.toml").is_file()
    for typed in ("nashcore", "synthetic"):
        assert (installed / typed / "py.typed").is_file()
    left = [path for path in installed.rglob("*") if path.suffix == ".pyc" or path.name in ("build", "tests")]
    assert left == []


def test_the_metadata_is_whole(metadata: Message) -> None:
    assert metadata["Version"] == nashcore.__version__
    assert metadata["License-Expression"] == "MIT"
    assert metadata.get_all("License-File") == ["LICENSE", "nashcore/data/bundled/ATTRIBUTION.md"]
    for field in ("Summary", "Author", "Keywords", "Requires-Python", "Classifier", "Project-URL"):
        assert metadata[field], field
    assert set(metadata.get_all("Provides-Extra", [])) == set(PROJECT["optional-dependencies"])


def test_links_of_the_long_description_lead_outside_the_repository(metadata: Message) -> None:
    text = str(metadata.get_payload())
    assert text.startswith("# Nash Bargaining Lab")
    links = re.findall(r"\]\(([^)]+)\)", text)
    assert len(links) > 5
    assert [link for link in links if not link.startswith("https://")] == []
    source = PROJECT["urls"]["Source"]
    inside = {link.partition("/main/")[2] for link in links if "/main/" in link}
    assert inside
    assert [name for name in inside if not (ROOT / name).exists()] == []
    assert all(link.startswith(source) for link in links if "/main/" in link)


@pytest.mark.parametrize("how", ["module", "script"])
@pytest.mark.parametrize(
    "words",
    [("--version",), ("synthetic", "--steps=3", "--nudges=0", "--json"), ("datasets", "--json")],
    ids=lambda words: words[0].strip("-"),
)
def test_it_works_beside_somebodys_own_modules(
    installed: Path, elsewhere: Path, how: str, words: tuple[str, ...]
) -> None:
    script = elsewhere / "bin" / "nash-lab"
    script.parent.mkdir()
    script.write_text("from nashcore.__main__ import run\nrun()\n")
    first = ["-m", "nashcore"] if how == "module" else [str(script)]
    done = call(installed, elsewhere, *first, *words)
    assert done.returncode == 0, done.stderr
    assert done.stdout


def test_timings_and_app_of_the_wheel_are_found(installed: Path, elsewhere: Path) -> None:
    code = (
        "import sys; sys.path.pop(0)\n"  # as it is for the script
        "from nashcore.commands.lab_files import lab_folder\n"
        "sys.path.insert(0, str(lab_folder()))\n"
        "import benchmarks.bargaining, ui.shell.pages\n"
        "from pathlib import Path\n"
        "assert (lab_folder() / 'app.py').is_file()\n"
        "print(Path(benchmarks.bargaining.__file__).parents[2].name, ui.shell.pages.START.path)"
    )
    done = call(installed, elsewhere, "-c", code)
    assert done.stdout.split() == ["nashcore", "app.py"], done.stderr


def test_the_engine_has_one_digest_wherever_it_stands(installed: Path, tmp_path: Path) -> None:
    code = "from nashcore.runs.provenance import source_digest; print(source_digest())"
    found = [call(place, tmp_path, "-c", code).stdout for place in (installed, ROOT)]
    assert len(set(found)) == 1
    assert found[0].strip()


def test_the_source_distribution_holds_what_is_versioned(source_distribution: Path) -> None:
    with tarfile.open(source_distribution) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    git = shutil.which("git")
    listed = git and subprocess.run([git, "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if not listed or listed.returncode:
        pytest.skip("No git, or not a repository: what is versioned is not known here.")
    kept = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
    assert kept - names == set()
    assert {name for name in names if name.startswith((".venv", "build", "dist"))} == set()


@pytest.mark.packaging
@pytest.mark.timeout(3600)
def test_the_tests_of_the_source_distribution_pass(source_distribution: Path, tmp_path: Path) -> None:
    with tarfile.open(source_distribution) as packed:
        packed.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    words = ["-m", "pytest", "-q", "-x", "-n", "2", "-p", "no:cacheprovider"]
    words += ["-m", "not browser and not slow and not packaging"]
    done = subprocess.run([sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
