"""The examples of docs/adding.md, followed step by step in a copy of the project."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COPIED = ("nashcore", "synthetic", "ui", "pages", "tests", "app.py", "pyproject.toml")


def chapter(title: str) -> str:
    """The chapter's text."""
    (text,) = re.findall(
        rf"^## {title}\n(.*?)(?=^## |\Z)",
        (ROOT / "docs/adding.md").read_text(),
        flags=re.DOTALL | re.MULTILINE,
    )
    return str(text)


def code(text: str, language: str) -> str:
    """The one block of code in this language."""
    (block,) = re.findall(rf"```{language}\n(.*?)```", text, flags=re.DOTALL)
    return str(block)


def apply(diff: str, folder: Path) -> list[str]:
    """Change files as a diff says; returns their names."""
    changed = re.findall(r"^--- (\S+)\n@@\n(.*?)(?=^--- |\Z)", diff, flags=re.DOTALL | re.MULTILINE)
    for name, hunk in changed:
        lines = hunk.splitlines(keepends=True)
        before = "".join(line[1:] for line in lines if not line.startswith("+"))
        after = "".join(line[1:] for line in lines if not line.startswith("-"))
        source = (folder / name).read_text()
        assert source.count(before) == 1, f"{name} does not hold these lines once:\n{before}"
        (folder / name).write_text(source.replace(before, after))
    return [name for name, _ in changed]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The project, to be changed."""
    for name in COPIED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def python(folder: Path, *words: str) -> str:
    """What Python prints in the folder; it has to end well."""
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, check=False, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.slow  # a copy of the project, and tests of its pages in it
def test_an_option_of_the_table(copy: Path) -> None:
    text = chapter("An option of the table")
    assert len(apply(code(text, "diff"), copy)) <= 3
    python(copy, "-c", code(text, "python"))
    faces = "tests/pages/test_options.py"
    assert "6 passed" in python(copy, "-m", "pytest", "-p", "no:cacheprovider", faces, "-k", "most_rows")
