"""Training from the page, without a browser."""

from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from ui.frame import TRAIN


def test_nothing_is_trained_before_the_button_is_pressed(opened: Callable[..., AppTest]) -> None:
    app = opened(TRAIN.path)
    assert "run" not in app.session_state


def test_a_run_ends_in_a_table_of_all_methods(opened: Callable[..., AppTest]) -> None:
    app = opened(TRAIN.path, setting="Titanic passengers, by sex", epochs="1", seeds="1")
    app.button(key="start").click().run()
    assert not app.exception
    assert not app.error
    assert app.session_state["run"].done
    table = app.dataframe[-1].value if len(app.dataframe) == 1 else app.dataframe[1].value
    assert len(table) == 8
    assert list(table.columns) == ["Method", "Overall AUC ↑", "Max-gAUCD ↓", "Worst-gAUC ↑"]


def test_the_best_epoch_is_labelled_as_chosen_on_the_test_set(opened: Callable[..., AppTest]) -> None:
    app = opened(TRAIN.path, setting="Titanic passengers, by sex", epochs="1", seeds="1")
    app.button(key="start").click().run()
    app.segmented_control(key="epoch").set_value("best").run()
    assert not app.exception
    assert "chosen by the mean test AUC" in app.warning[0].value


def test_no_method_is_told_in_a_sentence(opened: Callable[..., AppTest]) -> None:
    app = opened(TRAIN.path)
    app.multiselect(key="methods").set_value([]).run()
    assert not app.exception
    assert "choose at least one method" in app.error[0].value
