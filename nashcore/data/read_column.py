"""One column of a file: from its values as text to numbers, yes and no, or text, and what there is to tell of it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype

from nashcore.data.column_reading import ColumnReading
from nashcore.data.columns import as_text, plain_number
from nashcore.data.number_form import NoForm, NumberForm, as_written, find_form, is_number_like, values_of
from nashcore.data.number_text import DASH, DATE, to_ascii
from nashcore.data.plain_numbers import plain_numbers
from nashcore.data.reading_choice import Wanted
from nashcore.data.reading_notices import Told
from nashcore.data.spellings import MOST_TOLD, merger, nearly_equal
from nashcore.data.values import CodedText
from nashcore.errors import InputError, quoted

_POWER = re.compile(r"[+-]?[0-9]+[eE]\+?[0-9]+")
"""A number, or a code such as 1e5."""

_YES_NO = {"true": True, "false": False}


def is_typed(column: pd.Series) -> bool:
    return bool(is_numeric_dtype(column) or is_bool_dtype(column))


def as_strings(column: pd.Series) -> pd.Series:
    """The column with text alone; nothing stays nothing."""
    if column.dtype == object or pd.api.types.is_string_dtype(column):
        return column
    return column.astype(object).where(column.notna(), None).map(str, na_action="ignore")


def read_plain(name: str, column: pd.Series, wanted: Wanted) -> tuple[pd.Series, Told] | None:
    """The column where nothing has to be decided; None elsewhere."""
    if (
        column.dtype != object
        or wanted.is_text(name)
        or wanted.is_category(name)
        or name in wanted.numbers
        or name in wanted.known
        or wanted.decimal == ","
    ):
        return None
    found = plain_numbers(column, wanted.missing_words(name, text=False))
    if found is None:
        return None
    infinite = np.isinf(found.numbers)
    found.numbers[infinite] = np.nan
    missing = tuple(sorted(found.missing.items(), key=lambda one: (-one[1], one[0])))
    reading = ColumnReading(name, "number", "." if found.points else "", missing=missing)
    return as_numbers(found.numbers), Told(reading, infinite=int(infinite.sum()))


def find(
    name: str, coded: CodedText, usual: str = "", *, wanted: Wanted, by_commas: bool
) -> NumberForm | NoForm:
    """How the column's numbers are written, or why it is text."""
    if wanted.is_text(name):
        return NoForm("")
    words = wanted.missing_words(name, text=False)
    texts = [text for text in coded.texts if text not in words]
    before = wanted.known.get(name)
    if before is not None and before.kind in ("number", "category") and before.decimal:
        return before.form
    odd = [
        word for column, word in wanted.kept if column == name and word in texts and not is_number_like(word)
    ]
    if odd and not wanted.is_number(name):
        return NoForm("text")  # a word that is a value makes it text
    decimal = wanted.numbers.get(name) or wanted.decimal
    if wanted.is_number(name):
        likely = [text for text in texts if is_number_like(text)]
        form = find_form(likely, decimal, by_commas=by_commas, usual=usual)
        if isinstance(form, NoForm):  # codes and mixtures too are numbers where they are asked for
            unit = max(dict(form.counts), key=dict(form.counts).__getitem__, default="")
            form = NumberForm(decimal or ".", "", "" if unit == "no unit" else unit)
        return replace(form, unit=before.unit, scaled=before.scaled) if before is not None else form
    return find_form(texts, decimal, by_commas=by_commas, usual=usual)


