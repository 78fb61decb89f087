from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from nashcore.commands.output_file import refuse_same
from nashcore.errors import InputError


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "rows.csv"
    path.write_text("a,b\n1,2\n")
    return path


@pytest.mark.parametrize("way", ["itself", "another path", "link", "hard link", "link of a folder"])
def test_the_input_is_never_the_output(source: Path, way: str) -> None:
    out = source
    if way == "another path":
        (source.parent / "deep").mkdir()
        out = source.parent / "deep" / ".." / source.name
    elif way == "link":
        out = source.with_name("link.csv")
        out.symlink_to(source)
    elif way == "hard link":
        out = source.with_name("hard.csv")
        out.hardlink_to(source)
    elif way == "link of a folder":
        folder = source.parent / "other"
        folder.symlink_to(source.parent)
        out = folder / source.name
    with pytest.raises(InputError, match="another file than the input"):
        refuse_same(out, source)
    assert source.read_text() == "a,b\n1,2\n"


def test_a_relative_path_and_one_from_home_are_the_same_file(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(source.parent)
    monkeypatch.setenv("HOME", str(source.parent))
    for given in (Path(source.name), Path("~") / source.name):
        with pytest.raises(InputError, match="another file than the input"):
            refuse_same(source, given)


def test_the_standard_input_may_be_the_file(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with source.open("rb") as file:
        descriptor = os.dup(file.fileno())
        with os.fdopen(descriptor) as stdin:
            monkeypatch.setattr(sys, "stdin", stdin)
            with pytest.raises(InputError, match="another file than the input"):
                refuse_same(source, Path("-"))
            refuse_same(source.with_name("new.csv"), Path("-"))
