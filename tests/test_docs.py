"""The documents say what is so: their code runs, the files they name are there, the picture shows the rooms that stand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nashcore import __version__
from tests.docs.blocks import BLOCKS

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
    app = AppTest.from_file(str(tmp_path / "app.py"), default_timeout=120)
    app.query_params["second"] = "4"
    app.switch_page("pages/6_Gains.py").run()
    assert not app.exception
    assert [title.value for title in app.title] == ["Gains"]
    assert app.metric[0].value == "4"
    next(button for button in app.button if button.label == "Even").click().run()
    assert not app.exception
    assert app.metric[0].value == "9"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_files_that_a_document_names_are_there(document: Path) -> None:
    text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
    named = re.findall(r"`((?:nashcore|synthetic|ui|pages|tests|benchmarks|docs)/[^` ]*)`", text)
    named += re.findall(r"\]\((?!https?:|#|reference/)([^)#]+)\)", text)  # the site makes its reference
    missing = [name for name in named if not (ROOT / name).exists() and not (document.parent / name).exists()]
    assert [name for name in missing if name != "pages/6_Gains.py"] == []


def test_the_citation_names_this_version() -> None:
    assert re.findall(r"^version: (.*)$", (ROOT / "CITATION.cff").read_text(), flags=re.MULTILINE) == [
        __version__
    ]
    assert f"\n## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text()


@pytest.mark.parametrize("words", HOOKS)
def test_hooks_before_a_commit_are_what_make_lint_runs(words: str) -> None:
    tool, _, rest = words.removeprefix(".venv/bin/").partition(" ")
    command = f"$(BIN)/{tool} {rest.removesuffix('--force-exclude')}".strip()
    assert command in (ROOT / "Makefile").read_text()
