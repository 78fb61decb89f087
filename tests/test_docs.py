"""The documents say what is so: their code runs, the files they name are there, the picture shows the rooms that stand."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import typer
from streamlit.testing.v1 import AppTest

from nashcore import __version__
from nashcore.__main__ import app
from tests.docs.blocks import BLOCKS
from ui.shell.sharing import read_codes

ROOT = Path(__file__).parent.parent
DOCUMENTS = sorted([*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
PAGE = "\n".join(
    block.text for block in BLOCKS if (block.page, block.section) == ("docs/adding.md", "A page")
)
HOOKS = re.findall(r"entry: (.*)", (ROOT / ".pre-commit-config.yaml").read_text())


def test_the_page_of_the_document_on_adding_opens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    shutil.copy(ROOT / "app.py", tmp_path)
    shutil.copytree(ROOT / "pages", tmp_path / "pages")
    (tmp_path / "pages" / "6_Gains.py").write_text(PAGE)
    page = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=120)
    page.query_params["second"] = "4"
    page.switch_page("pages/6_Gains.py").run()
    assert not page.exception
    assert [title.value for title in page.title] == ["Gains"]
    assert page.metric[0].value == "4"
    next(button for button in page.button if button.label == "Even").click().run()
    assert not page.exception
    assert page.metric[0].value == "9"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_are_there(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    named = re.findall(r"`((?:nashcore|synthetic|ui|pages|tests|benchmarks|docs)/[^` ]*)`", text)
    named += re.findall(r"\]\((?!https?:|#)([^)#]+)\)", text)
    missing = [name for name in named if not (ROOT / name).exists() and not (document.parent / name).exists()]
    assert [name for name in missing if name != "pages/6_Gains.py"] == []


def test_the_citation_names_this_version() -> None:
    assert re.findall(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), flags=re.MULTILINE) == [
        __version__
    ]
    chapter = rf"^## {re.escape(__version__)}( - \d{{4}}-\d\d-\d\d)?$"
    assert re.search(chapter, (ROOT / "CHANGELOG.md").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("words", HOOKS)
def test_hooks_before_a_commit_are_what_make_lint_runs(words: str) -> None:
    tool, _, rest = words.removeprefix(".venv/bin/").partition(" ")
    command = f"$(BIN)/{tool} {rest.removesuffix('--force-exclude')}".strip()
    assert command in (ROOT / "Makefile").read_text()


SERVED = re.findall(
    r"^nash-lab (serve.*?)(?: +#.*)?$", (ROOT / "docs" / "serving.md").read_text(), flags=re.MULTILINE
)


@pytest.mark.parametrize("line", SERVED)
def test_the_ways_to_serve_are_known_to_the_command_line(line: str) -> None:
    name, *words = shlex.split(line)
    command = typer.main.get_command(app).commands[name]  # type: ignore[attr-defined]
    assert command.make_context(name, words).command is command


def test_the_codes_of_the_document_on_serving_can_be_used(tmp_path: Path) -> None:
    (block,) = re.findall(
        r"```text\n(# codes.txt\n.*?)```", (ROOT / "docs" / "serving.md").read_text(), flags=re.DOTALL
    )
    (tmp_path / "codes.txt").write_text(block)
    assert [code.keeper for code in read_codes(tmp_path / "codes.txt").values()] == [False, True, False]
