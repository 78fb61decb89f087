"""The text form of methods: what it means, that it returns to itself, and what it refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nashcore.bargaining import RULES
from nashcore.errors import InputError
from nashcore.methods import (
    BASELINES,
    GOALS,
    SCHEDULES,
    Schedule,
    bargain_last,
    continuous,
    every_nth,
    method_text,
    one_stage,
    parse_method,
    parse_schedule,
    schedule_text,
    two_stage,
    while_in_conflict,
)


@pytest.mark.parametrize(
    ("text", "goal", "rule", "options", "schedule"),
    [
        ("forml", "forml", None, (), one_stage()),
        ("nash", None, "nash", (), continuous()),
        ("loss_gm", None, "loss_gm", (), continuous()),
        ("cagrad:0.25", None, "cagrad", (("c", 0.25),), continuous()),
        ("gm:-2@every_nth:3", None, "gm", (("power", -2.0),), every_nth(3)),
        ("meta_gdro-nash@two_stage:100", "meta_gdro", "nash", (), two_stage(100)),
        ("forml-nash@bargain_last:7", "forml", "nash", (), bargain_last(7)),
        ("ltr-nash@while_in_conflict", "ltr", "nash", (), while_in_conflict()),
        ("ltr-pcgrad:seed=3", "ltr", "pcgrad", (("seed", 3),), continuous()),
        ("dro", "dro", None, (), one_stage()),
    ],
)
def test_text_says_goal_rule_option_and_schedule_and_returns(text, goal, rule, options, schedule) -> None:
    method = parse_method(text)
    assert (method.goal, method.rule, method.options, method.schedule) == (goal, rule, options, schedule)
    assert method_text(method) == text


def test_what_stands_anyway_is_left_out() -> None:
    assert method_text(parse_method(" loss_gm:-1.0 ")) == "loss_gm"
    assert method_text(parse_method("forml-nash@bargain_last:0")) == "forml-nash"
    assert method_text(parse_method("forml-nash@every_nth:1")) == "forml-nash"
    assert method_text(parse_method("forml-nash@continuous")) == "forml-nash"


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
    assert method_text(parse_method(f"forml-nash@{earlier}")) == f"forml-nash@{today}"


def test_a_schedule_is_written_as_training_writes_it() -> None:
    for text in ("one_stage", "two_stage:14", "bargain_last:3", "every_nth:2", "while_in_conflict"):
        assert parse_method(f"ltr-nash@{text}").schedule == parse_schedule(text)
        assert method_text(parse_method(f"ltr-nash@{text}")) == f"ltr-nash@{text}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "A method should be written as GOAL, RULE or GOAL-RULE"),
        ("best", "A method should name a rule"),
        ("nobody-nash", "The goal of a method should be one of ltr, forml, meta_gdro. Found 'nobody'"),
        ("nash:2", "Rule 'nash' takes no number"),
        ("cagrad:x", "Option 'c' of rule 'cagrad' should be a number"),
        ("cagrad:c=0.3,c=0.4", "Option 'c' of rule 'cagrad' should be given once. Found it again"),
        ("cagrad:0.3,0.4", "Option 'c' of rule 'cagrad' should be given once. Found it again"),
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


@pytest.mark.parametrize(
    ("published", "today"),
    [
        ("nash_ltr@14", "ltr-nash@two_stage:14"),
        ("nash_meta_gdro@continuous", "meta_gdro-nash"),
        ("nash_ltr+pcgrad@14", "ltr-pcgrad@two_stage:14"),
        ("nash_forml+gm@every_nth:3", "forml-gm@every_nth:3"),
        ("Meta-gDRO + Nash, first 300", "meta_gdro-nash@two_stage:300"),
    ],
)
def test_names_and_titles_of_earlier_versions_are_read(published: str, today: str) -> None:
    assert method_text(parse_method(published)) == today


def test_a_published_name_without_its_schedule_is_refused() -> None:
    with pytest.raises(InputError, match="A published method should say how long it bargains"):
        parse_method("nash_ltr")


def test_every_schedule_returns_to_its_text() -> None:
    for name, kind in SCHEDULES.items():
        text = name if kind.takes is None else f"{name}:3"
        assert schedule_text(parse_schedule(text)) == text


@pytest.mark.parametrize("text", [None, 3, "", "often"])
def test_what_names_no_schedule_is_refused(text: object) -> None:
    with pytest.raises(InputError, match=r"Schedule should be one of two_stage, .* Found"):
        parse_schedule(text)  # type: ignore[arg-type]


def test_a_schedule_of_two_conditions_has_no_text() -> None:
    with pytest.raises(InputError, match="Schedule should be of one of the kinds two_stage, "):
        schedule_text(Schedule(first=2, last=9))


@given(
    st.text(max_size=30)
    | st.from_regex(r"[a-z_]{1,9}(-[a-z_]{1,9})?(:[-.e0-9]{1,6})?(@[a-z_]{1,12}:?[0-9]{0,12})?")
)
def test_any_text_is_a_method_that_returns_to_itself_or_is_refused(text: str) -> None:
    try:
        method = parse_method(text)
    except InputError:
        return
    assert parse_method(method_text(method)) == method


@pytest.mark.parametrize(
    ("text", "today"),
    [
        ("Nash bargaining", "nash"),
        ("GM (utilities)", "gm"),
        ("CAGrad", "cagrad"),
        ("Meta-gDRO", "meta_gdro"),
        ("DRO", "dro"),
        ("LtR-PCGrad@two_stage:3", "ltr-pcgrad@two_stage:3"),
        ("CAGrad:0.3", "cagrad:0.3"),
    ],
)
def test_goals_and_rules_also_go_by_what_people_call_them(text: str, today: str) -> None:
    assert method_text(parse_method(text)) == today


def test_no_two_goals_or_rules_share_a_name_whatever_the_case() -> None:
    words = [
        {word.casefold() for word in (name, record.title, getattr(record, "short", name))}
        for records in (RULES, GOALS, BASELINES)
        for name, record in records.items()
    ]
    assert len(set().union(*words)) == sum(map(len, words))
