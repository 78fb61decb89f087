"""Numbers in every spelling: the same numbers come back, or the column is named; never other numbers in silence."""

from __future__ import annotations

import io
import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from nashcore.data import (
    ColumnReading,
    CsvTable,
    Encoder,
    Sensitive,
    Target,
    prepare_table,
    read_columns,
    read_csv,
)
from nashcore.data.encode import fit_encoder
from nashcore.errors import InputError
from nashcore.options import ReadingOptions
from tests.nashcore.data.tables import file_of, people, read, task_of

PAY = [443, 80157, 840, 2725, 465, 1234567, 12000, 99]


def grouped(value: float, mark: str, decimal: str = ".", digits: int = 0) -> str:
    return f"{value:,.{digits}f}".replace(",", "\0").replace(".", decimal).replace("\0", mark)


def pay(spell: Callable[[int], str], delimiter: str = ",", **options: object) -> CsvTable:
    return read(people("pay", [spell(value) for value in PAY]), delimiter, **options)


@pytest.mark.parametrize(
    ("spell", "delimiter"),
    [
        (lambda v: grouped(v, ","), ","),
        (lambda v: grouped(v, ","), "\t"),
        (lambda v: grouped(v, ","), ";"),
        (lambda v: grouped(v, "."), ";"),
        (lambda v: grouped(v, "."), ","),
        (lambda v: grouped(v, "."), "\t"),
        (lambda v: grouped(v, " "), ","),
        (lambda v: grouped(v, "\u00a0"), ";"),
        (lambda v: grouped(v, "\u202f", ",", 2), ";"),
        (lambda v: grouped(v, "'", ".", 2), ","),
        (lambda v: grouped(v, "’"), ","),
        (lambda v: grouped(v, ".", ",", 2), ";"),
        (lambda v: "$" + grouped(v, ",", ".", 2), ","),
        (lambda v: grouped(v, ".", ",", 2) + " €", ";"),
        (lambda v: "CHF " + grouped(v, "'", ".", 2), ","),
        (lambda v: grouped(v, " ") + " kr", ";"),
        (lambda v: f"₹{v}", ","),
        (lambda v: f"{v} kg", ","),
        (lambda v: f"{v}%", ","),
        (lambda v: str(v).translate({48 + d: 0xFF10 + d for d in range(10)}), ","),
        (lambda v: str(v).translate({48 + d: 0x660 + d for d in range(10)}), ","),
        (lambda v: f"+{v}", ","),
        (lambda v: f"{v}.-", ";"),
        (lambda v: f"₹{grouped(v, ',')}/-", ","),
    ],
)
def test_the_same_numbers_in_many_spellings(spell: Callable[[int], str], delimiter: str) -> None:
    table = pay(spell, delimiter)
    assert table.frame["pay"].tolist()[: len(PAY)] == PAY
    assert not any(
        "identifier" in one or "decimal comma" in one for one in table.notices if "," not in spell(1234)
    )


@pytest.mark.parametrize("negative", ["({})", "-{}", "−{}", "{}-", "–{}", "$-{}", "-${}", "($ {})", "$({})"])
@pytest.mark.parametrize("mark", ["", ","])
def test_negative_numbers(negative: str, mark: str) -> None:
    unit = "$" if "$" in negative else ""
    texts = [(unit + "{}" if i % 2 else negative).format(grouped(v, mark)) for i, v in enumerate(PAY)]
    found = read(people("pay", texts)).frame["pay"].tolist()[: len(PAY)]
    assert found == [v if i % 2 else -v for i, v in enumerate(PAY)]


@pytest.mark.parametrize("dash", ["-", "–", "—", "--", "−"])
def test_a_dash_among_numbers_is_no_value(dash: str) -> None:
    table = read(people("pay", [dash, "80,157", "840", "2,725"]))
    assert np.isnan(table.frame["pay"].iloc[0])
    assert table.frame["pay"].tolist()[1:4] == [80157, 840, 2725]
    assert f"Words taken as missing: {dash!r} in pay (60 rows)." in " ".join(table.notices)


