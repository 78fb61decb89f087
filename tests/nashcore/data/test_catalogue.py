"""The catalogue is complete, and what is not in it is refused."""

from __future__ import annotations

import pytest

from nashcore.data.catalogue import DATASETS, PUBLISHED_SPLITS, get_dataset, get_published_split
from nashcore.errors import InputError


def test_the_catalogue_is_complete() -> None:
    assert list(DATASETS) == ["adult", "bank", "default_credit", "us_crime", "titanic", "student_por"]
    assert len(PUBLISHED_SPLITS) == 7
    for (name, sensitive), setting in PUBLISHED_SPLITS.items():
        assert (setting.dataset, setting.sensitive) == (name, sensitive)
        assert sensitive in DATASETS[name].sensitive
    for dataset in DATASETS.values():
        assert dataset.licence
        assert dataset.citation
        assert len(dataset.sha256) == 64
        assert dataset.bundled or dataset.download, "a dataset that nobody can get"
        assert bool(dataset.download) != bool(dataset.by_hand), (
            "either a download or how to get it without one"
        )


def test_unknown_names_are_refused() -> None:
    with pytest.raises(InputError) as refused:
        get_dataset("adults")
    assert str(refused.value) == (
        "Dataset should be one of adult, bank, default_credit, us_crime, titanic, student_por. Found "
        "'adults'."
    )
    with pytest.raises(
        InputError, match=r"Sensitive column of adult should be one of sex, race. Found 'age'."
    ):
        get_published_split("adult", "age")
