"""Given row numbers on the training page: an upload instead of a drawn split, and everything that may be wrong with it."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nashcore.runs.config import TrainingConfig
from nashcore.runs.store import Store
from tests.pages.test_train_own import choose, shown, table, upload
from tests.pages.training import at_once, run_of, train
from ui.shell.pages import TRAIN
from ui.train import setup, submit

__all__ = ["at_once"]

Opened = Callable[..., AppTest]


def _npz(**changed: object) -> bytes:
    arrays = {
        "ind_train": np.arange(120),
        "val_idx": np.arange(120, 132),
        "ind_test": np.tile(np.arange(132, 240), 2),
        **changed,
    }
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


def _with_splits(app: AppTest, content: bytes, name: str = "rows.npz") -> AppTest:
    app.file_uploader(key="splits").upload(name, content, "application/octet-stream").run()
    assert not app.exception
    return app


def _labels(app: AppTest) -> str:
    return "\n".join(box.label for box in app.expander)


def test_given_rows_are_those_trained_on_and_leave_nothing_to_draw(opened: Opened) -> None:
    app = choose(upload(opened, table()), "income", ["sex"])
    assert "120 to train on" not in _labels(app)
    _with_splits(app, _npz())
    assert not app.error
    assert "Rows of every group and label: 120 to train on" in _labels(app)
    assert app.slider(key="split").disabled
    assert app.slider(key="split_seeds").disabled
    assert app.number_input(key="validation_rows").disabled
    assert app.number_input(key="test_rows").disabled
    assert not app.button(key="start").disabled


def test_the_config_that_is_checked_on_the_page_is_the_one_that_is_run(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Own table and given rows included: both are named by what they hold before they are on disk."""
    checked: list[TrainingConfig] = []

    def note(config: TrainingConfig, *more: Any) -> str:
        assert not (Store().home / "tables").exists(), "an upload is on disk before the run is started"
        checked.append(config)
        return submit.submit(config, *more)

    monkeypatch.setattr(setup, "submit", note)
    app = _with_splits(choose(upload(opened, table(400)), "income", ["sex"]), _npz())
    config = run_of(train(app)).config
    assert checked == [config]
    assert config.csv is not None
    assert config.splits is not None
    assert config.csv.read_bytes() == table(400)
    assert config.splits.read_bytes() == _npz()


def test_they_stay_when_another_page_is_visited_until_they_are_put_away(opened: Opened) -> None:
    app = _with_splits(choose(upload(opened, table()), "income", ["sex"]), _npz())
    app.switch_page("app.py").run()
    app.switch_page(TRAIN.path).run()
    app.segmented_control(key="from").set_value("own").run()
    assert "Still here from before: rows.npz" in shown(app)
    app.button(key="forget_splits").click().run()
    assert "Still here from before: rows.npz" not in shown(app)
    assert not app.slider(key="split").disabled


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "It cannot be read"),
        (b"PK\x03\x04 half", "It cannot be read"),
        (_npz()[:-40], "It cannot be read"),
        (_npz(val_idx=np.array([{"a": 1}], dtype=object)), "Python objects"),
        (_npz(val_idx=np.array([300])), "these indices belong to another table"),
        (_npz(val_idx=np.array([0])), "No row should be in two parts"),
        (_npz(ind_train=np.array([0.5])), "should be a list of row numbers"),
    ],
)
def test_a_file_that_is_no_split_is_told_in_a_sentence_and_the_page_works_on(
    opened: Opened, content: bytes, says: str
) -> None:
    app = choose(upload(opened, table()), "income", ["sex"])
    _with_splits(app, content, "[x](http:..b) <img src=x>.npz")
    assert len(app.error) == 1
    error = app.error[0].value
    assert says in error.replace("\\", "")
    assert "\\<img" in error, "the file's name is read as HTML"
    assert app.button(key="start").disabled
    _with_splits(app, _npz())
    assert not app.error
    assert not app.button(key="start").disabled


def test_a_part_of_a_dataset_takes_no_given_rows(opened: Opened) -> None:
    app = _with_splits(opened(TRAIN.path, setting="Titanic passengers, by sex"), _npz())
    assert "There is no download" in app.error[0].value.replace("\\", "")
