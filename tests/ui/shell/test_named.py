"""An address may name an option as people read it or as the command line has it."""

from __future__ import annotations

import pytest

from nashcore.bargaining import RULES
from nashcore.methods import GOALS, PUBLISHED, SCHEDULES, rule_title
from ui.lossplane.controls import LABELS as PLANE
from ui.lossplane.controls import METHODS
from ui.lossplane.controls import title as plane_title
from ui.schedules.controls import LABELS as SCHEDULES_PAGE
from ui.shell.named import Named, by_record
from ui.train.presets import LABELS as TRAIN


def shown(labels: object, key: str, text: str) -> list[str]:
    named = labels[key]  # type: ignore[index]
    assert isinstance(named, Named)
    return named.shown(text)


@pytest.mark.parametrize("name", RULES)
def test_a_rule_goes_by_its_name_its_title_and_its_short_title(name: str) -> None:
    rules, rule = by_record(RULES, rule_title), RULES[name]
    for text in (name, rule.title, rule.short, rule.title.upper(), f" {name} "):
        assert rules.shown(text) == [rule_title(name)]


@pytest.mark.parametrize("name", METHODS)
def test_a_method_of_the_plane_goes_by_its_text_and_its_title(name: str) -> None:
    for text in (name, plane_title(name)):
        assert shown(PLANE, "methods", text) == [plane_title(name)]


def test_several_stand_between_commas() -> None:
    assert shown(PLANE, "methods", "gm,nash, cagrad:0.3") == ["GM (utilities)", "Nash", "cagrad:0.3"]
    assert shown(PLANE, "methods", "LtR + Nash, T = 100") == ["LtR + Nash, T = 100"]
    assert shown(SCHEDULES_PAGE, "goals", "ltr,Meta-gDRO") == ["LtR", "Meta-gDRO"]
    assert shown(TRAIN, "methods", "nash_ltr,dro") == [PUBLISHED[name].title for name in ("nash_ltr", "dro")]
    assert shown(TRAIN, "methods", "all") == [method.title for method in PUBLISHED.values()]


def test_what_nobody_can_read_stays_as_it_is_and_is_told() -> None:
    for text in ("best", "nash,best", "", ",", "<b>", "nash@", "cagrad:x"):
        assert shown(PLANE, "methods", text) == [text]
    assert shown(TRAIN, "from", "elsewhere") == ["elsewhere"]


def test_every_word_of_a_menu_reads_as_itself() -> None:
    """So that an address that a page has written is never written anew."""
    for labels in (PLANE, SCHEDULES_PAGE, TRAIN):
        for key, named in labels.items():
            for option in named.options if isinstance(named, Named) else ():
                assert shown(labels, key, named(option)) == [named(option)], key


def test_goals_schedules_settings_and_earlier_words() -> None:
    assert {shown(SCHEDULES_PAGE, "goal", name)[0] for name in GOALS} == {
        goal.title for goal in GOALS.values()
    }
    assert shown(TRAIN, "when_nash_ltr", "every_nth") == [SCHEDULES["every_nth"].title]
    assert shown(TRAIN, "setting", "titanic/sex") == ["Titanic passengers, by sex"]
    assert shown(TRAIN, "from", "own") == shown(TRAIN, "from", "Your own CSV") == ["Your own table"]
