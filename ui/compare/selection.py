"""Which runs are held side by side: the address, the choice, and the list of all that are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import streamlit as st

from nashcore.errors import shortened
from nashcore.runs import WORDS, Listed, Run, settings_in_words, words_apart
from nashcore.runs.results import Pooled, StoredResult, pool
from ui.figures.groups import short
from ui.shell.runs import get_result
from ui.shell.sharing import here
from ui.shell.text import plain

ADDRESS = "runs"
"""The address's word for the runs: ``?runs=814e4a98,3f2767e5``."""

CHOSEN, WRITTEN = "compared", "compared_written"
"""Session keys: the widget's choice, and what was written into the address last."""

OTHERS, MOVED = "ticked_besides", "compared_moved"
"""Session keys: what is ticked and not side by side, and how often the choice was changed elsewhere than in the table."""

BASELINE = "baseline"
"""Session key and the address's word: the run that the others are held against."""

MOST = 8
LETTERS = "ABCDEFGH"
FIRST_LOOK = 3
"""Runs that stand side by side when the address names none: the newest and others on its table."""


@dataclass(frozen=True)
class Comparison:
    """The runs that stand side by side.

    Attributes:
        runs: in the order of the choice.
        letters: what figures and tables call each run, by id.
        has_baseline: whether the first run is the one that the others are held against.
    """

    runs: tuple[StoredResult, ...]
    letters: dict[str, str]
    has_baseline: bool = False

    def name(self, run: StoredResult, most: int = 60) -> str:
        """The run's letter and title."""
        return f"{self.letters[run.id]} · {short(run.run.title, most)}"

    @property
    def command(self) -> str:
        """The command line that compares the same."""
        ids = [part.id for run in self.runs for part in (run.parts if isinstance(run, Pooled) else (run,))]
        first = f" --baseline {ids.pop(0)}" if self.has_baseline else ""
        return " ".join(["python -m nashcore runs compare", *ids]) + first

    def pooled(self) -> Comparison:
        """The same with those runs put together that differ in their splits alone; their letters are put together too."""
        runs = pool(self.runs)
        letters = {
            run.id: "+".join(self.letters[part.id] for part in run.parts)
            if isinstance(run, Pooled)
            else self.letters[run.id]
            for run in runs
        }
        return Comparison(tuple(runs), letters)

    def part(self, runs: Sequence[StoredResult]) -> Comparison:
        """Some of the runs, with their letters."""
        return Comparison(tuple(runs), self.letters)


def take_up(kept: Sequence[Listed]) -> None:
    """The choice of runs as the address brings it back, or the first look. What the address cannot name is told in a sentence."""
    offered = {run.id: run for run in kept if run.epochs}
    asked = ",".join(st.query_params.get_all(ADDRESS)) if ADDRESS in st.query_params else None
    if asked is not None and asked != st.session_state.get(WRITTEN):
        st.session_state[CHOSEN] = _asked(asked, kept, offered)
        moved()
    elif CHOSEN not in st.session_state:
        before = [run for run in st.session_state.get(WRITTEN, "").split(",") if run in offered]
        st.session_state[CHOSEN] = before or _first_look(list(offered.values()))
    else:
        st.session_state[CHOSEN] = [run for run in st.session_state[CHOSEN] if run in offered]


def ticked() -> list[str]:
    """The ids of the runs that are ticked: those side by side, and others, without figures or more than fit."""
    chosen = st.session_state.get(CHOSEN, [])
    return [*chosen, *(run for run in st.session_state.get(OTHERS, []) if run not in chosen)]


def tick(view: Sequence[Listed], rows: Sequence[int]) -> None:
    """Ticks of the rows of a table: of the runs that have figures, the first are held side by side."""
    shown = {run.id for run in view}
    on = [view[row].id for row in rows if row < len(view)]
    before = [run for run in ticked() if run not in shown or run in on]
    now = [*before, *(run for run in on if run not in before)]
    figures = {run.id: bool(run.epochs) for run in view} | dict.fromkeys(
        st.session_state.get(CHOSEN, []), True
    )
    st.session_state[CHOSEN] = [run for run in now if figures.get(run)][:MOST]
    st.session_state[OTHERS] = [run for run in now if run not in st.session_state[CHOSEN]]


def moved() -> None:
    """The choice was changed elsewhere than by ticks: the table is drawn anew with others."""
    st.session_state[MOVED] = st.session_state.get(MOVED, 0) + 1


