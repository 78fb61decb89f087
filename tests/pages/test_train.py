"""Training a table of the catalogue from the page, without a browser and with the worker in the same process."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.errors import InputError
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out, serve
from tests.nashcore.runs.quick_config import quick_config, stop_after_an_epoch
from tests.pages.training import at_once, fine, run_of, train
from ui.shell import turn
from ui.shell.pages import TRAIN
from ui.train import catalogue, submit

__all__ = ["at_once"]
Opened = Callable[..., AppTest]
SMALL = {"setting": "Titanic passengers, by sex", "epochs": "2", "seeds": "2"}


def tables(app: AppTest) -> list[list[str]]:
    """The columns of every table on the page."""
    return [[str(name) for name in table.value.columns] for table in app.dataframe]


def test_nothing_is_trained_before_the_button_is_pressed(opened: Opened) -> None:
    assert "run" not in opened(TRAIN.path).session_state


def test_words_that_the_page_cannot_use_are_told(opened: Opened) -> None:
    app = fine(opened(TRAIN.path, **SMALL | {"epochs": "150", "rule": "bogus", "lr": "0.01"}))
    assert "rule\\=bogus\\, epochs\\=150." in app.warning[0].value


def test_words_that_it_can_use_are_told_of_by_nobody(opened: Opened) -> None:
    words = {"rule": "CAGrad", "when": "Sweep over T", "sweep": "0, 1", "methods": ["LtR", "LtR + Nash"]}
    words |= {
        "data": "As published",
        "keep_sensitive": "false",
        "validation_rows": "3",
        "dropout": "0.30",
        "spread": "As in the paper (n)",
    }
    assert not fine(opened(TRAIN.path, **SMALL, **words)).warning


@pytest.mark.parametrize(
    ("written", "data", "dropout"),
    [
        ("paper", "published", True),
        ("default", "careful", False),
        ("As published", "published", True),
        ("Careful", "careful", False),
    ],
)
def test_the_protocol_of_an_earlier_address_is_read(
    written: str, data: str, dropout: bool, opened: Opened
) -> None:
    app = fine(opened(TRAIN.path, **SMALL, protocol=written))
    assert not app.warning
    assert (app.session_state["data"], app.session_state["validation_dropout"]) == (data, dropout)
    assert app.session_state["epochs"] == 2


def test_a_protocol_that_nobody_knows_is_told(opened: Opened) -> None:
    app = fine(opened(TRAIN.path, **SMALL, protocol="mine"))
    assert "protocol\\=mine." in app.warning[0].value


def test_a_run_ends_in_tables_that_keep_hard_labels_and_scores_apart(opened: Opened) -> None:
    app = train(opened(TRAIN.path, **SMALL))
    hard = ["Method", "Overall AUC ↑", "Max-gAUCD ↓", "By chance", "Worst-gAUC ↑"]
    place = tables(app).index(hard)
    assert len(app.dataframe[place].value) == 8
    assert tables(app)[place + 1] == ["Group, label", "Test rows"]
    assert all(of.startswith("9 (") for of in app.dataframe[place + 1].value["Test rows"])
    assert "Groups by" in tables(app)[0]
    app.segmented_control(key="epoch").set_value("best").run()
    assert "chosen by the mean Overall AUC" in fine(app).warning[0].value
    assert ["Method", "Best epoch", *hard[1:]] in tables(app)
    captions = " ".join(caption.value for caption in app.caption).replace("\\", "")
    for sentence in (
        "Mean ± sample standard deviation (n − 1) over the seeds.",
        "rests on 36 test rows, ",
        "is not told from chance",
        "cannot be told from zero",
        "9 differences at once, without an interval.",
        "over the seeds on one split of the rows",
    ):
        assert sentence in captions
    app.segmented_control(key="spread").set_value("population").run()
    captions = " ".join(caption.value for caption in fine(app).caption).replace("\\", "")
    assert "Mean ± population standard deviation (n, as in the paper) over the seeds." in captions
    labels = " ".join(tab.label for tab in app.tabs)
    assert labels == "Over the epochs Against its twin Group by group At a threshold The game"
    for metric in ("roc_auc", "train_loss"):
        app.selectbox(key="group_metric").set_value(metric)
        fine(app.segmented_control(key="group_when").set_value("one").run())


def test_a_run_that_ended_early_shows_what_was_done(opened: Opened) -> None:
    store = Store()
    with store.begin(quick_config(epochs=10_000), "Cut <b>short</b>") as run:
        carry_out(store, run, watch=stop_after_an_epoch(store, run.id))
    app = fine(opened(TRAIN.path, run=run.id))
    assert "of 10000 epochs, ended early" in " ".join(caption.value for caption in app.caption)
    assert app.header[-1].value == "Result\\: Cut \\<b\\>short\\<\\/b\\>"
    waiting = store.add(quick_config())
    store.stop(waiting.id)
    assert "nothing to show" in fine(opened(TRAIN.path, run=waiting.id)).info[0].value


def test_a_failed_run_tells_its_reason_and_may_be_tried_again(opened: Opened) -> None:
    store = Store()
    with store.begin(quick_config(batch_size=5000)) as run, pytest.raises(InputError):
        carry_out(store, run)
    app = opened(TRAIN.path, run=run.id)
    assert not app.exception
    assert "batch\\_size" in app.error[0].value
    app.button(key="again").click().run()
    assert not app.exception
    assert run_of(app).id != run.id
    assert run_of(app).state == "failed"


def test_a_run_goes_on_while_nobody_watches(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "ensure_worker", lambda store: None)
    monkeypatch.setattr(turn, "ensure_worker", lambda store: None)
    app = fine(opened(TRAIN.path, **SMALL))
    fine(app.button(key="start").click().run())
    assert app.get("progress")[0].proto.text == "Starting …"
    run = run_of(app)
    serve(Store(), idle_seconds=0.01)
    again = fine(opened(TRAIN.path, run=run.id))
    assert again.header[-1].value.startswith("Result")
    fine(app.run())
    assert app.header[-1].value.startswith("Result")


def test_a_waiting_run_can_be_stopped(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(submit, "ensure_worker", lambda store: None)
    monkeypatch.setattr(turn, "ensure_worker", lambda store: None)
    app = opened(TRAIN.path, **SMALL)
    app.button(key="start").click().run()
    fine(app.button(key="stop").click().run())
    assert run_of(app).state == "stopped"


@pytest.mark.parametrize("run", ["", "nobody", "../../etc/passwd", "<script>alert(1)</script>", "0" * 500])
def test_an_address_with_an_unknown_run_leaves_a_working_page(opened: Opened, run: str) -> None:
    app = opened(TRAIN.path, run=run)
    assert not app.exception
    assert "There is no run" in app.error[0].value
    assert "<script>" not in app.error[0].value
    assert "run" not in app.query_params
    fine(app.run())


def test_a_sweep_over_t_is_one_run_with_a_tab_of_its_own(opened: Opened) -> None:
    app = opened(TRAIN.path, **SMALL, methods=["LtR", "LtR + Nash"], when="Sweep over T", sweep="0,1,2")
    train(app)
    names = [arm.name for arm in run_of(app).config.arms()]
    assert names == ["ltr", "nash_ltr@0", "nash_ltr@1", "nash_ltr@2"]
    assert "Over T" in [tab.label for tab in app.tabs]
    assert "--schedules two_stage:0,two_stage:1,two_stage:2" in app.code[0].value
    app.text_input(key="sweep").set_value("0,9").run()
    assert "none above the run" in app.error[0].value
    assert app.button(key="start").disabled
    assert app.header[-1].value.startswith("Result")


def test_every_method_may_have_its_own_schedule_and_any_rule_its_options(opened: Opened) -> None:
    app = opened(TRAIN.path, **SMALL, when="Method by method", rule="GM (utilities)")
    app.selectbox(key="when_nash_ltr").set_value("every_nth").run()
    app.number_input(key="n_nash_ltr").set_value(3)
    app.selectbox(key="when_nash_forml").set_value("continuous")
    app.number_input(key="gm_power").set_value(-2.0).run()
    train(app)
    config = run_of(app).config
    assert config.method_schedules["nash_ltr"] == ("every_nth:3",)
    assert config.method_schedules["nash_forml"] == ("continuous",)
    assert (config.rule, config.rule_options) == ("gm", {"power": -2.0})


def test_no_method_is_told_in_a_sentence(opened: Opened) -> None:
    app = opened(TRAIN.path)
    app.multiselect(key="methods").set_value([]).run()
    assert not app.exception
    assert "choose at least one method" in app.error[0].value


def test_a_switch_of_the_audit_leaves_a_column_out(opened: Opened) -> None:
    app = opened(TRAIN.path, **SMALL, methods=["Baseline"])
    app.toggle(key="drop_titanic/sex_missing values_age").set_value(True).run()
    assert not any(str(toggle.key).startswith("drop_duplicates") for toggle in app.toggle), (
        "they are no copies"
    )
    config = run_of(train(app)).config
    assert config.options.drop == ("age",)
    assert not any(name.startswith("age") for name in config.task().feature_names)
    assert "--drop age" in app.code[0].value
    assert app.toggle(key="drop_titanic/sex_missing values_age").value


@pytest.fixture
def empty_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A data home without any file."""
    monkeypatch.setenv("NASH_DATA_HOME", str(tmp_path))
    return tmp_path


