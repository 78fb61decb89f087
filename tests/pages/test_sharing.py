"""Pages of a shared lab: the door, and that no sentence names a folder of the server."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.errors import InputError
from nashcore.runs.shelf import Visitor
from nashcore.runs.shelves import Limits, Shelves
from nashcore.runs.store import runs_home
from tests.pages.conftest import ROOT
from ui.shell import door, sharing, turn
from ui.shell.sharing import Code, Known, Sharing
from ui.shell.text import plain, veiled

CODES = {"physics-7b-2026": Code("physics-7b-2026")}


@pytest.fixture
def somebody(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Shares the app, with a visitor who is known or not."""

    def visits(known: bool, *, demo: bool = False) -> None:
        sharing.share(Sharing(Limits(), "code", demo, CODES))
        name = Shelves(runs_home()).name_of("class", "physics")
        who = Known(name, Visitor("anne"), "physics") if known else None
        for module in (sharing, door):
            monkeypatch.setattr(module, "known", lambda: who)

    yield visits
    sharing.share(None)


def texts(app: AppTest) -> str:
    """Everything that stands on a page, tables too."""
    found: list[str] = []
    for kind in ("title", "markdown", "text", "caption", "error", "warning", "info", "success", "code"):
        found += [str(element.value) for element in app.get(kind)]
    found += [table.value.to_csv() for table in app.dataframe]
    found += [str(element.proto) for element in app.get("html")]
    return "\n".join(found).replace("\\", "")


def names_no_folder(app: AppTest) -> None:
    assert not app.exception
    said = texts(app)
    for folder in (runs_home(), os.environ["NASH_DATA_HOME"], ROOT, Path.home(), "/shelves/"):
        assert str(folder) not in said


@pytest.mark.parametrize("page", ["app.py", "pages/4_Train.py", "pages/5_Compare.py"])
def test_who_is_unknown_finds_the_way_in_and_nothing_else(
    opened: Callable[..., AppTest], somebody: Callable[..., None], page: str
) -> None:
    somebody(False)
    app = opened(page)
    names_no_folder(app)
    assert "/enter" in texts(app)
    assert not app.selectbox
    assert not app.get("file_uploader")


@pytest.mark.parametrize("page", ["pages/4_Train.py", "pages/5_Compare.py"])
@pytest.mark.parametrize("known", [True, False])
def test_no_page_names_a_folder(
    opened: Callable[..., AppTest], somebody: Callable[..., None], page: str, known: bool
) -> None:
    somebody(known, demo=True)
    app = opened(page, run="deadbeef", runs="deadbeef,cafecafe")
    names_no_folder(app)
    if page.endswith("Train.py"):
        assert any("a folder of the server" in error.value.replace("\\", "") for error in app.error)
        names_no_folder(app.selectbox(key="setting").select_index(2).run())


def test_a_fault_of_the_server_is_told_without_its_folders(
    opened: Callable[..., AppTest], somebody: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    somebody(True)
    log = runs_home() / "worker.log"
    monkeypatch.setattr(turn, "ensure_worker", lambda store: f"No worker could be started. Its log is {log}.")
    app = opened("pages/4_Train.py", setting="Titanic passengers, by sex", epochs="1", seeds="1")
    app.button(key="start").click().run()
    names_no_folder(app)
    assert any("Its log is (a folder of the server)" in error.value.replace("\\", "") for error in app.error)


def test_paths_are_veiled_and_nothing_else(
    somebody: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = {
        "There is no run 'x' in /srv/a lab/runs/shelves/0123.": "There is no run 'x' in (a folder of the server)",
        "/home/anne/t.csv cannot be read.": "(a folder of the server) cannot be read.",
        "C:\\Users\\anne\\t.csv cannot be read.": "(a folder of the server) cannot be read.",
        "From https://archive.ics.uci.edu/dataset/2/adult, 3/4 of 1/2, and/or.": None,
        "2026/11/26 and a / b": None,
    }
    assert veiled("/home/anne/t.csv") == "/home/anne/t.csv", "who has the app to themselves reads where it is"
    somebody(True)
    monkeypatch.setenv("NASH_RUNS_HOME", "/srv/a lab/runs")  # after a shelf was made
    for text, expected in texts.items():
        assert veiled(text).rstrip(".") == (expected or text).rstrip(".")
    assert "anne" not in plain(InputError("/home/anne/t.csv cannot be read."))


@pytest.mark.parametrize("home", ["runs", "./runs", "~/runs"])
def test_a_folder_that_is_named_from_here_veils_no_words(
    somebody: Callable[..., None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, home: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "a lab"))
    monkeypatch.setenv("NASH_RUNS_HOME", home)
    somebody(True)
    said = "A visitor should keep at most 2 runs here, in ~/runs or not. Found 3."
    assert veiled(said) == said
    shelf = runs_home() / "shelves" / "0123"
    assert "0123" not in veiled(f"There is no run 'x' in {shelf}, says the lab.")
