"""The figure of a verdict: who looks alike shares an entry of the legend, and runs keep their letters."""

from __future__ import annotations

from nashcore.runs.results import verdicts
from tests.nashcore.runs.made_up_results import made_up_run
from tests.nashcore.runs.quick_config import quick_config
from ui.figures.base import Figure
from ui.shell.styles import arm_styles
from ui.shell.verdict import published_styles, trade_off_figure

VALUES = [[[0.8]] * 5, [[0.7]] * 5, [[0.6]] * 5]
SWEEP = made_up_run(
    "a",
    VALUES,
    quick_config(methods="ltr,nash_ltr", schedules="two_stage:1,two_stage:3", seeds=5, epochs=1),
)


def legend(figure: Figure) -> list[str]:
    """The entries, in their order, without the ring."""
    shown = [one for one in figure["data"] if one.get("showlegend") and "legendrank" in one]
    return [one["name"] for one in sorted(shown, key=lambda one: one["legendrank"])]


def test_arms_that_differ_in_their_schedule_alone_share_an_entry() -> None:
    (found,) = verdicts([SWEEP], "hard")
    styles = arm_styles(SWEEP.config.arms())
    figure = trade_off_figure(found, [styles[arm] for arm in found.points["arm"]], "light")
    assert legend(figure) == ["LtR", "LtR + Nash"]
    assert not any("text" in str(one.get("mode")) for one in figure["data"])


def test_runs_keep_their_letters_and_a_method_its_look() -> None:
    other = made_up_run(
        "b",
        [[[0.9]] * 5, [[0.75]] * 5, [[0.65]] * 5],
        quick_config(
            methods="ltr,nash_ltr", schedules="two_stage:1,two_stage:3", seeds=5, epochs=1, rule="mean"
        ),
    )
    (found,) = verdicts([SWEEP, other], "hard", {"a": "A", "b": "B"})
    figure = trade_off_figure(found, published_styles(found.points), "dark")
    assert legend(figure) == ["LtR", "LtR + Nash / LtR + Mean"]
    letters = [letter for one in figure["data"] if "text" in one["mode"] for letter in one["text"]]
    assert sorted(letters) == ["A", "A", "A", "B", "B", "B"]
