from __future__ import annotations

import io
import json

import numpy as np
import pandas as pd
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.compose import ColumnTransformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from nashcore.data import encode, read_csv
from nashcore.data.columns import MISSING
from nashcore.data.encode import Encoder, fit_encoder
from nashcore.errors import InputError


def test_hand_worked() -> None:
    frame = pd.DataFrame(
        {"pay": [1.0, np.nan, 3.0, 100.0], "town": ["n", "s", None, "n"], "kind": [2, 1, 2, 9]}
    )
    encoder = fit_encoder(frame, np.array([0, 1, 2]), codes=["kind"], rare_rows=1)
    assert encoder.feature_names == (
        "pay",
        "pay is missing",
        "town = (missing)",
        "town = n",
        "town = s",
        "kind = 1",
        "kind = 2",
    )
    assert encoder.numbers[0].fill == 2.0  # the median of 1 and 3
    features = encoder.transform(frame)
    assert features.dtype == torch.float32
    spread = np.sqrt(2 / 3)  # of 1, 2, 3 around 2
    assert features[:, 0].tolist() == pytest.approx([-1 / spread, 0, 1 / spread, 98 / spread])
    third = np.sqrt(2 / 9)  # of one in three
    assert features[:, 4].tolist() == pytest.approx(
        [-1 / 3 / third, 2 / 3 / third, -1 / 3 / third, -1 / 3 / third]
    )
    assert features[3, 5:].tolist() == pytest.approx([-1 / 3 / third, -2 / 3 / third]), (
        "an unseen code is no code"
    )


@pytest.mark.parametrize("least", [1, 60, 150])
def test_the_same_as_a_plain_scikit_learn_pipeline(people: pd.DataFrame, least: int) -> None:
    frame = people.drop(columns="hired")
    rows = np.arange(0, 400, 2)
    ours = fit_encoder(frame, rows, rare_rows=least, rare_share=0.0).transform(frame).numpy()

    fitted, text, numbers = frame.iloc[rows], ["town", "sex", "race"], ["age", "income"]
    plain = make_pipeline(
        ColumnTransformer(
            [
                ("fill", SimpleImputer(strategy="median"), numbers),
                ("flag", MissingIndicator(), numbers),
                ("text", OneHotEncoder(min_frequency=least, handle_unknown="infrequent_if_exist"), text),
            ],
            sparse_threshold=0,
        ),
        StandardScaler(),
    )
    np.testing.assert_allclose(ours, plain.fit(fitted).transform(frame), rtol=1e-5, atol=1e-5)


def test_fitted_rows_alone_decide(people: pd.DataFrame) -> None:
    rows = np.arange(200)
    changed = people.copy()
    changed.loc[200:, "income"] = 1e6
    changed.loc[200:, "town"] = "elsewhere"
    assert fit_encoder(people, rows) == fit_encoder(changed, rows)


def test_blocks_do_not_matter(people: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.arange(300)
    whole = fit_encoder(people, rows)
    monkeypatch.setattr(encode, "_BLOCK", 37)
    pieces = fit_encoder(people, rows)
    assert pieces.mean == pytest.approx(whole.mean)
    assert pieces.scale == pytest.approx(whole.scale)
    torch.testing.assert_close(pieces.transform(people), whole.transform(people))


def test_rare_and_unseen_categories_share_a_feature() -> None:
    frame = pd.DataFrame({"town": ["a"] * 20 + ["b"] * 20 + ["c", "d"]})
    encoder = fit_encoder(frame, np.arange(42))
    assert encoder.feature_names == ("town = a", "town = b", "town = (rare)")
    features = encoder.transform(pd.DataFrame({"town": ["c", "never seen"]}))
    assert features[0].equal(features[1])
    assert features[0, 2] > 0


def test_many_categories_are_bounded() -> None:
    frame = pd.DataFrame({"town": [f"t{i}" for i in range(200) for _ in range(10)]})
    encoder = fit_encoder(frame, np.arange(2000), rare_share=0.0, rare_rows=1)
    assert len(encoder.feature_names) == encode.MAX_CATEGORIES


def test_infinite_numbers_count_as_missing() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0, 3.0, np.inf, -np.inf]})
    encoder = fit_encoder(frame, np.arange(5))
    assert encoder.feature_names == ("x", "x is missing")
    assert encoder.transform(frame).isfinite().all()


