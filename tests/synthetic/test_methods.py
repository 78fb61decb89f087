"""The text form of methods: what it means, that it returns to itself, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashcore.errors import InputError
from nashcore.methods.schedule import (
    bargain_last,
    continuous,
    every_nth,
    one_stage,
    parse_schedule,
    two_stage,
    while_in_conflict,
)
from synthetic.methods import parse_method


@pytest.mark.parametrize(
    ("text", "goal", "rule", "option", "schedule"),
    [
        ("forml", "forml", None, None, one_stage()),
        ("nash", "ltr", "nash", None, continuous()),
        ("loss_gm", "ltr", "loss_gm", -1.0, continuous()),
        ("cagrad:0.25", "ltr", "cagrad", 0.25, continuous()),
        ("gm:-2@every_nth:3", "ltr", "gm", -2.0, every_nth(3)),
        ("meta_gdro-nash@two_stage:100", "meta_gdro", "nash", None, two_stage(100)),
        ("forml-nash@bargain_last:7", "forml", "nash", None, bargain_last(7)),
        ("ltr-nash@while_in_conflict", "ltr", "nash", None, while_in_conflict()),
    ],
)
def test_text_says_goal_rule_option_and_schedule_and_returns(text, goal, rule, option, schedule) -> None:
    method = parse_method(text)
    assert (method.goal, method.rule, method.option, method.schedule) == (goal, rule, option, schedule)
    assert method.name == text
    assert parse_method(method.name) == method
    assert method.title


def test_what_stands_anyway_is_left_out() -> None:
    assert parse_method(" loss_gm:-1.0 ").name == "loss_gm"
    assert parse_method("forml-nash@bargain_last:0").name == "forml-nash"
    assert parse_method("forml-nash@every_nth:1").name == "forml-nash"
    assert parse_method("forml-nash@continuous").name == "forml-nash"


@pytest.mark.parametrize(
    ("earlier", "today"),
    [
        ("first100", "two_stage:100"),
        ("first0", "one_stage"),
        ("from7", "bargain_last:7"),
        ("every3", "every_nth:3"),
        ("conflict", "while_in_conflict"),
    ],
)
def test_schedules_as_they_were_once_written_are_still_read(earlier: str, today: str) -> None:
    assert parse_method(f"forml-nash@{earlier}").name == f"forml-nash@{today}"


def test_a_schedule_is_written_as_training_writes_it() -> None:
    for text in ("one_stage", "two_stage:14", "bargain_last:3", "every_nth:2", "while_in_conflict"):
        assert parse_method(f"ltr-nash@{text}").schedule == parse_schedule(text)
        assert parse_method(f"ltr-nash@{text}").name == f"ltr-nash@{text}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "A method should be written as GOAL, RULE or GOAL-RULE"),
        ("best", "A method should name a rule"),
        ("nobody-nash", "The goal of a method should be one of ltr, forml, meta_gdro. Found 'nobody'"),
        ("nash:2", "Rule 'nash' takes no number"),
        ("cagrad:x", "Option 'c' of rule 'cagrad' should be a number"),
        ("gm:nan", "Option 'power' of rule 'gm' should be a number from -inf to 1"),
        ("forml@two_stage:3", "A goal alone takes no number and no schedule"),
        ("nash@every_nth:0", "Schedule parameter 'every' should be a whole number of at least 1"),
        (
            "nash@sometimes",
            "Schedule should be one of two_stage, .* Found 'sometimes'. It stands in 'nash@sometimes'",
        ),
        ("nash@two_stage", "Schedule 'two_stage' should give its bargaining steps"),
        ("nash@two_stage:9999999999", "Schedule 'two_stage' should give its bargaining steps"),
        ("nash@continuous:3", "Schedule 'continuous' takes no number"),
    ],
)
def test_other_texts_are_refused_in_one_sentence(text: str, says: str) -> None:
    with pytest.raises(InputError, match="^" + says):
        parse_method(text)


@given(
    st.text(max_size=30)
    | st.from_regex(r"[a-z_]{1,9}(-[a-z_]{1,9})?(:[-.e0-9]{1,6})?(@[a-z_]{1,12}:?[0-9]{0,12})?")
)
def test_any_text_is_a_method_that_returns_to_itself_or_is_refused(text: str) -> None:
    try:
        method = parse_method(text)
    except InputError:
        return
    assert parse_method(method.name) == method
