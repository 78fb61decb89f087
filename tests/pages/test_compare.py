"""Kept runs held side by side on their page, without a browser."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from nashcore.errors import InputError
from nashcore.learning import ModelStopped, Replicate
from nashcore.runs.store import Store
from nashcore.runs.worker import carry_out
from tests.nashcore.runs.quick_config import own, own_table, quick_config
from ui.compare import selection
from ui.shell.pages import COMPARE

Opened = Callable[..., AppTest]
HARD = ["Overall AUC ↑", "Max-gAUCD ↓", "By chance", "Worst-gAUC ↑"]
GAPS = [word for gap in ("TPR", "FPR", "F1") for word in (f"{gap} gap ↓", f"{gap} gap by chance")]
HOSTILE = ("<b>x</b>", "=cmd()", "**bold** [x](http://example.org) $x$", "long " * 30)


def kept(title: str = "", **changes: object) -> str:
    """A finished run."""
    store = Store()
    with store.begin(quick_config(**changes), title) as run:
        carry_out(store, run)
    return run.id


def fine(app: AppTest) -> AppTest:
    """Nothing went wrong on the page."""
    assert not app.exception
    assert [error.value for error in app.error] == []
    return app


def columns(app: AppTest) -> list[list[str]]:
    """The columns of every table on the page."""
    return [[str(name) for name in table.value.columns] for table in app.dataframe]


def table(app: AppTest, first: str, place: int = 0) -> list[list[object]]:
    """The rows of a table that starts with these columns."""
    found = [
        one.value
        for one in app.dataframe
        if list(map(str, one.value.columns))[: len(first.split())] == first.split()
    ]
    return found[place].to_numpy().tolist()


def test_an_empty_store_says_how_to_get_a_run(opened: Opened) -> None:
    app = fine(opened(COMPARE.path, runs="0123abcd"))
    assert "No run is kept on this machine yet" in app.info[0].value
    assert "--save" in app.code[0].value


def test_a_folder_of_a_newer_version_is_shown_and_says_so(opened: Opened) -> None:
    run = kept("newer", epochs=1)
    with closing(sqlite3.connect(Store().home / "runs.sqlite")) as database:
        database.execute("PRAGMA user_version = 99")
    app = fine(opened(COMPARE.path))
    assert app.session_state["compared"] == [run]
    assert any("written by a newer version" in warning.value for warning in app.warning)


def test_the_newest_runs_on_one_table_stand_side_by_side_at_first(opened: Opened) -> None:
    ids = [kept(f"run {n}") for n in range(2)]
    other = kept("other", dataset="adult", sensitive="sex", epochs=1, seeds=1, methods="baseline")
    app = fine(opened(COMPARE.path))
    assert app.session_state["compared"] == [other]
    app.multiselect(key="compared").set_value(ids).run()
    assert [row[0] for row in table(fine(app), "Letter")] == ["A", "B"]
    assert app.query_params["runs"] in (",".join(ids), [",".join(ids)])
    assert ["Run", "Method", *HARD, "Seeds"] in columns(app)
    assert len(table(app, "Run Method")) == 6
    assert "have the same settings" in " ".join(info.value for info in app.info)


def test_an_address_brings_runs_back_and_names_those_that_are_not_here(opened: Opened) -> None:
    one, other = kept("one"), kept("other", rule="mean")
    waits = Store().add(quick_config()).id
    app = fine(opened(COMPARE.path, runs=f"{other},{one},{waits},<b>no</b>,{one}"))
    assert app.session_state["compared"] == [other, one]
    warnings = app.warning[0].value.replace("\\", "")
    assert "not kept on this machine: <b>no</b>" in warnings
    assert f"without figures: {waits} (waiting)" in warnings
    assert "<b>" not in app.warning[0].value.replace("\\<b\\>", "")
    rules = [row for row in table(app, "Setting A") if row[0] == "Rule of the bargaining stage"]
    assert rules == [["Rule of the bargaining stage", "Mean", "Nash"]]
    assert not fine(app.run()).warning
    captions = " ".join(caption.value for caption in app.caption).replace("\\", "")
    assert "cannot be told from zero" in captions
    assert "9 differences at once, without an interval." in captions
    shown = table(app, "Difference")
    assert len(shown) == 9
    assert all(str(row[2]).endswith(", no interval") for row in shown)
    assert {row[-1] for row in shown} == {"no interval: 2 seeds, five are needed"}


@pytest.mark.parametrize(
    "value", ["", "nan", "1e999", "<script>alert(1)</script>", "a," * 300, "[x](http://e.org)"]
)
def test_bad_values_in_the_address_leave_a_working_page(opened: Opened, value: str) -> None:
    kept()
    app = fine(opened(COMPARE.path, **dict.fromkeys(("runs", "metrics", "at", "preset"), value)))
    assert all("<script>" not in warning.value for warning in app.warning)
    assert all("](http" not in warning.value for warning in app.warning)
    if value.strip(","):
        assert any("runs that cannot be shown" in warning.value for warning in app.warning)


def test_runs_on_other_rows_are_kept_apart_and_said_so(opened: Opened, tmp_path: Path) -> None:
    one, other = kept(), kept(split_seed=1, rule="mean")
    store = Store()
    with store.begin(own(own_table(tmp_path))) as run:
        carry_out(store, run)
    app = fine(opened(COMPARE.path, runs=f"{one},{other},{run.id}"))
    warnings = " ".join(warning.value for warning in app.warning).replace("\\", "")
    assert "not on the same table" in warnings
    assert "split seed" in warnings
    assert [head.value.replace("\\", "") for head in app.header] == [
        "titanic, by sex (A)",
        "titanic, by sex (B)",
        "mine, by s (C)",
    ]
    assert sum(names[:2] == ["Run", "Method"] and names[-1] == "Seeds" for names in columns(app)) == 3
    (natural,) = (names for names in columns(app) if names[:2] == ["Run", "Method"] and "Rows" in names)
    assert natural[2:5] == ["Overall AUC ↑", "Max-gAUCD ↓", "Worst-gAUC ↑"]
    assert f"No natural test part: {one}, {other}." in " ".join(c.value for c in app.caption).replace(
        "\\", ""
    )
    refused = " ".join(info.value for info in app.info).replace("\\", "")
    assert f"Runs {one} and {other} cannot be paired" in refused


def test_kinds_and_epochs_never_share_a_table(opened: Opened) -> None:
    app = opened(COMPARE.path, runs=kept(), at="Best epoch (chosen on the test set, as the paper does)")
    assert "flatters" in app.warning[0].value
    assert ["Run", "Method", "Best epoch", *HARD, "Seeds"] in columns(app)
    app.segmented_control(key="metrics").set_value("gaps").run()
    assert ["Run", "Method", "Best epoch", *GAPS, "Seeds"] in columns(fine(app))
    assert not any(set(HARD) & set(names) and "TPR gap ↓" in names for names in columns(app))


def test_the_spread_is_chosen_in_the_address_and_named(opened: Opened) -> None:
    run = kept()
    usual = fine(opened(COMPARE.path, runs=run))
    paper = fine(opened(COMPARE.path, runs=run, spread="As in the paper (n)"))
    assert not paper.warning
    said = " ".join(caption.value for caption in paper.caption).replace("\\", "")
    assert "Mean ± population standard deviation (n, as in the paper) over the seeds." in said
    assert "bars one population standard deviation" in said
    assert table(usual, "Run Method") != table(paper, "Run Method")


def test_a_sweep_and_hostile_titles_are_shown_letter_for_letter(opened: Opened) -> None:
    ids = [kept(title) for title in HOSTILE]
    sweep = kept("sweep", schedules="two_stage:1,two_stage:2")
    app = fine(opened(COMPARE.path, runs=",".join([*ids, sweep])))
    assert [row[1] for row in table(app, "Letter")][:3] == list(HOSTILE[:3])
    methods = [row[1] for row in table(app, "Run Method") if row[0] == "E"]
    assert methods == ["LtR", "LtR + Nash, T = 1", "LtR + Nash, T = 2", "Baseline"]
    for text in (*app.markdown, *app.warning, *app.info, *app.header, *app.caption):
        assert "<b>x" not in text.value
        assert "**bold**" not in text.value
        assert "](http" not in text.value


def test_failed_and_stopped_runs_say_why_and_can_be_deleted(opened: Opened) -> None:
    store = Store()
    with store.begin(quick_config(batch_size=5000), "too large") as failed, pytest.raises(InputError):
        carry_out(store, failed)
    app = fine(opened(COMPARE.path, runs=failed.id))
    assert "failed" in app.warning[0].value
    assert "batch_size" in str(table(app, "Title State Reason"))
    assert "None of the kept runs has finished an epoch" in app.info[0].value
    assert any("batch_size" in text.value for text in app.text)
    app.button(key=f"delete_{failed.id}").click().run()
    assert "is deleted" in fine(app).success[0].value
    assert store.runs() == []
    assert "No run is kept" in app.info[0].value


def test_a_run_is_renamed_and_a_refusal_is_a_sentence(opened: Opened) -> None:
    run = kept("before")
    app = fine(opened(COMPARE.path))
    app.text_input(key=f"title_{run}_before").set_value("<i>after</i>")
    next(button for button in app.button if button.label == "Rename").click().run()
    assert Store().get(run).title == "<i>after</i>"
    assert table(fine(app), "Letter")[0][1] == "<i>after</i>"
    app.text_input(key=f"title_{run}_<i>after</i>").set_value("  ")
    next(button for button in app.button if button.label == "Rename").click().run()
    assert not app.exception
    assert "1 to 120 letters" in app.error[0].value


def test_a_run_that_is_deleted_elsewhere_leaves_the_choice(opened: Opened) -> None:
    one, other = kept("one"), kept("other")
    app = fine(opened(COMPARE.path, runs=f"{one},{other}"))
    Store().delete(one)
    fine(app.run())
    assert app.session_state["compared"] == [other]


def test_new_rows_are_scored_with_a_chosen_model(opened: Opened) -> None:
    run = kept()
    app = fine(opened(COMPARE.path, runs=run))
    rows = quick_config().task().table.head(5).to_csv(index=False).encode()
    app.selectbox(key=f"score_arm_{run}").set_value("nash_ltr")
    app.file_uploader(key="score_rows").upload("new.csv", rows, "text/csv").run()
    assert any(text.value.startswith("5 rows; the model gives label 1 to") for text in fine(app).text)
    found = [one.value for one in app.dataframe if "score" in one.value]
    assert found[0]["score"].between(0, 1).all()
    assert not any("never seen" in text.value for text in app.text)
    odd = rows.replace(b",female,", b",robot,").replace(b",male,", b",robot,")
    app.file_uploader(key="score_rows").upload("odd.csv", odd, "text/csv").run()
    assert any(
        text.value.startswith("5 rows hold values never seen in column sex") for text in fine(app).text
    )
    app.file_uploader(key="score_rows").upload("new.csv", b"a,b\n1,2\n", "text/csv").run()
    assert not app.exception
    assert len(app.error) == 1


def test_a_model_that_stopped_is_refused_with_its_reason(opened: Opened) -> None:
    run = kept()
    Store().record_event(
        run, ModelStopped("baseline", Replicate(0, 0), 1, "Its loss was no number any more.")
    )
    app = fine(opened(COMPARE.path, runs=run))
    rows = quick_config().task().table.head(5).to_csv(index=False).encode()
    app.selectbox(key=f"score_arm_{run}").set_value("baseline")
    app.file_uploader(key="score_rows").upload("new.csv", rows, "text/csv").run()
    (refused,) = app.error
    assert "stopped in training and gives no scores. Its loss was no number" in refused.value.replace(
        "\\", ""
    )
    assert not [one for one in app.dataframe if "score" in one.value]


def test_runs_that_differ_in_their_splits_alone_are_put_together(opened: Opened) -> None:
    one, other, third = kept(split_seeds=2), kept(split_seed=2), kept(split_seeds=3, rule="mean")
    app = fine(opened(COMPARE.path, runs=f"{one},{other},{third}"))
    heads = [head.value.replace("\\", "") for head in app.header]
    assert heads == [f"titanic, by sex ({letters})" for letters in ("A", "B", "C", "A+B")] or heads == [
        f"titanic, by sex ({letters})" for letters in ("A", "B", "C, A+B")
    ]
    captions = " ".join(caption.value for caption in app.caption)
    assert "over splits of the rows" in captions
    assert "cannot be paired" not in " ".join(info.value for info in app.info)


def test_a_deleted_run_is_brought_back_from_the_trash(opened: Opened) -> None:
    run, other = kept("one"), kept("other")
    app = fine(opened(COMPARE.path, runs=other))
    app.selectbox(key="kept_run").set_value(run).run()
    app.button(key=f"delete_{run}").click().run()
    assert "brought back from the trash for 30 days" in fine(app).success[0].value
    assert [one.id for one in Store().runs()] == [other]
    app.button(key="restore").click().run()
    assert "is back" in fine(app).success[0].value
    assert {one.id for one in Store().runs()} == {run, other}
    for one in (run, other):
        Store().delete(one)
    app = fine(opened(COMPARE.path))
    assert "No run is kept" in app.info[0].value
    app.button(key="delete_trashed").click().run()
    assert "deleted for good" in fine(app).success[0].value
    app.button(key="empty_trash").click().run()
    assert "The trash is empty" in fine(app).success[0].value
    assert Store().deleted() == []


def test_a_run_that_cannot_be_read_is_named_and_the_others_are_shown(opened: Opened) -> None:
    bad, good = kept("<b>bad</b>"), kept("good")
    with closing(sqlite3.connect(Store().home / "runs.sqlite")) as database, database:
        database.execute("UPDATE runs SET created = 'yesterday' WHERE id = ?", (bad,))
    app = fine(opened(COMPARE.path))
    assert app.session_state["compared"] == [good]
    assert table(app, "Id Title Reason")[0][:2] == [bad, "<b>bad</b>"]
    app.button(key="delete_aside").click().run()
    fine(app)
    assert Store().damaged() == []


def test_a_tick_holds_runs_side_by_side_and_the_address_keeps_them(opened: Opened) -> None:
    one, other = kept("one"), kept("other", rule="mean")
    waits = Store().add(quick_config(), "waits").id
    app = fine(opened(COMPARE.path, runs=one))
    (listed,) = (
        frame.value for frame in app.dataframe if list(frame.value.columns)[:2] == ["Title", "State"]
    )
    assert listed["Id"].tolist() == [waits, other, one]
    assert set(listed["Rule of the bargaining stage"]) == {"Nash", "Mean"}
    assert listed["Overall AUC ↑"].notna().tolist() == [False, True, True]
    app.session_state[selection.CHOSEN] = [one, other]  # what a tick of its row does
    fine(app.run())
    assert app.query_params["runs"] in (f"{one},{other}", [f"{one},{other}"])
    app.selectbox(key="baseline").set_value(other).run()
    assert app.query_params["baseline"] in (other, [other])
    assert [row[0] for row in table(fine(app), "Letter")] == ["A", "B"]
    assert any("difference in" in names[0] and names[1] == "B − A" for names in columns(app))


def test_filters_stand_in_the_address_and_bad_ones_are_told(opened: Opened) -> None:
    for number in range(5):
        Store().add(quick_config(lr=0.001 * (number + 1)), f"run {number}")
    Store().tag(Store().runs()[0].id, ["good"])
    app = fine(opened(COMPARE.path, where="lr>=0.003", sort="lr"))
    (listed,) = (frame.value for frame in app.dataframe)
    assert listed["Title"].tolist() == ["run 2", "run 3", "run 4"]
    assert app.query_params["sort"] in ("Learning rate", ["Learning rate"])
    app.selectbox(key="sort").set_value("-lr").run()
    assert [frame.value["Title"].tolist() for frame in fine(app).dataframe] == [["run 4", "run 3", "run 2"]]
    app.text_input(key="where").set_value("lr>many").run()
    assert not app.exception
    assert "should stand before a number" in app.error[0].value
    app.text_input(key="where").set_value("nonsense=1").run()
    assert "should speak of what a run has" in app.error[0].value
    app.text_input(key="where").set_value("").run()
    app.multiselect(key="tag").set_value(["good"]).run()
    (listed,) = (frame.value for frame in fine(app).dataframe)
    assert listed["Title"].tolist() == ["run 4"]


def test_tags_notes_and_models_are_changed_on_the_page(opened: Opened) -> None:
    run = kept("one")
    app = fine(opened(COMPARE.path))
    next(box for box in app.text_input if str(box.key).startswith(f"tags_{run}")).set_value("a, <b>b</b>")
    next(box for box in app.text_area if str(box.key).startswith(f"note_{run}")).set_value(
        "[x](http://e.org)\nmore"
    )
    next(button for button in app.button if button.label == "Save tags and note").click().run()
    found = Store().get(run)
    assert (found.tags, found.note) == (("a", "<b>b</b>"), "[x](http://e.org)\nmore")
    assert "has its tags and note" in fine(app).success[0].value
    app.button(key=f"models_{run}").click().run()
    assert "are free again" in fine(app).success[0].value
    assert Store().history(run) is not None
    with pytest.raises(InputError, match="no models"):
        Store().files.models(run)
