"""What runs come to, as a page shows it: the sentences, and performance against disparity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from nashcore.methods import PUBLISHED, unscheduled_title
from nashcore.metrics import KINDS, METRICS
from nashcore.runs.results import Verdict, comparison_table
from ui.figures.base import Figure
from ui.figures.style import Style, Theme
from ui.figures.trade_off import Point, trade_off
from ui.shell import figure_box
from ui.shell.styles import bargained_style, goal_style
from ui.shell.table_height import table_height
from ui.shell.text import plain, theme

CAPTION = (
    "{kind}. A point is a method's mean at the last epoch, bars its 95% t intervals{over}, where there are five distinct values. "
    "Better is to the right and down. Rings go around methods that no other beats on both axes, by the means alone: neither rings "
    "nor bars that overlap settle anything. Grey: what 95% of equal groups' gaps stay within with these test rows, lighter where "
    "that is so for some methods only. Methods with the same numbers lie one inside the other."
)


def show_sentences(verdict: Verdict, key: str) -> None:
    """The sentences in a box, and what they rest on for who asks."""
    with st.container(border=True, key=key):
        first, *others = verdict.says
        st.markdown(f"**{plain(first)}**")
        for sentence in others:
            st.markdown(plain(sentence))
        # A closed box costs nothing: its table is made when it is opened.
        rests = st.expander("What this rests on", icon=":material/info:", key=f"{key}_box", on_change="rerun")
        if not rests.open:
            return
        with rests:
            st.caption(plain(" ".join(verdict.notes)))
            for run in verdict.runs:
                table = comparison_table(run.summary, verdict.kind)
                if len(table):
                    st.caption(plain(run.run.title))
                    st.dataframe(table, hide_index=True, height=table_height(len(table)))


def show_figure(verdict: Verdict, styles: Sequence[Style], *, key: str, command: str) -> None:
    """Performance against disparity; ``styles`` of the verdict's points, in their order."""
    units = {run.summary["unit"] for run in verdict.runs}
    over = f" over the {units.pop()}s" if len(units) == 1 else " over each run's splits or seeds"
    ties = [f"The same: {tie}." for tie in dict.fromkeys(verdict.points["tied"]) if tie]
    figure_box.show(
        trade_off_figure(verdict, styles, theme()),
        key=key,
        caption=plain(" ".join([CAPTION.format(over=over, kind=KINDS[verdict.kind].title), *ties])),
        alt=f"{METRICS[verdict.disparity].title} against {METRICS[verdict.performance].title} of every method.",
        data=verdict.points,
        command=command,
    )


def trade_off_figure(verdict: Verdict, styles: Sequence[Style], theme: Theme) -> Figure:
    """The figure alone."""
    rows = verdict.points.to_dict("records")
    entries = _entries(verdict, rows, styles)
    several = len(verdict.runs) > 1
    points = [_point(*each, several=several) for each in zip(rows, entries, styles, strict=True)]
    performance, disparity = METRICS[verdict.performance].short, METRICS[verdict.disparity].short
    return trade_off(points, performance, disparity, verdict.points["chance_high"].to_numpy(float), theme)


def _entries(verdict: Verdict, rows: Sequence[Mapping[Any, Any]], styles: Sequence[Style]) -> list[str]:
    """What the legend calls each point: methods that look alike, since they differ in their schedule or rule, share an entry."""
    runs = {run.id: run for run in verdict.runs}
    alike: dict[tuple[str, str], dict[str, str]] = {}
    for row, style in zip(rows, styles, strict=True):
        plain_title = unscheduled_title(runs[row["run"]].arms[row["arm"]].method)
        alike.setdefault((style.light, style.marker), {})[str(row["label"])] = plain_title
    return [
        str(row["label"])
        if len(found := alike[style.light, style.marker]) == 1
        else " / ".join(dict.fromkeys(found.values()))
        for row, style in zip(rows, styles, strict=True)
    ]


def _point(row: Mapping[Any, Any], entry: str, style: Style, *, several: bool) -> Point:
    def ends(axis: str) -> tuple[float, float, float]:
        mean, low, high = (float(str(row[f"{axis}_{part}"])) for part in ("mean", "low", "high"))
        return mean, low, high

    name, label = str(row["name"]), str(row["label"])
    letter = name.removeprefix(label).strip("\u00a0·") if several else ""
    tied, efficient = str(row["tied"]), bool(row["efficient"])
    return Point(name, entry, style, ends("performance"), ends("disparity"), efficient, tied, letter)


def published_styles(points: pd.DataFrame) -> list[Style]:
    """How the points' methods are drawn, whatever their rule and schedule."""
    published = [PUBLISHED[name] for name in points["method"]]
    return [bargained_style(one.goal) if one.bargains else goal_style(one.goal) for one in published]
