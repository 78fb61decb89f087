"""A reader's own table on the training page: from the upload to a result, and everything that may be wrong with it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from nashcore.data import parse_sensitive
from tests.pages.training import at_once, run_of, train
from ui.shell.pages import TRAIN

__all__ = ["at_once"]
Opened = Callable[..., AppTest]
NASTY = "<img src=x onerror=alert(1)>"
FORMULA = "=cmd()"
MARKUP = re.compile(r"(?<!\\)<img|(?<!\\)\]\(http|(?<!\\)\$x|://\w")
"""Of these files, where Streamlit would read it as more than text."""

LINK = "[x](http://example.org) **b** $x$"


def table(rows: int = 240, header: str = "age,sex,site,income") -> bytes:
    """A small honest table."""
    random = np.random.default_rng(0)
    lines = [
        f"{random.integers(18, 80)},{'fm'[i % 2]},{'nsw'[i % 3]},{('low', 'high')[random.integers(2)]}"
        for i in range(rows)
    ]
    return "\n".join([header, *lines]).encode()


def upload(opened: Opened, content: bytes, name: str = "people.csv") -> AppTest:
    """The page with a file uploaded."""
    app = opened(TRAIN.path, **{"from": "Your own table", "epochs": "1", "seeds": "1"})
    app.file_uploader(key="upload").upload(name, content, "text/csv").run()
    assert not app.exception
    return app


def choose(app: AppTest, target: str, sensitive: list[str]) -> AppTest:
    """Target and groups chosen."""
    key = next(box.key for box in app.selectbox if str(box.key).startswith("target_"))
    app.selectbox(key=key).set_value(target).run()
    if sensitive:
        app.multiselect(key=key.replace("target_", "sensitive_")).set_value(sensitive).run()
    assert not app.exception
    return app


def by_start(widgets: Iterable[Any], start: str) -> Any:
    """The widget whose key starts so."""
    return next(widget for widget in widgets if str(widget.key).startswith(start))


def shown(app: AppTest) -> str:
    """All plain text on the page."""
    return "\n".join(text.value for text in app.text)


def test_a_file_is_described_chosen_from_and_trained_on(opened: Opened) -> None:
    app = upload(opened, table().replace(b",", b";"))
    assert "240 rows, 4 columns. Delimiter: semicolon. Encoding: utf-8." in shown(app)
    assert "Choose the column to predict" in app.info[0].value
    assert app.button(key="start").disabled
    choose(app, "income", ["sex", "site"])
    assert not app.error
    config = run_of(train(app)).config
    task = config.task()
    assert task.group_names == ("f, n", "f, s", "f, w", "m, n", "m, s", "m, w")
    assert task.label_names == ("high", "low")
    assert config.batch_size is None
    assert config.plan(rows=task.train.rows).batch_size <= task.train.rows
    words = shlex.split(app.code[0].value)
    assert words[words.index("--csv") + 1] == "people.csv"
    assert words[words.index("--positive") + 1] == "low"


def test_numbers_are_cut_at_a_threshold_or_into_quantiles(opened: Opened) -> None:
    app = choose(upload(opened, table()), "income", ["age"])
    by_start(app.number_input, "threshold_cut_").set_value(30.0).run()
    task = run_of(train(app)).config.task()
    assert task.group_names == ("age <= 30", "age > 30")
    assert parse_sensitive(task.sensitive, task.table.columns) == task.grouped_by
    by_start(app.segmented_control, "cut_").set_value("quantiles").run()
    assert len(run_of(train(app)).config.task().group_names) == 4


def test_a_target_of_numbers_has_a_threshold(opened: Opened) -> None:
    app = choose(upload(opened, table()), "age", ["sex"])
    by_start(app.number_input, "threshold_").set_value(40.0).run()
    assert run_of(train(app)).config.task().label_names == ("age < 40", "age >= 40")
    by_start(app.number_input, "threshold_").set_value(999.0).run()
    assert not app.exception
    assert "rows of both labels" in app.error[0].value


def test_a_positive_value_is_asked_for_where_there_are_more_than_two(opened: Opened) -> None:
    app = choose(upload(opened, table()), "site", ["sex"])
    assert app.button(key="start").disabled
    by_start(app.selectbox, "positive_").set_value("w").run()
    assert not app.error
    assert not app.button(key="start").disabled


HOSTILE = {
    "empty": (b"", "empty file"),
    "header only": (b"a,b,c\n", "rows below its header"),
    "one column": (b"a\n1\n2\n", "column"),
    "NUL byte": (b"a,b\n1,\x002\n", "NUL"),
    "zip": (b"PK\x03\x04 and so on", "damaged or cut off"),
    "open quote": (b'a,b\n1,"2\n3,4\n', "quot"),
    "uneven": (b"a,b\n1,2\n1,2,3\n", "should have"),
    "long line": (b"a,b\n" + b"x" * 2_000_000, "line"),
    "many columns": (",".join(f"c{i}" for i in range(10_000)).encode() + b"\n1\n", "columns"),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_that_is_no_table_is_refused_in_a_sentence_and_the_page_works_on(
    opened: Opened, case: str
) -> None:
    content, says = HOSTILE[case]
    app = upload(opened, content, f"{NASTY}.csv".replace("/", ""))
    assert len(app.error) == 1
    assert says in app.error[0].value.replace("\\", "")
    assert not MARKUP.search(app.error[0].value)
    app.file_uploader(key="upload").upload("people.csv", table(), "text/csv").run()
    assert not app.error
    assert "240 rows" in shown(app)


def test_utf_16_and_blank_and_repeated_headers_are_read(opened: Opened) -> None:
    app = upload(opened, table(60, "age,,age,Größe").decode().encode("utf-16"))
    assert "Encoding: utf-16" in shown(app)
    assert "without a name" in shown(app)
    assert not app.error


def test_odd_columns_are_told_and_can_be_trained_on(opened: Opened) -> None:
    fifty = np.random.default_rng(2).permutation(400) % 50
    rows = "\n".join(
        f"{'x' if i % 9 == 0 else i},{'inf' if i % 7 == 0 else i / 3},,v{fifty[i]},{'fm'[i % 2]}"
        for i in range(400)
    )
    app = upload(opened, f"mixed,endless,nothing,fifty,sex\n{rows}".encode())
    assert "mixed mixes numbers and text (such as 'x') and is read as text." in shown(app)
    assert "58 infinite numbers in endless count as missing." in shown(app)
    choose(app, "fifty", ["sex"])
    assert app.button(key="start").disabled, "no value of fifty is the positive one by itself"
    values = by_start(app.selectbox, "positive_")
    assert len(values.options) == 50
    values.set_value("v7").run()
    assert "nothing has no value in any row: it says nothing." in shown(app)
    key = next(box.key for box in app.selectbox if str(box.key).startswith("target_"))
    app.selectbox(key=key).set_value("endless").run()
    assert not app.error
    app.selectbox(key=key).set_value("nothing").run()
    assert not app.exception
    assert "should have two values or more. Found 0" in app.error[0].value.replace("\\", "")
    app.selectbox(key=key).set_value("mixed").run()
    assert not app.error
    assert not app.exception


@pytest.mark.parametrize(
    ("target", "sensitive", "says"),
    [("one", [], "Found 1: choose another column"), ("y", ["row"], "a different value in every row")],
)
def test_a_column_that_does_not_fit_its_part_is_refused(
    opened: Opened, target: str, sensitive: list[str], says: str
) -> None:
    rows = "\n".join(f"a,{i % 2},n{i},{'fm'[i % 2]}" for i in range(100))
    app = choose(upload(opened, f"one,y,row,sex\n{rows}".encode()), target, sensitive)
    assert says in " ".join(error.value for error in app.error).replace("\\", "")
    assert app.button(key="start").disabled


def test_formulas_html_and_markdown_stay_text_from_upload_to_result(opened: Opened) -> None:
    random = np.random.default_rng(1)
    rows = [
        f"{(NASTY, FORMULA)[i % 2]};{(LINK, 'plain')[random.integers(2)]};{random.normal():.3f}"
        for i in range(200)
    ]
    app = upload(opened, "\n".join([f"{NASTY};{LINK};{FORMULA}", *rows]).encode(), f"{LINK} {FORMULA}.csv")
    choose(app, LINK, [NASTY])
    assert run_of(train(app)).config.task().group_names == (NASTY, FORMULA)
    marked = (
        app.markdown,
        app.caption,
        app.header,
        app.info,
        app.warning,
        app.toggle,
        app.segmented_control,
    )
    for element in (each for kind in marked for each in kind):
        words = (
            f"{element.label}" if hasattr(element, "label") and element.type != "markdown" else element.value
        )
        assert not MARKUP.search(words)


def test_the_file_stays_when_another_page_is_visited_until_it_is_put_away(opened: Opened) -> None:
    app = choose(upload(opened, table()), "site", ["age"])
    by_start(app.selectbox, "positive_").set_value("w").run()
    by_start(app.number_input, "threshold_cut_").set_value(30.0).run()
    app.switch_page("app.py").run()
    app.switch_page(TRAIN.path).run()
    app.segmented_control(key="from").set_value("own").run()
    assert "Still here from before: people.csv" in shown(app)
    assert by_start(app.selectbox, "target_").value == "site"
    assert by_start(app.selectbox, "positive_").value == "w"
    assert by_start(app.number_input, "threshold_cut_").value == 30.0
    assert not app.button(key="start").disabled
    app.button(key="forget").click().run()
    assert "own_table" not in app.session_state


def _reading_row(i: int) -> str:
    pay, need = ("443", "80.157", "2.725", "1.234.567")[i % 4], ("None", "", "Sight")[i % 3]
    sex, hired = ("Female", "Male", "male")[i % 3], ("no", "yes", "no.")[i * 7 % 3]
    return f"{pay};{need};{i % 4};{sex};{hired}"


READINGS = "\n".join(["pay;need;kind;sex;hired", *map(_reading_row, range(240))]).encode()


def test_the_reading_of_columns_is_shown_and_can_be_changed(opened: Opened) -> None:
    app = upload(opened, READINGS)
    says = [text.value for text in app.text]
    assert "pay is read as numbers with points between thousands: 80.157 is read as 80157." in says
    facts = app.dataframe[1].value.set_index("column")
    assert facts.loc["pay", "read as"] == "numbers with points between thousands: 80.157 is read as 80157"
    assert facts.loc["need", "missing words (rows)"] == "blank (80), None (80)"
    by_start(app.multiselect, "reread_").set_value(["kind", "pay"]).run()
    by_start(app.segmented_control, "way_").set_value("category").run()
    by_start(app.multiselect, "keep_words_").set_value(["need=None"]).run()
    by_start(app.toggle, "merge_").set_value(True).run()
    assert not app.exception
    facts = app.dataframe[1].value.set_index("column")
    assert facts["kind"].to_dict() == dict.fromkeys(("pay", "need", "kind", "sex", "hired"), "category")
    assert facts.loc["need", "missing"] == 80
    assert facts.loc["sex", "values"] == 2


def test_a_reading_that_cannot_be_is_refused_and_can_be_taken_back(opened: Opened) -> None:
    app = upload(opened, READINGS)
    by_start(app.multiselect, "reread_").set_value(["sex"]).run()
    by_start(app.segmented_control, "way_").set_value("point").run()
    assert any("should hold numbers" in each.value for each in app.error)
    by_start(app.multiselect, "reread_").set_value([]).run()
    assert not app.error


def test_what_label_0_gathers_is_listed(opened: Opened) -> None:
    app = choose(upload(opened, READINGS), "hired", [])
    by_start(app.selectbox, "positive_").set_value("yes").run()
    by_start(app.multiselect, "sensitive_").set_value(["sex"]).run()
    assert any("label 0 stands for 2 values" in each.value for each in app.caption)
    gathered = next(
        each.value for each in app.dataframe if list(each.value.columns) == ["label", "name", "value", "rows"]
    )
    assert gathered["rows"].tolist() == [80, 80, 80]


def test_a_run_keeps_how_its_file_was_read(opened: Opened, at_once: None) -> None:
    app = upload(opened, READINGS)
    by_start(app.toggle, "merge_").set_value(True).run()
    by_start(app.multiselect, "keep_words_").set_value(["need=None"]).run()
    choose(app, "hired", ["sex"])
    app = train(app)
    reading = run_of(app).config.reading
    assert (reading.merge_spellings, reading.keep_missing) == (True, ("need=None",))


def leaking(rows: int = 240) -> bytes:
    """A table in which the offered rate tells who was accepted; spellings of a sex, and a tiny group."""
    random = np.random.default_rng(1)
    lines = []
    for i in range(rows):
        accepted = bool(random.integers(2))
        rate = f"{random.uniform(2, 9):.2f}" if accepted else ""
        sex = "other" if i % 60 == 7 else ("female", "male")[i % 2] if i % 9 else "Male"
        lines.append(f"{random.integers(18, 80)},{sex},{rate},{'yes' if accepted else 'no'}")
    return "\n".join(["age,sex,offered_rate,accepted", *lines]).encode()


def test_a_serious_finding_opens_itself_and_stands_at_the_button_and_above_the_result(opened: Opened) -> None:
    app = choose(upload(opened, leaking()), "accepted", ["sex"])
    panel = next(each for each in app.expander if each.label.startswith("Before training"))
    assert "1 serious" in panel.label
    assert panel.proto.expanded
    says = "1 serious finding: offered_rate, AUC 1.000"
    assert any(says in each.value.replace("\\", "") for each in app.warning)
    assert app.button(key="start").label.startswith("Train anyway: ")
    train(app)
    above = [each.value.replace("\\", "") for each in app.warning]
    assert any(each.startswith("Trained with 1 serious finding: offered_rate alone tells") for each in above)
    app.button(key="leave_out_serious").click().run()
    assert not app.exception
    assert by_start(app.toggle, "drop_").value is True
    assert app.button(key="start").label.startswith("Train ")
    assert "anyway" not in app.button(key="start").label
    train(app)
    assert run_of(app).config.options.drop == ("offered_rate",)
    assert not any("serious" in each.value for each in app.warning)


def test_spellings_are_merged_and_tiny_groups_left_out_with_a_click_each(opened: Opened) -> None:
    app = choose(upload(opened, leaking()), "accepted", ["sex"])
    assert "The switch takes 4 of 240 rows" in shown(app)
    by_start(app.toggle, "drop_group_").set_value(True).run()
    by_start(app.button, "merge_spellings_").click().run()
    assert not app.exception
    assert not app.error
    assert by_start(app.toggle, "merge_").value is True
    config = run_of(train(app)).config
    assert config.reading.merge_spellings
    assert config.options.drop_groups == ("other",)
    assert config.task().group_names == ("female", "male")


def test_a_run_on_ones_own_table_is_reloaded_with_the_settings_folded(opened: Opened) -> None:
    app = train(choose(upload(opened, table()), "income", ["sex"]))
    again = opened(TRAIN.path, run=run_of(app).id, **{"from": "Your own table"})
    assert not again.exception
    assert not again.error
    settings = next(each for each in again.expander if each.label == "Table and settings")
    assert not settings.proto.expanded
    assert not any("Something above" in each.value for each in again.caption)
    assert any("Result" in each.value for each in again.header)


def test_true_copies_are_left_out_with_a_click_that_says_whom_it_takes(opened: Opened) -> None:
    header, *rows = table(200).decode().splitlines()
    precise = [f"{row},{place * 0.37:.2f}" for place, row in enumerate(rows)]
    app = choose(
        upload(opened, "\n".join([f"{header},weight", *precise, *precise[:80]]).encode()), "income", ["sex"]
    )
    assert "The switch takes 80 of 280 rows: " in shown(app)
    by_start(app.toggle, "drop_duplicates_").set_value(True).run()
    config = run_of(train(app)).config
    assert config.options.drop_duplicates
    assert len(config.task().table) == 200
    assert "--drop-duplicates" in app.code[0].value