@pytest.mark.parametrize(
    ("values", "numbers"),
    [
        (["1e5", "1E-3", ".5", "5.", "+3"], [1e5, 1e-3, 0.5, 5, 3]),
        (["1,5e3", "2,5", "3"], [1500, 2.5, 3]),
        (["1,234e5", "2"], [123400, 2]),
        (["80.157", "443", "2.725"], [80157, 443, 2725]),
        (["12,34,567", "1,00,000", "500"], [1234567, 100000, 500]),
        (["0.125", "1.250"], [0.125, 1.25]),
        (["05.5", "7.25", "12.5"], [5.5, 7.25, 12.5]),
        (["1.234.567", "443"], [1234567, 443]),
        (["20.000,-", "12.500,- kr"], [20000, 12500]),
        (["20,000.-", "12,500.-"], [20000, 12500]),
        (["1,234.5", "12.5"], [1234.5, 12.5]),
        (["0%", "0", "12.5%"], [0, 0, 12.5]),
        (["5k", "3M", "12"], [5000, 3e6, 12]),
        (["4.35K", "2k"], [4350, 2000]),
        (["$5k", "$1.2M"], [5000, 1.2e6]),
        (["$5M", "$900"], [5e6, 900]),
        (["5 k€", "12 k€"], [5000, 12000]),
        (["2,5 Mio.", "3 Tsd"], [2.5e6, 3000]),
        (["5m", "12m"], [5, 12]),
        (["3M", "12M"], [3, 12]),
        (["7d", "12d"], [7, 12]),
        (["+3", "+12345"], [3, 12345]),
        (["1234567.25", "1234567.5"], [1234567.25, 1234567.5]),
        (["0.1", "0.30000000000000004"], [0.1, 0.30000000000000004]),
    ],
)
def test_single_spellings(values: list[str], numbers: list[float]) -> None:
    assert read(people("x", values), ";").frame["x"].tolist()[: len(values)] == numbers


@pytest.mark.parametrize(
    ("values", "why"),
    [
        (["0x10", "12", "13"], "mixes numbers and text (such as '0x10')"),
        (["1_000", "12", "13"], "mixes numbers and text (such as '1_000')"),
        (["½", "1", "2"], "mixes numbers and text"),
        (["5²", "1", "2"], "mixes numbers and text"),
        (["2020-01-31", "2020-02-01"], "holds dates (such as '2020-01-31')"),
        (["31.01.2020", "1.2.2020"], "holds dates"),
        (["01/02/2020", "2019", "2018"], "holds dates"),
        (["12:30", "08:15"], "holds dates"),
        (["2024-01", "2023-12"], "holds dates (such as '2024-01')"),
        (["1/2024", "12/2023"], "holds dates"),
        (["12 Oct 2023", "3 May 2024"], "holds dates (such as '12 Oct 2023')"),
        (["12-Oct-23", "3-May-24"], "holds dates"),
        (["1-Mar", "14-Oct"], "holds dates"),
        (["12. Oktober 2023", "3. März 2024"], "holds dates"),
        (["12 de octubre de 2023", "3 de mayo de 2024"], "holds dates"),
        (["October 12, 2023", "May 3, 2024"], "holds dates"),
        (["Oct 2023", "May 2024"], "holds dates"),
        (["2023年10月1日", "2024年5月3日"], "holds dates"),
        (["2023년 10월", "2024년 5월"], "holds dates"),
        (["02139", "2139", "94110"], "holds codes with leading zeros (such as '02139'"),
        (["007", "12"], "holds codes with leading zeros"),
        (["01.1", "01.10", "43.99"], "holds codes with leading zeros (such as '01.1'"),
        (["12.2024", "01.2025", "02.2025"], "holds codes with leading zeros (such as '01.2025'"),
        (["08,30", "17,45"], "holds codes with leading zeros (such as '08,30'"),
        (["１２", "００７"], "holds codes with leading zeros (such as '００７' in 120 rows)"),
        (["12-", "007-"], "holds codes with leading zeros (such as '007-' in 120 rows)"),
        (["(007)", "12"], "holds codes with leading zeros (such as '(007)' in 120 rows)"),
        (["5 kg", "11 lb"], "mixes units or currencies (different values of kg: 1, lb: 1)"),
        (["$5", "€6", "£7"], "mixes units or currencies"),
        (["12%", "0.5"], "mixes units or currencies"),
        (["5 km", "3 mi"], "mixes units or currencies"),
        (["0x10", "1e5"], "mixes numbers and text (such as '0x10')"),
        (["14", "15", "16a"], "mixes numbers and text (such as '16a')"),
        (
            ["+49 170 1234", "+49 170 5678"],
            "holds digits in groups, as telephone numbers have them (such as '+49 170 1234')",
        ),
        (["+49 170 123", "+49 171 456"], "holds digits in groups"),
        (["0170 1234", "0171 5678"], "holds digits in groups"),
        (["+491701234567", "+491701234568"], "holds digits in groups"),
        (["1,234", "1.234"], "points and commas contradict each other"),
        (["12345678901234567890", "12345678901234567891"], "too long to be kept as numbers"),
        (["9007199254740992", "9007199254740993"], "too long to be kept as numbers"),
    ],
)
def test_what_is_no_number_stays_text_and_is_named(values: list[str], why: str) -> None:
    table = read(people("x", values))
    assert table.frame["x"].tolist()[: len(values)] == values
    assert any(notice.startswith("x ") and why in notice for notice in table.notices), table.notices


