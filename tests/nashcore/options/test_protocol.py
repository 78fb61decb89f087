"""The name for two switches, wherever configs are made of values."""

from __future__ import annotations

from typing import Any

import pytest

from nashcore.data import TableOptions
from nashcore.errors import InputError
from nashcore.learning import roster_from_json
from nashcore.options.protocol import spelled_out
from nashcore.runs.config import TrainingConfig
from nashcore.runs.data_config import DataConfig

ADULT = {"dataset": "adult", "sensitive": "sex"}


def switches(**values: Any) -> tuple[str, bool]:
    config = TrainingConfig(**ADULT, **values)
    assert config.plan().validation_dropout == config.validation_dropout
    return config.options.data, config.validation_dropout


def test_the_switches_are_independent_and_the_protocols_name_two_pairs() -> None:
    assert switches() == ("careful", True)
    assert switches(data="published") == ("published", True)
    assert switches(validation_dropout=False) == ("careful", False)
    assert switches(protocol="paper") == ("published", True)
    assert switches(protocol="default") == ("careful", False)
    assert switches(options={"protocol": "paper"}) == ("published", True)


def test_a_switch_by_itself_goes_before_the_name() -> None:
    assert switches(protocol="paper", data="careful") == ("careful", True)
    assert switches(protocol="default", validation_dropout=True) == ("careful", True)


def test_where_nothing_is_trained_there_is_one_switch() -> None:
    assert TableOptions(protocol="paper") == TableOptions(data="published")
    assert DataConfig(**ADULT, protocol="paper").options == TableOptions(data="published")


def test_a_roster_of_an_earlier_version_is_read() -> None:
    text = """{"dataset": "adult", "sensitive": "sex", "protocol": "default", "arms": [], "methods": [], "twins": [],
    "seeds": [0], "groups": ["a"], "players": [], "test_rows": {}}"""
    assert (roster_from_json(text).data, roster_from_json(text).validation_dropout) == ("careful", False)


@pytest.mark.parametrize("found", ["mine", "Paper", 3, ["paper"], ""])
def test_another_name_is_refused(found: object) -> None:
    with pytest.raises(InputError) as refused:
        spelled_out({"protocol": found}, ("data",))
    assert str(refused.value) == f"Parameter 'protocol' should be 'paper' or 'default'. Found {found!r}."