def choose(kept: Sequence[Listed], view: Sequence[Listed]) -> Comparison:
    """The runs that stand side by side, the baseline first."""
    offered = {run.id: run for run in kept if run.epochs}
    near = [run.id for run in view if run.epochs]
    chosen = st.multiselect(
        "Runs",
        list(dict.fromkeys([*st.session_state[CHOSEN], *near])),
        key=CHOSEN,
        format_func=lambda run: f"{short(offered[run].title, 60)} · {run}",
        max_selections=MOST,
        placeholder="Choose one run or more",
        help=f"Runs that have finished an epoch at least; up to {MOST}. The address keeps the choice.",
        on_change=moved,
    )
    written = ",".join(chosen)
    st.session_state[WRITTEN] = written
    if written and st.query_params.get_all(ADDRESS) != [written]:
        st.query_params[ADDRESS] = written
    elif not written:
        st.query_params.pop(ADDRESS, None)
    first = _baseline(chosen, offered)
    runs = tuple(get_result(run) for run in [*first, *(run for run in chosen if run not in first)])
    return Comparison(runs, {run.id: letter for run, letter in zip(runs, LETTERS, strict=False)}, bool(first))


def _baseline(chosen: Sequence[str], offered: Mapping[str, Listed]) -> list[str]:
    """The run that the others are held against, which the address keeps; none is one of the choices."""
    if len(chosen) < 2:
        return []
    asked = st.query_params.get(BASELINE)
    if BASELINE not in st.session_state or st.session_state[BASELINE] not in ("", *chosen):
        st.session_state[BASELINE] = asked if asked in chosen else ""
    found = st.selectbox(
        "Baseline",
        ["", *chosen],
        key=BASELINE,
        format_func=lambda run: f"{short(offered[run].title, 60)} · {run}" if run else "none",
        help="The run that all others are held against: it stands first, and every other has its differences to it.",
        width=420,
    )
    if found:
        st.query_params[BASELINE] = found
    else:
        st.query_params.pop(BASELINE, None)
    return [found] if found else []


def _asked(text: str, kept: Sequence[Listed], offered: dict[str, Listed]) -> list[str]:
    """The runs that an address names, as far as they can be shown."""
    ids = list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    states = {run.id: run.state for run in kept}
    unknown = [run for run in ids if run not in states]
    empty = [f"{run} ({states[run]})" for run in ids if run in states and run not in offered]
    good = [run for run in ids if run in offered]
    parts = []
    if unknown:
        parts.append(f"not kept {here()}: {_few(unknown)}")
    if empty:
        parts.append(f"without figures: {_few(empty)}")
    if len(good) > MOST:
        parts.append(f"more than {MOST} at once: {_few(good[MOST:])}")
    if parts:
        st.warning(plain(f"The address asks for runs that cannot be shown here; {'; '.join(parts)}."))
    return good[:MOST]


def _few(runs: Sequence[str]) -> str:
    more = f" and {len(runs) - 4} more" if len(runs) > 4 else ""
    return ", ".join(map(shortened, runs[:4])) + more


def _first_look(offered: Sequence[Listed]) -> list[str]:
    if not offered:
        return []

    def table(run: Listed) -> list[str | None]:
        return [run.settings.get(name) for name in ("dataset", "sensitive", "csv")]

    return [run.id for run in offered if table(run) == table(offered[0])][:FIRST_LOOK]


WIDTHS = dict.fromkeys(("Title", "Differs in"), st.column_config.TextColumn(width="medium"))
"""A long text leaves room for the other columns; a click on it shows the whole."""


def key_table(comparison: Comparison) -> pd.DataFrame:
    """What the letters stand for, and in which settings the runs differ."""
    apart = words_apart([settings_in_words(run.config) for run in comparison.runs], WORDS)
    table = pd.DataFrame(
        [{"Letter": comparison.letters[run.id], **_about(run.run)} for run in comparison.runs]
    )
    if any(apart):
        table.insert(2, "Differs in", apart)
    return table


def _about(run: Run) -> dict[str, object]:
    models = run.config.models
    return {
        "Title": run.title,
        "Table": f"{run.config.dataset}, by {run.config.sensitive}",
        "Begun": datetime.fromtimestamp(run.created).isoformat(" ", "minutes"),
        "State": run.state,
        "Epochs": f"{run.epochs} of {run.config.epochs}",
        "Models": models,
        "Id": run.id,
    }