@pytest.mark.parametrize("vast", [1e31, -1e150, 1e308])
def test_numbers_too_large_for_features_count_as_missing(vast: float) -> None:
    fitted = pd.DataFrame({"a": [1.0, 2.0, vast, -vast, 3.0], "b": [1.0, 2.0, 3.0, 4.0, 5.0]})
    encoder = fit_encoder(fitted, np.arange(5))
    missing = pd.DataFrame({"a": [1.0, 2.0, np.nan, np.nan, 3.0], "b": fitted["b"]})
    torch.testing.assert_close(encoder.transform(fitted), encoder.transform(missing))
    later = fit_encoder(fitted, np.array([0, 1, 4])).transform(fitted)  # vast in other rows only
    assert encoder.transform(fitted).isfinite().all()
    assert later.isfinite().all()


def test_constant_and_empty_columns_do_no_harm() -> None:
    frame = pd.DataFrame({"x": [1.0, 2.0], "same": [5, 5], "none": [np.nan, np.nan], "odd": [np.inf, np.nan]})
    encoder = fit_encoder(frame, np.arange(2))
    assert encoder.feature_names == ("x", "same")
    assert encoder.transform(frame).tolist() == [[-1.0, 0.0], [1.0, 0.0]]


def test_stored_and_read_again(people: pd.DataFrame) -> None:
    encoder = fit_encoder(people, np.arange(100))
    again = Encoder.from_json(encoder.to_json())
    assert again == encoder
    assert again.transform(people).equal(encoder.transform(people))


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"numbers": [], "categories": [], "mean": [0], "scale": []}', "null"]
)
def test_a_damaged_description_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="The stored encoder cannot be read"):
        Encoder.from_json(text)


def test_stored_as_plain_json(people: pd.DataFrame) -> None:
    assert set(json.loads(fit_encoder(people, np.arange(9)).to_json())) == {
        "numbers",
        "categories",
        "mean",
        "scale",
        "readings",
        "version",
    }


def test_what_cannot_be_encoded_is_refused(people: pd.DataFrame, monkeypatch: pytest.MonkeyPatch) -> None:
    encoder = fit_encoder(people, np.arange(100))
    with pytest.raises(InputError, match="Column 'town' should be in the table"):
        encoder.transform(people.drop(columns="town"))
    with pytest.raises(InputError, match="Column 'age' should hold numbers"):
        encoder.transform(people.assign(age="old"))
    with pytest.raises(InputError, match="at least one column with values besides its target"):
        fit_encoder(pd.DataFrame({"none": [np.nan, np.nan]}), np.arange(2))
    monkeypatch.setattr(encode, "MAX_CELLS", 1000)
    with pytest.raises(InputError, match=r"at most 1,000 cells. Found 400 rows times"):
        fit_encoder(people, np.arange(100))


@settings(max_examples=200)
@given(
    st.lists(st.sampled_from([*"abcdefgh", None]), min_size=1, max_size=60),
    st.integers(1, 8),
    st.one_of(st.none(), st.integers(2, 6)),
)
def test_categories_are_those_that_scikit_learn_keeps_of_the_whole_column(
    values: list[str | None], least: int, most: int | None
) -> None:
    """Rare names are put together before scikit-learn sees them; what it decides is the same."""
    text = np.array([MISSING if value is None else value for value in values], dtype=object)
    reference = OneHotEncoder(min_frequency=least, max_categories=most).fit(text[:, None])
    dropped = reference.infrequent_categories_[0]
    rare = [] if dropped is None else list(dropped)
    frame = pd.DataFrame({"x": pd.Series(values, dtype=object), "n": np.arange(len(values))})
    fitted = fit_encoder(
        frame, np.arange(len(values)), rare_share=0.0, rare_rows=least, max_categories=most
    ).categories
    if all(value is None for value in values):
        assert fitted == ()
        return
    assert fitted[0].values == tuple(sorted(set(text) - set(rare)))
    assert fitted[0].rare == bool(rare)


def test_a_few_new_rows_are_encoded_as_they_were_among_all() -> None:
    """By themselves, "01" and "1,500" look like numbers."""
    rows = [f"{code},{price},{flag},{size}" for code, price, flag, size in CODED] * 6
    header = "code,price,flag,size"
    table = read_csv(io.BytesIO("\n".join([header, *rows]).encode())).frame
    encoder = fit_encoder(table, np.arange(len(table)), rare_share=0.0, rare_rows=1)
    assert {(one.column, one.kind) for one in encoder.known_readings} >= {("code", "text"), ("price", "text")}
    few = "\n".join([header, *rows[:2]]).replace("TRUE", "true").encode()
    again = read_csv(io.BytesIO(few), known=encoder.known_readings).frame
    assert encoder.transform(again).equal(encoder.transform(table.iloc[:2]))


CODED = [("01", '"1,500"', "TRUE", 7), ("02", '"2,500"', "FALSE", 8), ("A7", "none known", "TRUE", 9)]