@pytest.mark.parametrize(
    "values",
    [
        ["1A", "2B", "3C"],
        ["14", "15", "16a"],
        ["1st", "2nd", "3rd"],
        ["R1", "R2"],
        ["(1)", "(2)"],
        ["5-7", "8-9"],
        ["15-year", "30-year"],
        ["2023-24", "2024-25"],
        ["12 Oak Street", "3 Mill Lane"],
        ["2 decades", "3 marbles"],
    ],
)
def test_codes_with_letters_stay_text(values: list[str]) -> None:
    table = read(people("x", values))
    assert table.frame["x"].tolist()[: len(values)] == values
    assert not any("units" in notice for notice in table.notices)


@pytest.mark.parametrize("infinite", ["inf", "-inf", "Infinity", "1e999", "-1e999"])
def test_infinite_numbers_are_missing_and_told(infinite: str) -> None:
    table = read(people("x", [infinite, "1.5", "2"]))
    assert table.frame["x"].isna().sum() == 80
    assert "80 infinite numbers in x count as missing." in table.notices


def test_where_two_readings_fit_one_is_taken_and_told() -> None:
    columns = people("pay", ["80.157", "12.345", "1.234"])
    table = read(columns, ";")
    assert table.frame["pay"].tolist()[:3] == [80.157, 12.345, 1.234]
    notice = "pay is read as numbers: 80.157 is read as 80.157, though 80157 would fit as well (--number pay=comma)."
    assert notice in table.notices
    with pytest.raises(InputError, match="can be read in two ways, and a threshold needs one"):
        prepare_table(table.frame, Target("pay", threshold=5000), [Sensitive("sex")], readings=table.readings)
    chosen = read(columns, ";", as_number=("pay=comma",))
    assert chosen.frame["pay"].tolist()[:3] == [80157, 12345, 1234]
    assert not any("would fit" in one for one in chosen.notices)
    assert (
        prepare_table(
            chosen.frame, Target("pay", threshold=5000), [Sensitive("sex")], readings=chosen.readings
        )
        .counts["rows"]
        .sum()
        == 240
    )


def test_other_columns_of_the_file_decide_an_open_reading() -> None:
    columns = people("pay", ["80.157", "12.345", "1.234"])
    german = read(columns | {"note": ["0,5", "1,25"] * 120}, ";")
    assert german.frame["pay"].iloc[0] == 80157
    english = read(columns | {"note": ["0.5", "1.25"] * 120}, ";")
    assert english.frame["pay"].iloc[0] == 80.157
    assert not any("would fit" in one for one in (*german.notices, *english.notices))


def test_a_comma_in_a_file_of_commas_parts_thousands() -> None:
    table = read(people("pay", ["80,157", "12,345"]))
    assert table.frame["pay"].iloc[0] == 80157
    assert table.notices == (
        "pay is read as numbers with commas between thousands: 80,157 is read as 80157.",
    )