def read(name: str, coded: CodedText, form: NumberForm | NoForm, wanted: Wanted) -> tuple[pd.Series, Told]:
    """The column, and what there is to tell of it."""
    if isinstance(form, NumberForm):
        return _read_numbers(name, coded, form, wanted)
    words = wanted.missing_words(name, text=True)
    present = [text not in words for text in coded.texts]
    missing = _missing(coded, [not one for one in present])
    texts = [text for text, one in zip(coded.texts, present, strict=True) if one]
    yes_no = wanted.known[name].kind == "yes/no" if name in wanted.known else bool(texts)
    if yes_no and not wanted.is_text(name) and all(text.lower() in _YES_NO for text in texts):
        values = [
            _YES_NO.get(text.lower()) if one else None for text, one in zip(coded.texts, present, strict=True)
        ]
        column = _take([*values, None], coded.codes, object)
        whole = column.notna().all()
        return column.astype(bool) if whole else column, Told(ColumnReading(name, "yes/no", missing=missing))
    rows = [int(count) if one else 0 for count, one in zip(coded.rows, present, strict=True)]
    alike = nearly_equal(coded.texts, rows) if wanted.merge or len(texts) <= MOST_TOLD else []
    merged = dict(wanted.known[name].merged) if name in wanted.known else {}
    if wanted.merge and not wanted.known:
        merged = {other: one[0][0] for one in alike for other, _ in one}
        merged |= {text: text for text in texts if text not in merged and len(texts) <= MOST_TOLD}
    as_merged = merger(merged)
    spelled: list[str | None] = [
        as_merged(text) if one else None for text, one in zip(coded.texts, present, strict=True)
    ]
    why, example = _why(form, texts)
    reading = ColumnReading(name, "text", why=why, missing=missing, merged=tuple(merged.items()))
    count = int(coded.rows[coded.texts.index(example)]) if example else 0
    told = Told(reading, example, count, counts=form.counts, alike=tuple(map(tuple, alike)))
    return _take([*spelled, None], coded.codes, None), told


