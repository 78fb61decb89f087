"""Every declared option, on every face: the command line, the page, its address, the shown command, comparisons of runs."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import typer
from streamlit.testing.v1 import AppTest

from nashcore.__main__ import app as command_line_app
from nashcore.__main__ import main
from nashcore.errors import InputError
from nashcore.options import Declared, ReadingOptions, TableOptions, TrainingOptions, declared
from nashcore.runs.config import TrainingConfig
from nashcore.runs.data_config import DataConfig
from nashcore.runs.results.same_data import Difference, differing
from nashcore.runs.shell_command import command_line
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import own, quick_config
from tests.pages.training import fine, run_of
from ui.shell import turn
from ui.shell.pages import TRAIN
from ui.train import submit
from ui.train.presets import LABELS, WORDS

Opened = Callable[..., AppTest]

TABLE, READING, TRAINING = declared(TableOptions), declared(ReadingOptions), declared(TrainingOptions)
EVERY = pytest.mark.parametrize("one", [*TABLE, *READING, *TRAINING], ids=lambda one: one.name)
OFFERED = pytest.mark.parametrize(
    "one", [one for one in (*TABLE, *TRAINING) if one.option.key is not None], ids=lambda one: one.name
)


ANOTHER: dict[str, Any] = {
    "header_line": 3,
    "comment": "#",
    "delimiter": "|",
    "encoding": "utf-16",
    "as_number": ("pay=comma", "--age"),
    "missing": ("pay=-999", "?"),
}
"""Of options that are no free text."""


def config_with(one: Declared, **more: Any) -> TrainingConfig:
    """A config where the option is another: how a file is read is said of one's own table only."""
    changes = {one.name: another(one)} | more
    return own(Path("mine.csv"), **changes) if one in READING else quick_config(**changes)


def another(one: Declared) -> Any:
    """A value that is not the option's default, two thirds of the way through what the page offers of a number."""
    if one.name in ANOTHER:
        return ANOTHER[one.name]
    if one.kind is bool:
        return not one.default
    if one.option.titles:
        return next(value for value in one.option.titles if value != one.default)
    if one.kind in (int, float):
        least, most = one.option.span
        value = least + (most - least) * 2 / 3 if least <= 0 else least ** (1 / 3) * most ** (2 / 3)
        return one.kind(f"{value:.0f}" if one.kind is int else f"{value:.3g}")
    return {tuple: ("age", "--sibsp"), str: "cpu"}.get(one.kind, (7, 5))


def understood(line: str, monkeypatch: pytest.MonkeyPatch) -> DataConfig:
    """The config that a command line makes, without training it."""
    found: list[DataConfig] = []

    def stop(config: DataConfig, **more: object) -> None:
        found.append(config)
        raise InputError("Enough.")

    for prepares in ("task", "tasks"):
        monkeypatch.setattr(DataConfig, prepares, stop)
    with pytest.raises(SystemExit, match=r"^2$"):
        main(shlex.split(line)[3:])
    (config,) = found
    return config


@EVERY
def test_the_command_line_has_it(one: Declared) -> None:
    commands: Any = typer.main.get_command(command_line_app)
    for name, options in (("train", (*TABLE, *READING, *TRAINING)), ("audit", (*TABLE, *READING))):
        flags = {flag for option in commands.commands[name].params for flag in option.opts}
        assert (f"--{one.option.flag}" in flags) == (one in options and one.option.flag is not None)


@EVERY
def test_the_shown_command_makes_the_same_config(one: Declared, monkeypatch: pytest.MonkeyPatch) -> None:
    config = config_with(one)
    assert config.values()[one.name] == another(one)
    line, *notes = command_line(config).splitlines()
    assert (understood(line, monkeypatch) == config) == (one.option.flag is not None)
    assert bool(notes) == (one.option.flag is None)


@EVERY
def test_it_is_stored_by_its_own_name(one: Declared) -> None:
    config = config_with(one)
    assert one.name in config.model_dump()
    assert TrainingConfig.from_json(config.to_json()) == config


@EVERY
def test_runs_that_differ_in_it_are_told_apart(one: Declared) -> None:
    figures = [[[0.5]], [[0.5]]]
    small = {"methods": "ltr,nash_ltr", "seeds": 1, "epochs": 1, "device": "auto"}
    plain = config_with(one, **{**small, one.name: None})
    runs = (
        made_up_run("a", figures, plain),
        made_up_run("b", figures, plain.replaced(**{one.name: another(one)})),
    )
    (found,) = differing(runs)
    assert isinstance(found, Difference)
    assert (found.name, found.words) == (one.name, one.option.words)
    assert found.values["a"] != found.values["b"]


@OFFERED
def test_the_page_takes_it_from_the_address(
    one: Declared, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (submit, turn):
        monkeypatch.setattr(module, "ensure_worker", lambda store: None)
    key = str(one.option.key)
    assert key in WORDS
    written = LABELS.get(key, str)(another(one))
    app = fine(opened(TRAIN.path, **{"setting": "Titanic passengers, by sex", key: written}))
    assert not app.warning
    fine(app.button(key="start").click().run())
    assert run_of(app).config.values()[one.name] == another(one)


@EVERY
def test_the_ends_of_what_the_page_offers_can_be_used(one: Declared) -> None:
    if one.option.key is not None and one.kind in (int, float):
        for end in one.option.span:
            assert quick_config(**{one.name: end}).values()[one.name] == end