def test_grouped_thousands_of_some_rows_are_as_large_as_the_other_rows() -> None:
    pay = [f"{20_000 + 37 * row}" if row % 7 else f"${20_000 + 37 * row:,}" for row in range(240)]
    table = read(people("pay", pay))
    assert table.frame["pay"].tolist() == [20_000 + 37 * row for row in range(240)]
    assert not any("would fit" in notice for notice in table.notices)
    spread = ["27,223", "9,250", "5", "30000"] * 60  # either reading is as large as some of the others
    assert any("would fit" in notice for notice in read(people("pay", spread)).notices)
    euro = [one.replace("$", "€").replace(",", ".") for one in pay]
    assert read(people("pay", euro), ";").frame["pay"].iloc[0] == 20_000


def test_the_decimal_mark_can_be_said() -> None:
    columns = people("pay", ["80,157", "12,345"])
    for options in ({"decimal": ","}, {"decimal": "comma"}, {"as_number": ("pay=,",)}):
        assert read(columns, ";", **options).frame["pay"].iloc[0] == 80.157


def test_columns_written_alike_share_a_sentence() -> None:
    columns = {f"c{i}": ["1,5", "2,25"] for i in range(12)}
    (notice,) = read(columns, ";").notices
    assert notice.startswith(
        "c0, c1, c2, c3, c4, c5, c6, c7 and 4 more are read as numbers with a decimal comma"
    )


def test_the_kind_of_a_column_can_be_chosen() -> None:
    columns = people("kind", ["1", "2", "1.0", "03"])
    assert read(columns, as_number=("kind",)).frame["kind"].tolist()[:4] == [1, 2, 1, 3]
    assert read(columns, as_text=("kind",)).frame["kind"].tolist()[:4] == ["1", "2", "1.0", "03"]
    few = people("kind", ["1", "2", "3"])
    assert read(few).columns().set_index("column").loc["kind", "kind"] == "number"
    chosen = read(few, as_category=("kind",))
    assert chosen.frame["kind"].tolist()[:3] == ["1", "2", "3"]
    names = prepare_table(
        chosen.frame, Target("hired"), [Sensitive("sex")], readings=chosen.readings
    ).feature_names
    assert {"kind = 1", "kind = 2", "kind = 3"} <= set(names)
    forced = read(people("kind", ["1", "2", "many"]), as_number=("kind",))
    assert forced.frame["kind"].isna().sum() == 80
    assert any(
        "80 rows of kind hold no number written like the others (such as 'many')" in one
        for one in forced.notices
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"as_text": ("nothing",)}, "Option 'text' should name a column of the table. Found 'nothing'"),
        ({"as_number": ("pay=half",)}, "Option 'number' should read COLUMN, COLUMN=point or COLUMN=comma"),
        ({"as_number": ("sex",)}, "Column 'sex' should hold numbers, as was asked for. Found none"),
        ({"as_number": ("age",), "as_text": ("age",)}, "Column 'age' should be read in one way"),
    ],
)
def test_choices_that_cannot_be_are_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        read(people("sex", ["a", "b"]), **options)


@pytest.mark.parametrize(
    "values", [["1234567.25", "1234567.5", "2000000.5"], ["0.1234567", "0.1234568", "0.5"]]
)
def test_groups_and_labels_of_numbers_keep_all_digits(values: list[str]) -> None:
    table = read(people("site", values))
    assert task_of(table, by="site").group_names == tuple(sorted(values, key=float))
    assert task_of(table, "site", values[0]).label_values[1] == ((values[0], 80),)


def test_a_positive_value_may_be_spelled_as_in_the_file() -> None:
    table = read(people("pay", ["$1,234.00", "$5.50"]))
    for wanted in ("$1,234.00", "1234", "$1,234", "1234.0"):
        assert task_of(table, "pay", wanted).label_values[1] == (("1234", 120),)


def trained(table: CsvTable) -> Encoder:
    task = task_of(table)
    return Encoder.from_json(task.encoder.to_json())


def again(encoder: Encoder, columns: dict[str, list[str]], delimiter: str = ",") -> CsvTable:
    return read_csv(io.BytesIO(file_of(columns, delimiter)), known=encoder.known_readings)