def _why(form: NoForm, texts: list[str]) -> tuple[str, str]:
    """What a column of text holds that looks like numbers, and a value that shows it."""
    if not texts or form.why == "":
        return "", ""
    probe = texts[:: max(1, len(texts) // 2_000)]
    dates = [text for text in probe if DATE.fullmatch(text)]
    if form.why != "text" and not dates:
        return form.why, form.example
    numbers = sum(is_number_like(text) for text in probe)
    if len(dates) > 0.5 * len(probe) or (dates and len(dates) + numbers == len(probe)):
        return "dates", dates[0]
    if len(probe) < len(texts) and numbers >= 0.25 * len(probe):
        numbers, probe = sum(is_number_like(text) for text in texts), texts
    if 0.5 * len(probe) <= numbers < len(probe):
        return "mixed", next(text for text in texts if not is_number_like(text))
    if numbers == len(probe) and form.share >= 0.5:
        return "mixed", form.example  # a unit behind a few
    return "", ""


def _read_numbers(name: str, coded: CodedText, form: NumberForm, wanted: Wanted) -> tuple[pd.Series, Told]:
    words = wanted.missing_words(name, text=False)
    kept = {word for column, word in wanted.kept if column == name}
    empty = np.array(
        [
            text in words or (bool(DASH.fullmatch(to_ascii(text))) and text not in kept)
            for text in coded.texts
        ],
        dtype=bool,
    )
    numbers = np.full(len(coded.texts), np.nan)
    texts = [text for text, none in zip(coded.texts, empty.tolist(), strict=True) if not none]
    numbers[~empty] = values_of(texts, form)
    odd = np.flatnonzero(~empty & np.isnan(numbers))
    _refuse_other_numbers(name, coded, odd, empty, wanted)
    infinite = np.isinf(numbers)
    numbers[infinite] = np.nan
    column = as_numbers(np.append(numbers, np.nan)[coded.codes])
    marked = next((text for text in texts if _differs(text, form)), "")
    reading = ColumnReading(
        name,
        "category" if wanted.is_category(name) else "number",
        form.decimal,
        form.thousands,
        form.unit,
        form.open,
        form.scaled,
        example=(marked, as_written(form, marked)) if marked else (),
        missing=_missing(coded, empty.tolist()),
    )
    told = Told(
        reading,
        coded.texts[odd[0]] if odd.size else "",
        int(coded.rows[odd].sum()),
        infinite=int(coded.rows[infinite].sum()),
        without_unit=form.without_unit,
        other=_other(form, marked),
    )
    if reading.kind == "category":
        return as_text(column).where(column.notna(), None), told
    return column, told


def _refuse_other_numbers(
    name: str, coded: CodedText, odd: NDArray[np.int64], empty: NDArray[np.bool_], wanted: Wanted
) -> None:
    """Refuse a column that holds other values than numbers of its form."""
    rows, others = int(coded.rows[~empty].sum()), int(coded.rows[odd].sum())
    if not others:
        return
    example = coded.texts[odd[0]][:40]
    if wanted.known and 2 * others > rows:
        raise InputError(
            f"Column {quoted(name)} should hold numbers written as in the table that the model was trained on "
            f"({wanted.known[name].says}). Found {quoted(example)}: write them alike."
        )
    if others == rows:
        raise InputError(
            f"Column {quoted(name)} should hold numbers, as was asked for. Found none, but values such as {quoted(example)}."
        )


def _differs(text: str, form: NumberForm) -> bool:
    """Whether a value's number is not plainly what it spells, for an example."""
    plain = to_ascii(text)
    mark = form.thousands or (form.mark if form.open or form.decimal == "," else "")
    if mark:
        return mark in plain
    odd = (
        form.unit
        or form.scaled
        or (_POWER.fullmatch(plain) and np.isfinite(float(plain)))
        or not text.isascii()
        or not (plain[-1:].isalnum() or plain.endswith("."))
    )  # (5) and 5- are negative
    return bool(odd) and as_written(form, text) not in ("", text)


def _other(form: NumberForm, text: str) -> str:
    """What the example would be with the other decimal mark, where both fit."""
    if not form.open:
        return ""
    return as_written(replace(form, decimal="," if form.mark == "." else ".", thousands=""), text)


def as_numbers(numbers: Sequence[float] | NDArray[np.float64]) -> pd.Series:
    """The numbers of the rows: whole ones as such where none is missing."""
    values = np.asarray(numbers, dtype=np.float64)
    whole = values.size and not np.isnan(values).any() and (np.abs(values) <= 2**53).all()
    return pd.Series(values.astype(np.int64) if whole and (values % 1 == 0).all() else values)


def _take(values: Sequence[object], codes: NDArray[np.int64], dtype: object) -> pd.Series:
    return pd.Series(values, dtype=dtype).take(codes).reset_index(drop=True)  # type: ignore[call-overload,no-any-return]


def _missing(coded: CodedText, empty: list[bool]) -> tuple[tuple[str, int], ...]:
    """The words taken as missing with their rows, the most frequent first."""
    counts = {
        text: int(rows) for text, rows, none in zip(coded.texts, coded.rows, empty, strict=True) if none
    }
    nothing = int((coded.codes < 0).sum())
    if nothing:
        counts[""] = counts.get("", 0) + nothing
    return tuple(sorted(counts.items(), key=lambda one: (-one[1], one[0])))


def typed(name: str, column: pd.Series, wanted: Wanted) -> tuple[pd.Series, Told]:
    """A column that is no text in the file."""
    if is_bool_dtype(column):
        return column, Told(ColumnReading(name, "yes/no"))
    numbers = column.to_numpy(dtype=np.float64, na_value=np.nan)
    words = {word for word in wanted.missing_words(name, text=False) if is_number_like(word)}
    stand_in = np.isin(numbers, [float(word) for word in words if not np.isnan(_float(word))])
    infinite = np.isinf(numbers)
    if (stand_in | infinite).any():
        column = column.mask(stand_in | infinite)
    missing = tuple(
        (plain_number(v), int((numbers == v).sum())) for v in np.unique(numbers[stand_in]).tolist()
    )
    blank = int(np.isnan(numbers).sum())
    missing += (("", blank),) if blank else ()
    told = Told(ColumnReading(name, "number", missing=missing), infinite=int(infinite.sum()))
    if wanted.is_text(name) or wanted.is_category(name):
        kind = replace(told.reading, kind="text" if wanted.is_text(name) else "category")
        return as_text(column).where(column.notna(), None), replace(told, reading=kind)
    return column, told


def _float(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
