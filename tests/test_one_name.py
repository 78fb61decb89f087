"""One arm, one name: every page, table, export and terminal calls a method exactly what `nashcore.methods.title` says."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import pytest

from nashcore.__main__ import main
from nashcore.commands.comparison import print_comparison
from nashcore.commands.results import print_training
from nashcore.learning import STAGES
from nashcore.methods import Method, arms_of, parse_method, schedule_text, title
from nashcore.runs.results.compare import paired, paper_table
from nashcore.runs.results.export import TABLES
from nashcore.runs.results.latex import escape, latex_table
from nashcore.runs.results.report import as_json
from nashcore.runs.results.stored_result import StoredResult
from synthetic.config import PlaneConfig
from synthetic.simulate import simulate
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config
from ui.compare import figures as compared
from ui.compare.selection import Comparison
from ui.figures.curves import curves, group_curves
from ui.figures.game import shares
from ui.figures.groups import by_group
from ui.figures.plane import Paths, loss_plane
from ui.lossplane import controls, ends, player
from ui.lossplane.pictures import loss_grid
from ui.shell import plane_work
from ui.shell.styles import method_style, written_style
from ui.train import tables
from ui.train.arms import styles

NAMES = {
    "baseline": "Baseline",
    "dro": "DRO",
    "forml": "FORML",
    "cagrad:0.3": "CAGrad (c = 0.3)",
    "pcgrad@two_stage:14": "PCGrad, T = 14",
    "ltr-nash@two_stage:14": "LtR + Nash, T = 14",
    "forml-nash": "FORML + Nash, throughout",
    "meta_gdro-pcgrad@bargain_last:7": "Meta-gDRO + PCGrad, after 7",
    "ltr-cagrad:0.3@every_nth:3": "LtR + CAGrad (c = 0.3), one in 3",
    "forml-gm:-2@while_in_conflict": "FORML + GM (utilities, p = −2), in conflict",
}
"""Methods as they are written, and what they are called."""

ON_THE_PLANE = tuple(text for text in NAMES if text not in ("baseline", "dro"))
TRAINED = tuple(text for text in NAMES if parse_method(text).goal is not None)
VALUES = [[[0.5, 0.6], [0.7, 0.8]]]


def trained(text: str, number: int = 0) -> StoredResult:
    """A made-up run of this method alone."""
    method = parse_method(text)
    of_a_rule: dict[str, Any] = {}
    if method.rule is not None:
        schedules = schedule_text(method.schedule)
        of_a_rule = {"rule": method.rule, "rule_options": dict(method.options), "schedules": schedules}
    name = method.goal if method.rule is None else f"nash_{method.goal}"
    return made_up_run(f"r{number}", VALUES, quick_config(methods=name, **of_a_rule))


def first_cells(printed: str) -> list[str]:
    """The first column of tables on a terminal, without their heads."""
    return [line.split("│")[1].strip() for line in printed.splitlines() if line.startswith("│")]


def in_the_legend(figure: dict[str, Any]) -> set[str]:
    """What a figure's legend says."""
    return {trace["name"] for trace in figure["data"] if trace.get("name") and trace.get("showlegend", True)}


def on_the_axis(figure: dict[str, Any]) -> list[str]:
    """The words beside rows of dots, on one line each."""
    ticks: Iterable[str] = figure["layout"]["yaxis"]["ticktext"]
    return [text.replace("<br>", " ").replace("\u00a0", " ") for text in ticks]


@pytest.mark.parametrize("text", NAMES)
def test_a_name_says_goal_rule_options_and_schedule(text: str) -> None:
    method = parse_method(text)
    assert title(method) == NAMES[text]
    assert method_style(method).title == written_style(text).title == NAMES[text]


@pytest.mark.parametrize("text", TRAINED)
def test_the_training_page_says_it(text: str) -> None:
    run, name = trained(text), NAMES[text]
    assert [arm.title for arm in run.arms.values()] == [name]
    assert [style.title for style in styles(run).values()] == [name]
    assert tables.result_table(run.summary, "hard", "last")["Method"].tolist() == [name]
    assert in_the_legend(curves(styles(run), np.array(VALUES), "AUC", 2, "light")) == {name}
    (style,) = styles(run).values()
    assert in_the_legend(shares([style], np.ones((1, 2)), "Agreement", 2, "dark")) == {name}
    flat = np.ones((1, 1))
    assert in_the_legend(by_group([style], ("all",), flat, flat, "AUC", "light")) == {name}
    assert name in str(
        group_curves(("all",), np.ones((2, 2, 1)), "AUC", style, 2, "light")["layout"]["title"]
    )


