from __future__ import annotations

import json

import numpy as np
import pandas as pd

from nashcore.data.encode import Encoder, fit_encoder
from nashcore.data.unseen import unseen_values

OLD = pd.DataFrame(
    {
        "age": [18, 30, 40, 65] * 50,
        "income": [1.5, np.nan] * 100,
        "town": ["n", "s"] * 99 + ["w", "e"],
        "code": ["x", None] * 100,
        "sex": ["f", "m"] * 100,
    }
)


def _encoder() -> Encoder:
    return fit_encoder(OLD, np.arange(len(OLD)))


def _said(encoder: Encoder, **changed: list[object]) -> list[str]:
    new = pd.DataFrame({"age": [30, 40, 18], "income": [1.5] * 3, "town": ["n"] * 3, "code": ["x"] * 3})
    return list(unseen_values(encoder, new.assign(**{"sex": ["f", "m", "f"]} | changed)))


def test_rows_like_those_seen_are_not_spoken_of() -> None:
    encoder = _encoder()
    assert _said(encoder) == []
    assert list(unseen_values(encoder, OLD)) == []
    assert _said(encoder, town=["w", "e", "s"], code=[None, "x", None], income=[np.nan, 1.5, np.nan]) == []


def test_values_never_seen_are_counted_column_by_column() -> None:
    assert _said(_encoder(), town=["z", "q", "z"], age=[17, 66, 65]) == [
        "2 rows hold numbers never seen in column age: the training rows' were from 18 to 65.",
        "3 rows hold values never seen in column town ('z', 'q'): each counts as a rare one.",
    ]
    assert _said(_encoder(), sex=["f", "other", None], age=[30, np.nan, 30]) == [
        "1 row holds no value in column age, which every training row had: its median, 35, stands in.",
        "2 rows hold values never seen in column sex (no value, 'other'): each counts as none of the values known.",
    ]


def test_an_encoder_of_an_earlier_version_speaks_of_what_it_knows() -> None:
    stored = json.loads(_encoder().to_json())
    for column in (*stored["numbers"], *stored["categories"]):
        for name in ("low", "high", "others"):
            column.pop(name, None)
    earlier = Encoder.from_json(json.dumps(stored))
    assert earlier.transform(OLD).equal(_encoder().transform(OLD))
    assert _said(earlier, age=[1, 2, 3], sex=["x", "f", "f"], town=["w", "n", "n"]) == [
        "1 row holds values never or only seldom seen in column town ('w'): each counts as a rare one.",
        "1 row holds values never seen in column sex ('x'): each counts as none of the values known.",
    ]


def test_what_is_remembered_survives_being_stored() -> None:
    encoder = _encoder()
    assert Encoder.from_json(encoder.to_json()) == encoder
    assert encoder.categories[0].others == ("e", "w")
    assert (encoder.numbers[0].low, encoder.numbers[0].high) == (18.0, 65.0)