@pytest.mark.parametrize(
    ("values", "few", "numbers"),
    [
        (["80.157", "443", "1.234.567"], ["80.157", "12.345"], [80157, 12345]),
        (["0.5", "80.157", "443"], ["80.157", "12.345"], [80.157, 12.345]),
        (["80,157", "443", "2,725"], ["80,157", "999"], [80157, 999]),
        (["1,5", "80,157"], ["80,157", "2,725"], [80.157, 2.725]),
        (["$1,234", "$5"], ["$2,000", "17"], [2000, 17]),
        (["12%", "50%"], ["7%", "0"], [7, 0]),
    ],
)
def test_new_rows_are_read_as_the_rows_of_training(
    values: list[str], few: list[str], numbers: list[float]
) -> None:
    encoder = trained(read(people("pay", values), ";"))
    rows = {"age": ["30", "40"], "sex": ["Male", "Female"], "pay": few}
    assert again(encoder, rows, ";").frame["pay"].tolist() == numbers
    alone = {name: column[:1] for name, column in rows.items()}
    whole = encoder.transform(again(encoder, rows, ";").frame)
    assert encoder.transform(again(encoder, alone, ";").frame).equal(whole[:1])


def test_codes_categories_and_merged_spellings_of_new_rows() -> None:
    columns = people("zip", ["02139", "10001"]) | {
        "kind": ["1", "2"] * 120,
        "town": ["Rome", "ROME", "Rome", "Bern"] * 60,
    }
    encoder = trained(read(columns, as_category=("kind",), merge_spellings=True))
    rows = {"age": ["30"], "sex": ["Male"], "zip": ["10001"], "kind": ["2.0"], "town": ["ROME"]}
    frame = again(encoder, rows).frame
    assert frame.iloc[0].tolist()[2:] == ["10001", "2", "Rome"]
    encoder.transform(frame)


def test_new_rows_that_do_not_fit_are_told_or_refused() -> None:
    encoder = trained(read(people("pay", ["1,5", "80,157"]), ";"))
    rows = {"age": ["30"] * 4, "sex": ["Male"] * 4, "pay": ["1,5", "2,5", "3,5", "1.5"]}
    table = again(encoder, rows, ";")
    assert table.frame["pay"].isna().tolist() == [False, False, False, True]
    assert any(
        "1 row of pay holds no number written like the others (such as '1.5')" in one for one in table.notices
    )
    with pytest.raises(
        InputError,
        match="Column 'pay' should hold numbers written as in the table that the model was trained on",
    ):
        again(encoder, rows | {"pay": ["1.5"] * 4}, ";")


def test_an_encoder_without_readings_still_tells_numbers_from_text() -> None:
    frame = pd.DataFrame({"n": [1.0, 2.0, 3.0] * 9, "code": ["01", "02", "x"] * 9})
    stored = fit_encoder(frame, np.arange(27), rare_share=0.0, rare_rows=1).to_json()
    old = Encoder.from_json(stored.replace('"version": 2, ', "").replace(', "readings": []', ""))
    table = again(old, {"n": ["1", "2"], "code": ["01", "02"]})
    assert table.frame["code"].tolist() == ["01", "02"]
    assert old.transform(table.frame).shape[0] == 2
    with pytest.raises(InputError, match="cannot be read"):
        Encoder.from_json(stored.replace('"version": 2', '"version": 3'))


def test_columns_that_are_typed_already_stay() -> None:
    frame = pd.DataFrame({"n": [1.5, np.inf, -999.0], "b": [True, False, True], "t": [" x", "y", None]})
    found = read_columns(frame, ReadingOptions(missing=("-999",), as_category=()))
    assert found.frame["n"].isna().tolist() == [False, True, True]
    assert found.frame["b"].tolist() == [True, False, True]
    assert found.frame["t"].tolist()[:2] == ["x", "y"]
    assert found.frame["t"].isna().tolist() == [False, False, True]


NUMBERS = st.lists(
    st.one_of(st.integers(-(10**9), 10**9), st.decimals(-(10**6), 10**6, places=2).map(float)),
    min_size=4,
    max_size=30,
)
LOCALES = [(",", "."), (".", ","), (" ", ","), ("'", "."), ("\u00a0", ","), ("", "."), ("", ",")]
AROUND = ["{}", "${}", "{} €", "{}%", "{} kg", "USD {}", "£ {}"]
NEGATIVES = ["-{}", "−{}", "({})", "{}-"]


