"""What else a row could hold: whole columns change, one at a time, to values that the training rows had."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from nashcore.data.alternatives import alternatives
from nashcore.data.encode import fit_encoder
from nashcore.errors import InputError

FRAME = pd.DataFrame(
    {
        "age": [20.0, 30.0, 30.0, np.nan, 50.0, 60.0] * 10,
        "city": (["x"] * 4 + ["y", "(rare)"]) * 10,
        "open": [True, False, False] * 20,
        "odd": ["a"] * 58 + ["b", "c"],
    }
)


def test_each_alternative_changes_one_column_and_none_of_the_others() -> None:
    encoder = fit_encoder(FRAME, np.arange(60))
    found = alternatives(encoder, FRAME, 4)
    assert found.columns == ("age", "city", "open", "odd")
    assert found.own == ("50", "y", "False", "a")
    assert found.typical == ("30", "x", "False", "a")
    features = encoder.transform(found.frame)
    assert (features[0] == encoder.transform(FRAME.iloc[[4]])[0]).all()
    of_column = {
        name: [k for k, one in enumerate(encoder.feature_names) if one.startswith(name)]
        for name in found.columns
    }
    for place, column in enumerate(found.of, 2):
        changed = (features[place] != features[0]).nonzero().flatten().tolist()
        assert set(changed) <= set(of_column[found.columns[column]])
    tried = {
        name: [value for value, of in zip(found.values, found.of, strict=True) if of == place]
        for place, name in enumerate(found.columns)
    }
    assert tried["city"] == ["x", "(rare)", "y"]
    assert tried["open"] == ["False", "True"]
    assert tried["odd"] == ["a", "(rare)"]
    assert tried["age"][0] == "30"
    assert tried["age"][-1] == "(missing)"
    numbers = [float(value) for value in tried["age"][1:-1]]
    assert numbers == sorted(numbers)
    assert all(20 <= number <= 60 and number.is_integer() for number in numbers)


def test_a_missing_value_and_one_never_seen_are_shown_as_such() -> None:
    encoder = fit_encoder(FRAME, np.arange(60))
    new = pd.DataFrame({"age": [np.nan], "city": ["z"], "open": [True], "odd": [None]})
    found = alternatives(encoder, new, 0)
    assert found.own == ("(missing)", "z", "True", "(missing)")
    assert (encoder.transform(found.frame)[0] == encoder.transform(new)[0]).all()


def test_rows_that_are_not_there_are_refused() -> None:
    encoder = fit_encoder(FRAME, np.arange(60))
    for row in (-1, 60):
        with pytest.raises(InputError, match="Row should be from 1 to 60"):
            alternatives(encoder, FRAME, row)
    with pytest.raises(InputError, match="'city' should be in the table"):
        alternatives(encoder, FRAME.drop(columns="city"), 0)