def test_a_table_that_is_not_here_says_what_to_get_and_where_to_put_it(
    opened: Opened, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = fine(opened(TRAIN.path, setting="Bank marketing, by age"))
    texts = " ".join(text.value for text in app.text)
    assert "bank+marketing.zip" in texts
    assert str(empty_home) in texts
    assert app.button(key="start").disabled

    def broken(name: str, **given: Any) -> None:
        given["progress"](50_000, 100_000)
        raise InputError(f"{name} could not be downloaded. <b>There</b> may be no network.")

    monkeypatch.setattr(catalogue, "fetch", broken)
    app.button(key="download").click().run()
    assert not app.exception
    assert "could not be downloaded" in app.error[0].value
    assert "<b>" not in app.error[0].value

    def arrives(name: str, **given: Any) -> None:
        given["progress"](50_000, 0)
        (empty_home / "bank.csv").write_text("age,job,y\n" + "20,a,no\n20,b,yes\n40,a,no\n40,b,yes\n" * 400)

    monkeypatch.setattr(catalogue, "fetch", arrives)
    fine(app.button(key="download").click().run())
    assert not app.button(key="start").disabled


def test_the_whole_of_a_table_that_is_carried_in_part_can_be_fetched(
    opened: Opened, empty_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = fine(opened(TRAIN.path, setting="Communities and crime, by race"))
    assert "communities+and+crime.zip" in " ".join(text.value for text in app.text)
    before = " ".join(box.label for box in app.expander)

    def arrives(name: str, **given: Any) -> None:
        carried = files("nashcore.data").joinpath("bundled", f"{name}.csv.gz").read_bytes()
        rows = gzip.decompress(carried).splitlines(keepends=True)
        (empty_home / f"{name}.csv").write_bytes(b"".join(rows[:1200]))

    monkeypatch.setattr(catalogue, "fetch", arrives)
    fine(app.button(key="download").click().run())
    assert before != " ".join(box.label for box in app.expander), "the carried copy is still used"
    assert "differs from the catalogue's table" in " ".join(text.value for text in app.text)
    titanic = fine(opened(TRAIN.path, setting="Titanic passengers, by sex"))
    assert "There is no download" in " ".join(text.value for text in titanic.text)


@pytest.mark.parametrize(
    "value", ["", "nan", "-1", "1e999", "<script>alert(1)</script>", "[x](http://example.org)"]
)
@pytest.mark.parametrize("mode", ["Sweep over T", "Method by method"])
def test_bad_values_in_the_address_leave_a_working_page(opened: Opened, mode: str, value: str) -> None:
    names = ("sweep", "lr", "dropout", "batch", "validation_rows", "test_rows", "keep_sensitive", "gm_power")
    names += ("when_nash_ltr", "n_nash_ltr", "from")
    app = opened(
        TRAIN.path,
        setting=SMALL["setting"],
        when=mode,
        rule="GM (utilities)",
        **dict.fromkeys(names, value),  # type: ignore[arg-type]
    )
    assert not app.exception
    for error in app.error:
        assert error.value.startswith("Bargaining epochs T should be")
        assert "<script>" not in error.value
        assert "](http" not in error.value
    app.text_input(key="sweep").set_value("0,1").run() if mode == "Sweep over T" else app.run()
    fine(app)
    assert not app.button(key="start").disabled


def test_several_splits_are_trained_and_shown_one_by_one(opened: Opened) -> None:
    app = train(opened(TRAIN.path, **SMALL | {"split_seeds": "3", "methods": ["LtR", "LtR + Nash"]}))
    assert run_of(app).config.split_seeds == (0, 1, 2)
    assert app.slider(key="seeds").max == 100
    assert "Split by split" in [tab.label for tab in app.tabs]
    captions = " ".join(caption.value for caption in app.caption)
    assert "2 methods × 3 splits × 2 seeds" in captions
    assert "standard deviation (n − 1) over the splits" in captions
    assert "Means, spreads and intervals are over splits of the rows" in captions
    app.segmented_control(key="split_rows").set_value("differences").run()
    fine(app)
    app.segmented_control(key="kind").set_value("gaps").run()
    fine(app)
    app.segmented_control(key="group_when").set_value("one").run()
    fine(app)


def test_a_run_on_one_split_says_what_its_spread_does_not_tell(opened: Opened) -> None:
    app = train(opened(TRAIN.path, **SMALL))
    assert "Split by split" not in [tab.label for tab in app.tabs]
    assert "not what another split would" in " ".join(caption.value for caption in app.caption)


def test_more_models_than_can_be_trained_are_told(opened: Opened) -> None:
    app = opened(TRAIN.path, **SMALL | {"split_seeds": "100", "seeds": "100"})
    assert "80,000" in " ".join(error.value for error in app.error).replace("\\", "")
    assert app.button(key="start").disabled
