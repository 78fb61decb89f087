"""A sweep's figures on its page: the best and what cannot be told from it, parallel coordinates, a metric against a field."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from nashcore.metrics import METRICS
from nashcore.runs.results import WORDS
from nashcore.runs.sweep import Best, Candidate, SweepFigures, best_of, best_sentences, numeric, sweep_table
from ui.figures.style import SPARE, Style
from ui.figures.sweeps import Coordinate, Dots, against, parallel
from ui.shell import figure_box
from ui.shell.styles import arm_styles
from ui.shell.text import plain, theme

Array = NDArray[np.float64]

METHOD = "Method"
"""What the axis of the methods is called."""


def finished(figures: SweepFigures, metric: str, arm: str | None) -> list[Candidate]:
    """The candidates that are drawn: of finished runs, with the metric in a model at least that got through."""
    return [
        one
        for one in figures.candidates
        if arm in (None, one.arm)
        and one.run.finished
        and one.kept.any()
        and np.isfinite(one.values(metric)).all()
    ]


def show_best(figures: SweepFigures, metric: str, arm: str | None) -> list[Best]:
    """The best of each set of runs with the same data, in sentences, and the others held against it."""
    found = best_of(figures, metric, arm)
    for number, best in enumerate(found):
        first, *rest = best_sentences(best)
        with st.container(border=True):
            st.markdown(f"**{plain(first)}** {' '.join(plain(one) for one in rest[:1])}")
            for sentence in rest[1:]:
                st.caption(plain(sentence))
            if best.rivals:
                others = "The other one" if len(best.rivals) == 1 else f"The {len(best.rivals)} others"
                with st.expander(f"{others} held against it", key=f"rivals_{number}"):
                    st.dataframe(rivals_table(best), hide_index=True)
    if len(found) > 1:
        st.caption(
            f"The runs are on {len(found)} sets of rows, tables or encodings, which cannot be compared: each has a best of its own."
        )
    return found


def rivals_table(best: Best) -> pd.DataFrame:
    """Every other candidate, and its paired difference to the best."""
    return pd.DataFrame(
        [
            {
                "Candidate": rival.candidate.name,
                "Mean": f"{rival.mean:.3f}",
                "Difference": "–" if rival.difference is None else f"{rival.difference + 0.0:+.4f}",
                "95% interval": rival.reason
                if rival.low is None or rival.high is None
                else f"{rival.low:+.4f} to {rival.high:+.4f}",
                "p, corrected": "–" if rival.p is None else f"{rival.p:.4f}",
                "Told from the best": "yes" if rival.told else "no",
            }
            for rival in best.rivals
        ]
    )


def show_figures(figures: SweepFigures, metric: str, arm: str | None, found: Sequence[Best]) -> None:
    """Parallel coordinates of all candidates, and the metric against one field."""
    drawn = finished(figures, metric, arm)
    if not drawn:
        st.info("Figures begin with the first run that has finished.", icon=":material/hourglass:")
        return
    means = np.array([one.values(metric).mean() for one in drawn])
    names = [one.name for one in drawn]
    fields = coordinates(figures, drawn)
    best = [place for place, one in enumerate(drawn) if any(one is each.candidate for each in found)]
    words = METRICS[metric]
    direction = "turned around, so that up is better" if words.smaller_is_better else "up is better"
    left = len([one for one in figures.standings if one.state != "finished"])
    lacking = f" {left} of {len(figures.standings)} runs have not finished and are not drawn." if left else ""
    figure_box.show(
        parallel(
            fields,
            words.short,
            means,
            names,
            best[0] if len(best) == 1 else None,
            f"All candidates: {words.short}",
            theme(),
            smaller_is_better=words.smaller_is_better,
        ),
        key=f"sweep_{figures.sweep.id}_parallel",
        caption=f"A line a method of a run, through its settings to its mean {words.title} on the test rows after the last epoch "
        f"({direction}). Lines that stand out more from the page are better, and a thick one is the best. A mean says nothing "
        f"about chance: see above what can be told apart.{lacking}",
        alt=f"Parallel coordinates of {len(drawn)} candidates over {len(fields)} fields and {words.title}.",
        data=lambda: sweep_table(figures),
        command=f"python -m nashcore sweep show {figures.sweep.id} --csv sweep.csv",
    )
    _show_against(figures, metric, drawn, means, fields)


def coordinates(figures: SweepFigures, drawn: Sequence[Candidate]) -> list[Coordinate]:
    """The axes: every field that varies, and the method where there are several."""
    found = [
        Coordinate(WORDS[name], [one.settings.get(name, "none") for one in drawn], numeric(drawn, name))
        for name in dict.fromkeys(name for one in drawn for name in one.settings)
    ]
    if len({one.arm for one in drawn}) > 1:
        found.append(Coordinate(METHOD, [one.title for one in drawn]))
    return found


def styles(drawn: Sequence[Candidate]) -> dict[str, Style]:
    """How every method is drawn, by its title. Methods of one goal that differ in their rule get a style of their own each."""
    found: dict[str, Style] = {}
    taken: set[tuple[str, str]] = set()
    for one in drawn:
        if one.title in found:
            continue
        style = arm_styles(one.config.arms())[one.arm]
        spare = (each for each in SPARE if (each.light, each.marker) not in taken)
        if (style.light, style.marker) in taken:
            style = next(spare, style)
        taken.add((style.light, style.marker))
        found[one.title] = style.titled(one.title)
    return found


def _show_against(
    figures: SweepFigures,
    metric: str,
    drawn: Sequence[Candidate],
    means: Array,
    fields: Sequence[Coordinate],
) -> None:
    choices = [field for field in fields if field.title != METHOD]
    if not choices:
        return
    titles = [field.title for field in choices]
    title = st.selectbox("Field", titles, key="field")
    field = choices[titles.index(title)]
    spreads = np.array(
        [values.std(ddof=1) if len(values := one.values(metric)) > 1 else np.nan for one in drawn]
    )
    methods = [
        Dots(style, [place for place, one in enumerate(drawn) if one.title == title])
        for title, style in styles(drawn).items()
    ]
    words = METRICS[metric]
    figure_box.show(
        against(
            field,
            words.heading,
            means,
            spreads,
            [one.name for one in drawn],
            methods,
            f"{words.short} against {field.title.lower()}",
            theme(),
        ),
        key=f"sweep_{figures.sweep.id}_against",
        caption=f"A dot a method of a run: its mean {words.title} on the test rows after the last epoch, with one standard "
        "deviation over its seeds, or its splits where there are several. Methods stand a little beside each other. Bars "
        "that overlap may be told apart in pairs, and bars that do not may be chance among many.",
        alt=f"{words.title} against {field.title} of {len(drawn)} candidates.",
        data=lambda: sweep_table(figures),
    )
