"""Sweeps on their page, without a browser."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.runs.shelves import Limits
from nashcore.runs.store import Store
from nashcore.runs.sweep import here
from nashcore.runs.sweep.file import sweep_of
from nashcore.runs.sweep.held import end_wanted, held
from nashcore.runs.sweep.here import run_here
from nashcore.runs.sweep.keep import keep
from nashcore.runs.worker import serve
from tests.nashcore.runs.sweep.small_sweep import BASE, small_plan
from ui.shell import sharing, turn
from ui.shell.pages import SWEEPS

Opened = Callable[..., AppTest]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks for a worker trains all that waits; nobody sleeps."""
    monkeypatch.setattr(here, "ensure_worker", lambda store: (serve(store), None)[1])
    monkeypatch.setattr(here, "LOOK_SECONDS", 0.0)
    monkeypatch.setattr(turn, "ensure_worker", lambda store: None)


def fine(app: AppTest) -> AppTest:
    """Nothing went wrong on the page."""
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app


def trained(*grid: dict[str, Any], title: str = "Small") -> str:
    """A sweep whose runs have finished."""
    store = Store()
    sweep = keep(store, small_plan(*grid, title=title, epochs=1))
    run_here(store, sweep)
    return sweep.id


def said(app: AppTest) -> str:
    return " ".join(one.value for one in (*app.markdown, *app.caption))


def test_an_empty_store_says_how_to_get_a_sweep(opened: Opened) -> None:
    app = fine(opened(SWEEPS.path, sweep="0123abcd"))
    assert "No sweep is kept on this machine yet" in app.info[0].value
    assert "not kept on this machine" in app.warning[0].value
    assert "nashcore sweep run" in app.code[1].value


def test_the_example_on_the_page_is_a_sweep(opened: Opened) -> None:
    import yaml

    app = fine(opened(SWEEPS.path))
    assert len(sweep_of(yaml.safe_load(app.code[0].value)).configs) == 4


def test_a_sweep_shows_its_best_and_its_figures(opened: Opened) -> None:
    sweep = trained(title="<b>Rates</b> [x](http://example.org)")
    app = fine(opened(SWEEPS.path, sweep=sweep))
    assert "has the best mean" in said(app).replace("\\", "")
    assert "chosen by its value on the test rows" in said(app).replace("\\", "")
    assert len(app.get("plotly_chart")) == 2
    assert app.get("progress")[0].proto.text == "2 runs: 2 finished"
    assert app.text[0].value == f"<b>Rates</b> [x](http://example.org) · {sweep}"  # for paper
    assert sweep in app.query_params["sweep"]
    assert app.selectbox(key="by").value == "overall_auc"


def test_metric_method_and_field_can_be_chosen(opened: Opened) -> None:
    sweep = trained({"lr": [0.01, 0.1], "dropout": [0.1, 0.2]})
    app = fine(opened(SWEEPS.path, sweep=sweep))
    app = fine(app.selectbox(key="by").select("max_gaucd").run())
    assert "Max-gAUCD" in said(app).replace("\\", "")
    app = fine(app.selectbox(key="of").select("ltr").run())
    assert "among 4 candidates" in said(app).replace("\\", "")
    app = fine(app.selectbox(key="field").select("Dropout").run())
    assert len(app.get("plotly_chart")) == 2


def test_a_sweep_that_waits_says_how_to_go_on(opened: Opened) -> None:
    store = Store()
    sweep = keep(store, small_plan())
    app = fine(opened(SWEEPS.path))
    assert app.get("progress")[0].proto.text == "2 runs: 2 waiting"
    assert app.code[0].value == f"python -m nashcore sweep resume {sweep.id}"
    assert "Figures begin with the first run" in app.info[0].value
    run = store.add(sweep.places[0].config)
    store.sweeps.attach(sweep.id, 0, run.id)
    app = fine(opened(SWEEPS.path))
    assert "1 run is not finished, and nobody trains it" in said(app)
    assert app.get("progress")[0].proto.text == "2 runs: 2 waiting"


def test_a_sweep_is_stopped_and_goes_on(opened: Opened) -> None:
    store = Store()
    sweep = keep(store, small_plan(epochs=1))
    for place in sweep.places:
        store.sweeps.attach(sweep.id, place.number, store.add(place.config).id)
    app = fine(opened(SWEEPS.path))
    app = fine(app.button(key="stop_sweep").click().run())
    assert {run.state for run in store.runs()} == {"stopped"}
    assert app.get("progress")[0].proto.text == "2 runs: 2 stopped"
    app = fine(app.button(key="go_on").click().run())
    assert {run.state for run in store.runs()} == {"finished"}
    assert len(app.get("plotly_chart")) == 2


