"""Every command and piece of code of the documents is run; what cannot be run here says why, where a reader sees it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest
import torch
import yaml

from tests.docs import workshop
from tests.docs.blocks import BLOCKS, DATA, PAGES, ROOT, SHELL, Block, blocks_of, commands_of, of_the_lab

ELSEWHERE = {
    ("docs/scaling.md", "On this machine"): "tests/docs/test_scaling.py",
    ("docs/scaling.md", "On a cluster"): "tests/docs/test_scaling.py",
    ("docs/adding.md", "A page"): "tests/test_docs.py",
    ("docs/adding.md", "An option of the table"): "tests/test_adding.py",
}
"""Page and section of what needs surroundings of its own, and the test that gives it these."""


def of_language(*languages: str) -> dict[str, list[Block]]:
    """Page -> its blocks in these languages of which something is run here."""
    run = [block for block in BLOCKS if block.text.strip() and (block.page, block.section) not in ELSEWHERE]
    return {page: [b for b in run if b.page == page and b.language in languages] for page in PAGES}


PYTHON, COMMANDS = of_language("python"), of_language(*SHELL)
MAKE = (ROOT / "Makefile").read_text(encoding="utf-8")
INLINE = re.compile(r"`(?:python -m nashcore|nash-lab) ([^`]*)`")


@pytest.fixture(scope="module")
def laid_out(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """A folder with the files and runs that the documents speak of, and the runs' ids; to be copied."""
    folder = tmp_path_factory.mktemp("workshop")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("NASH_RUNS_HOME", str(folder / "runs"))
        workshop.set_out(folder)
        return folder, workshop.keep_runs()


@pytest.fixture
def ids(
    laid_out: tuple[Path, dict[str, str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """The runs' ids, in a copy of that folder."""
    folder, ids = laid_out
    shutil.copytree(folder, tmp_path / "here")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setenv("NASH_RUNS_HOME", str(tmp_path / "here" / "runs"))
    return ids


def lab(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Run a command of the lab with small numbers."""
    workshop.read(words)
    dataset = words[words.index("--dataset") + 1] if "--dataset" in words else None
    if words[0] in workshop.STAYS or (dataset is not None and not workshop.here(dataset)):
        return
    with monkeypatch.context() as there:
        if words[:2] == ["runs", "import"]:  # "which another machine takes in"
            there.setenv("NASH_RUNS_HOME", os.environ["NASH_RUNS_HOME"] + "-there")
        workshop.call(workshop.smaller(words))


def look(words: list[str], where: str) -> None:
    """A command of another program: what it names is there."""
    match words:
        case ["make", *targets]:
            unknown = [
                t
                for t in targets
                if "=" not in t and not re.search(rf"^[\w -]*\b{t}\b[\w -]*:", MAKE, re.MULTILINE)
            ]
            assert not unknown, f"{where}: make knows no {unknown}"
        case ["pip", "install", what]:
            extras = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
            named = re.findall(r"\[([\w,]+)\]", what)
            assert {extra for part in named for extra in part.split(",")} <= set(extras), f"{where}: {what}"
        case [".venv/bin/python" | "python", "-m", "pytest", *paths]:
            assert all((ROOT / path).exists() for path in paths if "/" in path), f"{where}: {paths}"
        case [program, *_] if "/" in program:
            assert (ROOT / program).exists(), f"{where}: {program} is not there"
        case _:
            pytest.fail(f"{where}: the tests cannot run {shlex.join(words)!r}; the block has to say why")


@pytest.mark.slow
@pytest.mark.parametrize("page", [page for page in PAGES if COMMANDS[page]])
def test_commands_run(page: str, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    for block in BLOCKS:
        if block.page == page and block.file:
            Path(block.file).write_text(block.text)
    for block in COMMANDS[page]:
        text = block.text
        for name, own in ids.items():
            text = text.replace(name, own)
        for words in commands_of(text):
            own_words = of_the_lab(words)
            if own_words is None:
                look(words, block.where)
            elif own_words:
                lab(own_words, monkeypatch)


@pytest.mark.parametrize(
    "block", [b for b in BLOCKS if b.language in SHELL and b.shown], ids=lambda b: b.where
)
def test_commands_that_are_not_run_are_known(block: Block) -> None:
    assert block.reason, f"{block.where}: why not?"
    for words in commands_of(block.shown):
        if own_words := of_the_lab(words):
            workshop.read(own_words)
        elif words[0] == "make":
            look(words, block.where)


@pytest.mark.parametrize("page", [page for page in PAGES if INLINE.search(PAGES[page].read_text())])
def test_commands_within_a_sentence_are_known(page: str) -> None:
    for line in INLINE.findall(PAGES[page].read_text()):
        workshop.read(shlex.split(line.replace("\n", " ")))


@pytest.mark.parametrize("page", [page for page in PAGES if PYTHON[page]])
def test_code_runs_and_passes_its_own_tests(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    torch.manual_seed(0)
    names: dict[str, object] = {"__name__": page}
    for block in PYTHON[page]:
        known = set(names)
        exec(compile(block.text, block.where, "exec"), names)  # noqa: S102 - our own text, run as a reader would
        for name in set(names) - known:
            if name.startswith("test_"):
                names[name]()  # type: ignore[operator]


@pytest.mark.parametrize("block", BLOCKS, ids=lambda b: b.where)
def test_blocks_say_what_they_are_in(block: Block) -> None:
    assert block.language in (*SHELL, *DATA, "python"), f"{block.where}: nobody runs {block.language!r}"
    if block.language == "yaml":
        list(yaml.safe_load_all(block.text))


def test_what_is_not_run_is_told_from_what_is() -> None:
    (block,) = blocks_of(
        "a.md",
        "# A\n\n## B\n\n```\nmake app\n# not run by the tests: needs Docker\nA=1 docker run \\\n  x\n```\n",
    )
    assert (block.line, block.section, block.language) == (5, "B", "")
    assert (commands_of(block.text), block.reason) == ([["make", "app"]], "needs Docker")
    assert commands_of(block.shown) == [["docker", "run", "x"]]
    with pytest.raises(pytest.fail.Exception, match="has to say why"):
        look(["docker", "run"], "a.md:5")


def test_what_needs_surroundings_is_still_there() -> None:
    assert set(ELSEWHERE) <= {(block.page, block.section) for block in BLOCKS}
    assert all((ROOT / test).exists() for test in ELSEWHERE.values())


def test_a_block_that_holds_a_file_is_told_by_the_line_before_it() -> None:
    first, second = blocks_of(
        "a.md", "`a.yaml`:\n\n```yaml\na: 1\n```\n\nLike `b.yaml` so:\n\n```yaml\nb: 1\n```\n"
    )
    assert (first.file, second.file) == ("a.yaml", None)
