"""From columns of numbers and text to standardised features, with an encoding that can be stored."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np
import pandas as pd
import torch
from numpy.typing import NDArray
from pandas.api.types import is_bool_dtype, is_numeric_dtype
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from torch import Tensor

from nashcore.data.column_reading import ColumnReading
from nashcore.data.columns import MISSING, as_codes, number_or_text, plain_number
from nashcore.data.encoded_columns import CategoryColumn, NumberColumn
from nashcore.errors import InputError, quoted

RARE_SHARE = 0.002
"""A category with a smaller share of the fitted rows than this is put together with the other rare ones."""

RARE_ROWS = 5
"""The same for a category with fewer rows than this."""

MAX_CATEGORIES = 100
"""At most this many features come from one column; the rest of its categories count as rare."""

MOST_OTHERS = 10_000
"""So many rare categories of a column are remembered."""

MAX_CELLS = 500_000_000
"""Rows times features of the largest encoded table (2 GB of float32)."""

MAX_NUMBER = 1e30
"""A number beyond this, either way, counts as infinite: features are float32, which ends at 3e38."""

VERSION = 2
"""Of the stored form; version 1, which does not say so, holds no readings."""

_BLOCK = 16_384  # rows encoded at a time, which bounds the memory of the fit


@dataclass(frozen=True)
class Encoder:
    """A fitted encoding; the same rows give the same features on every machine.

    Attributes:
        numbers: the number columns, which come first.
        categories: the category columns.
        mean: each feature's mean over the fitted rows.
        scale: each feature's standard deviation over them (1 for a constant feature).
        readings: how the columns were read from their file, so that new rows are read alike.
    """

    numbers: tuple[NumberColumn, ...]
    categories: tuple[CategoryColumn, ...]
    mean: tuple[float, ...]
    scale: tuple[float, ...]
    readings: tuple[ColumnReading, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        """The name of each feature: "column", "column is missing" or "column = value"."""
        names = [column.name for column in self.numbers]
        names += [f"{column.name} is missing" for column in self.numbers if column.flag]
        for column in self.categories:
            names += [f"{column.name} = {value}" for value in column.values]
            names += [f"{column.name} = (rare)"] * column.rare
        return tuple(names)

    @property
    def known_readings(self) -> tuple[ColumnReading, ...]:
        """How new rows have to be read: in a few of them all values may look like numbers, or be written in another way, and
        reading them afresh would give other values ("01", "80.157").

        An encoder that holds no readings tells at least which columns held numbers and which held text.
        """
        if self.readings:
            return self.readings
        numbers = [ColumnReading(column.name, "number") for column in self.numbers]
        texts = [column for column in self.categories if not all(map(_as_numbers_are, column.values))]
        return (*numbers, *(ColumnReading(column.name, "text") for column in texts))

    def transform(self, frame: pd.DataFrame) -> Tensor:
        """Standardised features [n, F] (float32) of the rows; a category never seen counts as rare.

        Raises:
            InputError: a column is missing, or holds text where numbers were fitted.
        """
        features = np.empty((len(frame), len(self.mean)), dtype=np.float32)
        mean, scale = np.array(self.mean), np.array(self.scale)
        for start in range(0, len(frame), _BLOCK):
            block = _encode(frame.iloc[start : start + _BLOCK], self.numbers, self.categories, len(self.mean))
            block -= mean
            features[start : start + _BLOCK] = np.divide(block, scale, out=block)
        return torch.from_numpy(features)

    def to_json(self) -> str:
        """The encoding as text, to be stored beside a model."""
        return json.dumps({"version": VERSION, **asdict(self)})

    @classmethod
    def from_json(cls, text: str) -> Encoder:
        """The encoding that `to_json` wrote.

        Raises:
            InputError: the text is not such a description.
        """
        try:
            stored: dict[str, Any] = json.loads(text)
            if stored.get("version", 1) > VERSION:
                raise ValueError("a later version")
            encoder = cls(
                tuple(map(NumberColumn.from_dict, stored["numbers"])),
                tuple(map(CategoryColumn.from_dict, stored["categories"])),
                tuple(map(float, stored["mean"])),
                tuple(map(float, stored["scale"])),
                tuple(map(ColumnReading.from_dict, stored.get("readings", ()))),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise InputError(
                "The stored encoder cannot be read: it is damaged or of another version."
            ) from error
        if not len(encoder.mean) == len(encoder.scale) == len(encoder.feature_names):
            raise InputError("The stored encoder cannot be read: its numbers of features disagree.")
        return encoder


def fit_encoder(
    frame: pd.DataFrame,
    rows: NDArray[np.int64],
    *,
    codes: Collection[str] = (),
    rare_share: float = RARE_SHARE,
    rare_rows: int = RARE_ROWS,
    max_categories: int | None = MAX_CATEGORIES,
) -> Encoder:
    """Fit the encoding of every column of ``frame`` on some of its rows.

    Numbers: missing and infinite values become the median, with a feature that says where. Text, and the
    numbers named in ``codes``: one feature for each category, a missing value being one of them. Then every
    feature is standardised, the indicators too.

    Args:
        frame: the table, without its target.
        rows: the row numbers to fit on.
        codes: columns whose numbers are names of categories.
        rare_share: smallest share of the rows for a category of its own.
        rare_rows: smallest number of rows for a category of its own.
        max_categories: most features from one column; no limit when None.

    Raises:
        InputError: no column holds a value, or the encoded table would be larger than `MAX_CELLS`.
    """
    fitted = frame.iloc[rows]
    numbers: list[NumberColumn] = []
    categories: list[CategoryColumn] = []
    least = max(rare_rows, int(np.ceil(rare_share * len(rows))))
    for name in frame.columns:
        column = fitted[name]
        if column.notna().sum() == 0:
            continue  # a column without a value says nothing; the audit names it
        if is_numeric_dtype(column) and not is_bool_dtype(column) and name not in codes:
            values = finite_numbers(column)
            present = values[~np.isnan(values)]
            if present.size:
                span = float(present.min()), float(present.max())
                numbers.append(
                    NumberColumn(str(name), float(np.median(present)), present.size < values.size, *span)
                )
        else:
            categories.append(_fit_categories(str(name), column, least, max_categories))
    width = len(numbers) + sum(c.flag for c in numbers) + sum(len(c.values) + c.rare for c in categories)
    if not width:
        raise InputError(
            "The table should have at least one column with values besides its target. Found none."
        )
    if width * len(frame) > MAX_CELLS:
        raise InputError(
            f"The encoded table should have at most {MAX_CELLS:,} cells. Found {len(frame):,} rows times "
            f"{width:,} features: leave out columns with many categories, or rows."
        )
    scaler = StandardScaler()
    for start in range(0, len(fitted), _BLOCK):
        scaler.partial_fit(
            _encode(fitted.iloc[start : start + _BLOCK], tuple(numbers), tuple(categories), width)
        )
    return Encoder(
        tuple(numbers), tuple(categories), tuple(scaler.mean_.tolist()), tuple(scaler.scale_.tolist())
    )


def _fit_categories(name: str, column: pd.Series, least: int, most: int | None) -> CategoryColumn:
    codes, texts = as_codes(column)
    counts = np.bincount(codes, minlength=len(texts))
    often = sorted(np.flatnonzero(counts >= least).tolist(), key=texts.__getitem__)
    place = np.full(
        len(texts), len(often)
    )  # all others share the last place: a million names are not told apart
    place[often] = np.arange(len(often))
    rows = place[codes]
    seen = rows[rows < len(often)]
    if seen.size < rows.size:  # one row stands for the others, and alone it is rare
        seen = np.append(seen, len(often))
    encoder = OneHotEncoder(min_frequency=least, max_categories=most).fit(seen[:, None])
    infrequent = encoder.infrequent_categories_[0]
    rare = set() if infrequent is None else set(infrequent.tolist())
    values = tuple(texts[v] for i, v in enumerate(often) if i not in rare)
    others = tuple(sorted(set(texts) - set(values)))
    return CategoryColumn(name, values, bool(rare), others if len(others) <= MOST_OTHERS else None)


def _encode(
    frame: pd.DataFrame, numbers: tuple[NumberColumn, ...], categories: tuple[CategoryColumn, ...], width: int
) -> NDArray[np.float64]:
    """Features [n, width] before they are standardised."""
    block = np.zeros((len(frame), width))
    offset = len(numbers)
    for place, number in enumerate(numbers):
        values = finite_numbers(_get(frame, number.name))
        missing = np.isnan(values)
        block[:, place] = np.where(missing, number.fill, values)
        if number.flag:
            block[:, offset] = missing
            offset += 1
    every_row = np.arange(len(frame))
    for category in categories:
        codes, texts = as_codes(_get(frame, category.name))
        places = {value: place for place, value in enumerate(category.values)}
        other = len(places) if category.rare else -1
        found = np.array([places.get(text, other) for text in texts])[codes]
        known = found >= 0
        block[every_row[known], offset + found[known]] = 1.0
        offset += len(category.values) + category.rare
    return block


def _as_numbers_are(value: str) -> bool:
    """Whether a column of numbers, or of yes and no, writes its values so."""
    number = number_or_text(value)
    plain = not isinstance(number, str) and plain_number(number) == value
    return plain or value in ("False", "True", MISSING)


def finite_numbers(column: pd.Series) -> NDArray[np.float64]:
    """The column's numbers, NaN where one is missing, infinite or beyond `MAX_NUMBER`."""
    if not is_numeric_dtype(column):
        raise InputError(
            f"Column {quoted(column.name)} should hold numbers, as in the table the encoder was fitted on. Found "
            "text."
        )
    values = column.to_numpy(dtype=np.float64, na_value=np.nan)
    return cast(NDArray[np.float64], np.where(np.abs(values) <= MAX_NUMBER, values, np.nan))


def _get(frame: pd.DataFrame, name: str) -> pd.Series:
    if name not in frame.columns:
        raise InputError(
            f"Column {quoted(name)} should be in the table: the encoder was fitted with it. It is not there."
        )
    column: pd.Series = frame[name]
    return column