@settings(max_examples=400, deadline=None)
@given(
    NUMBERS,
    st.sampled_from(LOCALES),
    st.sampled_from(AROUND),
    st.sampled_from(NEGATIVES),
    st.sampled_from([0, 2, 3]),
    st.sampled_from(",;\t"),
)
def test_never_other_numbers_in_silence(
    values: list[float], locale: tuple[str, str], around: str, negative: str, digits: int, delimiter: str
) -> None:
    mark, decimal = locale
    values = [round(value, digits) for value in values]
    assume(any(values))

    def spell(value: float) -> str:
        text = around.format(grouped(abs(value), mark, decimal, digits))
        return negative.format(text) if value < 0 else text

    texts = [spell(value) for value in values]
    table = read({"x": texts, "y": ["a"] * len(texts)}, delimiter)
    named = any(notice.startswith("x ") for notice in table.notices)
    column = table.frame["x"]
    if pd.api.types.is_numeric_dtype(column):
        same = all(math.isclose(a, b, abs_tol=1e-9) for a, b in zip(column.tolist(), values, strict=True))
        assert same or any("x is read as" in notice for notice in table.notices)
    else:
        assert column.tolist() == [text.replace("\u00a0", " ") for text in texts]
        assert named or all(value <= 0 for value in values), (texts, table.notices)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=3, max_size=20))
def test_plain_numbers_come_back_to_the_last_digit(values: list[float]) -> None:
    assume(any(not float(value).is_integer() or abs(value) < 2**53 for value in values))
    texts = [repr(value) for value in values]
    assume(any("e" in text or len(text.split(".")[-1]) != 3 for text in texts))
    column = read({"x": texts, "y": ["a"] * len(texts)}).frame["x"]
    assert column.tolist() == values


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text("0123456789.,-+()$€%e '", min_size=1, max_size=9), min_size=1, max_size=12))
def test_anything_like_a_number_is_read_or_kept(texts: list[str]) -> None:
    assume(any(text.strip() for text in texts))
    frame = pd.DataFrame({"x": pd.Series(texts, dtype=object)})
    column = read_columns(frame, ReadingOptions()).frame["x"]
    assert len(column) == len(texts)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        (["5k", "12"], "x is read as numbers: 5k is read as 5000."),
        (["$1.2M", "$7"], "x is read as numbers in $: $1.2M is read as 1200000."),
        (["7d", "12d"], "x is read as numbers in d: 7d is read as 7."),
        (["1e5", "2e3"], "x is read as numbers: 1e5 is read as 100000."),
    ],
)
def test_numbers_that_are_not_as_spelled_are_told(values: list[str], says: str) -> None:
    assert says in read(people("x", values)).notices


def test_thousands_by_a_letter_are_read_alike_by_scoring_and_not_by_old_models() -> None:
    table = read(people("pay", ["5k", "12k", "7k"]))
    reading = table.readings[list(table.frame).index("pay")]
    assert (reading.unit, reading.scaled) == ("", True)
    rows = io.BytesIO(file_of({"pay": ["5k", "800", "1.5M"], "age": ["1", "2", "3"]}))
    assert read_csv(rows, known=[reading]).frame["pay"].tolist() == [5000, 800, 1.5e6]
    stored = {**reading.to_dict(), "unit": "k", "example": ["5k", "5"]}
    del stored["scaled"]
    old = ColumnReading.from_dict(stored)
    rows.seek(0)
    assert read_csv(rows, known=[old]).frame["pay"].tolist()[:2] == [5, 800]


def test_spellings_that_training_did_not_see_are_merged_too() -> None:
    columns = people("town", ["Rome", "ROME", "Rome", "Bern"])
    readings = read(columns, merge_spellings=True).readings
    rows = io.BytesIO(file_of({"town": ["rome.", "BERN", "Paris", ""], "age": ["1", "2", "3", "4"]}))
    assert read_csv(rows, known=readings).frame["town"].tolist()[:3] == ["Rome", "Bern", "Paris"]
    alone = read(columns).readings
    rows.seek(0)
    assert read_csv(rows, known=alone).frame["town"].tolist()[:2] == ["rome.", "BERN"]