def test_a_run_that_was_asked_to_end_is_not_said_to_run_on(opened: Opened) -> None:
    """Its worker sees it a little later, and the page later still."""
    store = Store()
    sweep = keep(store, small_plan(epochs=1))
    with store.begin(sweep.places[0].config) as run:
        store.sweeps.attach(sweep.id, 0, run.id)
        app = fine(opened(SWEEPS.path))
        assert app.get("progress")[0].proto.text == "2 runs: 1 running, 1 waiting"
        assert "In training" in said(app)
        app = fine(app.button(key="stop_sweep").click().run())
        assert app.get("progress")[0].proto.text == "2 runs: 1 stopping, 1 waiting"
        assert "In training" not in said(app)
        assert app.button(key="stop_sweep").disabled


def test_a_sweep_that_a_command_runs_is_asked_to_end(opened: Opened) -> None:
    store = Store()
    sweep = keep(store, small_plan())
    with held(store, sweep):
        app = fine(opened(SWEEPS.path))
        assert not [one for one in app.button if one.key == "go_on"]
        app = fine(app.button(key="stop_sweep").click().run())
        assert end_wanted(store, sweep.id)
        assert app.button(key="stop_sweep").disabled


def test_a_file_that_is_handed_in_is_trained_and_shown(opened: Opened) -> None:
    older = trained({"lr": [0.5, 0.6]}, title="Older")
    app = fine(opened(SWEEPS.path, sweep=older))
    plan = {"title": "<b>Handed in</b>", "base": {**BASE, "epochs": 1}, "grid": {"lr": [0.001, 0.01]}}
    file = json.dumps(plan).encode()
    app = fine(app.file_uploader(key="sweep_file").upload("rates.json", file).run())
    assert "<b>Handed in</b>: 2 runs. 8 models to train." in [one.value for one in app.text]
    app = fine(app.button(key="begin_sweep").click().run())
    assert app.get("progress")[0].proto.text == "2 runs: 2 finished"
    assert app.query_params["sweep"] != [older]
    assert app.button(key="begin_sweep").label == "Show it"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"grid: {lr: 1}", "should be a list of values"),
        (
            b"base: {csv: /etc/hostname, target: {column: a, positive: x}, sensitive: b}\ngrid: {lr: [1, 2]}",
            "on a table of the lab",
        ),
        (b"\xff\xfe\x00", "should hold text"),
    ],
)
def test_a_file_that_is_no_sweep_is_refused(opened: Opened, file: bytes, sentence: str) -> None:
    app = opened(SWEEPS.path)
    app = app.file_uploader(key="sweep_file").upload("rates.yaml", file).run()
    assert not app.exception
    assert sentence in app.error[0].value.replace("\\", "")
    assert Store().sweeps.ids() == []


def test_on_a_shared_lab_no_file_is_handed_in(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_now", [sharing.Sharing(Limits(), demo=True)])
    app = fine(opened(SWEEPS.path))
    assert not app.file_uploader
    assert "who serves it begins sweeps" in said(app)


def test_who_may_only_look_is_offered_nothing_to_do(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store()
    sweep = keep(store, small_plan(epochs=1))
    store.sweeps.attach(sweep.id, 0, store.add(sweep.places[0].config).id)
    monkeypatch.setattr(sharing, "_now", [sharing.Sharing(Limits(), demo=True)])
    app = fine(opened(SWEEPS.path))
    assert app.get("progress")[0].proto.text == "2 runs: 2 waiting"
    assert not {"stop_sweep", "go_on", "try_again"} & {one.key for one in app.button}
    assert not app.error


def test_a_damaged_sweep_is_told_and_others_are_shown(opened: Opened) -> None:
    good = trained()
    Store().sweeps.put("Bad", "overall_auc", ["{"])
    app = fine(opened(SWEEPS.path))
    assert "cannot be read" in app.warning[0].value
    assert good in app.query_params["sweep"]


def test_several_rules_are_told_apart(opened: Opened) -> None:
    store = Store()
    plan = sweep_of({"base": {**BASE, "epochs": 1}, "grid": {"rule": ["nash", "mean", "cagrad"]}})
    sweep = keep(store, plan)
    run_here(store, sweep)
    app = fine(opened(SWEEPS.path))
    assert len(app.get("plotly_chart")) == 2
    assert app.selectbox(key="of").options[0] == "All methods"