@pytest.mark.parametrize("text", TRAINED)
def test_the_comparing_page_says_it(text: str) -> None:
    run, name = trained(text), NAMES[text]
    alone = Comparison((run,), {run.id: "A"})
    table = paper_table([run])
    assert compared.shown_table(table, "hard", "last", alone.letters)["Method"].tolist() == [name]
    assert on_the_axis(compared.dot_figure(table, "hard", alone, "light")) == [name]
    assert in_the_legend(compared.curve_figure(alone, "overall_auc", "dark")) == {name}
    assert set(compared.curve_numbers(alone, ["overall_auc"])["label"]) == {name}


def test_runs_beside_each_other_keep_their_names() -> None:
    runs = [trained(text, number) for number, text in enumerate(TRAINED)]
    names = [NAMES[text] for text in TRAINED]
    table = paper_table(runs)
    assert table["label"].tolist() == names
    assert [row["label"] for row in as_json(runs)["table"]] == names
    lines = [line for line in latex_table(runs).splitlines() if line.startswith("\\quad")]
    assert [line.removeprefix("\\quad ").partition(" & ")[0] for line in lines] == list(map(escape, names))
    letters = {run.id: run.id for run in runs}
    dots = on_the_axis(compared.dot_figure(table, "hard", Comparison(tuple(runs), letters), "light"))
    assert {text.partition(" · ")[0] for text in dots} == set(names)
    again = paired(runs[-1], made_up_run("again", VALUES, runs[-1].config))
    assert set(again["label"]) == set(again["minus"]) == {names[-1]}


@pytest.mark.parametrize("text", TRAINED)
@pytest.mark.parametrize("table", ["training", "players"])
def test_exports_say_it_beside_the_arms_key(text: str, table: str) -> None:
    run = trained(text)
    found = TABLES[table](run)
    assert list(found)[:2] == ["method", "label"]
    assert set(found["method"]) == set(run.arms)
    assert set(found["label"]) == {NAMES[text]}


def test_the_terminal_says_it(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    runs = [trained(text, number) for number, text in enumerate(TRAINED)]
    names = [NAMES[text] for text in TRAINED]
    for run, name in zip(runs, names, strict=True):
        print_training(run.summary)
        found = first_cells(capsys.readouterr().out)  # of its metrics, then of its games, stage by stage
        stages = ("", *STAGES.values())
        assert {cell for cell in found if cell.partition(" (")[0] not in stages} == {name}
    print_comparison(as_json(runs))
    printed = capsys.readouterr().out
    second = [line.split("│")[2].strip() for line in printed.splitlines() if line.startswith("│ r")]
    assert second == names


@pytest.mark.parametrize("command", ["synthetic --start=1,1 --steps=3", "basin --side=2 --steps=3"])
def test_the_planes_terminal_says_it(
    command: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "300")
    with pytest.raises(SystemExit, match=r"^0$"):
        main([*command.split(), f"--methods={','.join(ON_THE_PLANE)}"])
    assert first_cells(capsys.readouterr().out) == [NAMES[text] for text in ON_THE_PLANE]


def test_the_loss_plane_says_it(monkeypatch: pytest.MonkeyPatch) -> None:
    config = PlaneConfig(methods=ON_THE_PLANE, starts=((1.0, 1.0),), steps=3, nudges=0)
    names = [NAMES[text] for text in ON_THE_PLANE]
    assert simulate(config).ends_frame()["title"].tolist() == names
    runs = plane_work.plane_runs(config.to_json())
    assert ends.wide_table(runs, "distance")["Method"].tolist() == names
    assert all(name in ends.summary(runs) for name in names)
    problem = config.build_problem()
    paths = Paths(tuple(map(written_style, runs.names)), runs.losses, runs.failed)
    figure = loss_plane(paths, problem.front.losses.numpy(), *problem.loss_range, "light")
    assert set(names) <= in_the_legend(figure)
    handed: dict[str, Any] = {}
    monkeypatch.setattr(player, "_player", lambda **given: handed.update(given["data"]))
    player.show(runs, problem, loss_grid("standard", 1.0), "dark", lambda x, y: None)
    assert [method["title"] for method in handed["methods"]] == names


def test_menus_and_addresses_of_the_plane_say_it() -> None:
    for text in controls.METHODS:
        assert controls.title(text) == title(parse_method(text))


def test_arms_of_a_sweep_say_what_their_methods_say() -> None:
    schedules = (
        "two_stage:0",
        "two_stage:14",
        "continuous",
        "bargain_last:7",
        "every_nth:3",
        "while_in_conflict",
    )
    arms = arms_of(("ltr", "nash_ltr"), {"nash_ltr": schedules}, "gm", {"power": -2})
    assert [arm.title for arm in arms] == ["LtR"] + [
        f"LtR + GM (utilities, p = −2), {when}"
        for when in ("T = 0", "T = 14", "throughout", "after 7", "one in 3", "in conflict")
    ]
    assert all(isinstance(arm.method, Method) and arm.title == title(arm.method) for arm in arms)
