"""Which runs are held side by side: the address, the choice, and the list of all that are kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
import streamlit as st

from nashcore.runs import Run
from nashcore.runs.results import Pooled, StoredResult, pool
from ui.figures.groups import short
from ui.shell.runs import get_result
from ui.shell.sharing import here
from ui.shell.text import plain, veiled

ADDRESS = "runs"
"""The address's word for the runs: ``?runs=814e4a98,3f2767e5``."""

CHOSEN, WRITTEN = "compared", "compared_written"
"""Session keys: the widget's choice, and what was written into the address last."""

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
    """

    runs: tuple[StoredResult, ...]
    letters: dict[str, str]

    def name(self, run: StoredResult, most: int = 60) -> str:
        """The run's letter and title."""
        return f"{self.letters[run.id]} · {short(run.run.title, most)}"

    @property
    def command(self) -> str:
        """The command line that compares the same."""
        ids = [part.id for run in self.runs for part in (run.parts if isinstance(run, Pooled) else (run,))]
        return "python -m nashcore runs compare " + " ".join(ids)

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


def choose(kept: Sequence[Run]) -> Comparison:
    """The choice of runs, which a copied address brings back. What the address cannot name is told in a sentence."""
    offered = {run.id: run for run in kept if run.epochs}
    asked = ",".join(st.query_params.get_all(ADDRESS)) if ADDRESS in st.query_params else None
    if asked is not None and asked != st.session_state.get(WRITTEN):
        st.session_state[CHOSEN] = _asked(asked, kept, offered)
    elif CHOSEN not in st.session_state:
        before = [run for run in st.session_state.get(WRITTEN, "").split(",") if run in offered]
        st.session_state[CHOSEN] = before or _first_look(list(offered.values()))
    else:
        st.session_state[CHOSEN] = [run for run in st.session_state[CHOSEN] if run in offered]
    chosen = st.multiselect(
        "Runs",
        list(offered),
        key=CHOSEN,
        format_func=lambda run: f"{short(offered[run].title, 60)} · {run}",
        max_selections=MOST,
        placeholder="Choose one run or more",
        help=f"Runs that have finished an epoch at least; up to {MOST}. The address keeps the choice.",
    )
    written = ",".join(chosen)
    st.session_state[WRITTEN] = written
    if written and st.query_params.get_all(ADDRESS) != [written]:
        st.query_params[ADDRESS] = written
    elif not written:
        st.query_params.pop(ADDRESS, None)
    runs = tuple(get_result(run) for run in chosen)
    return Comparison(runs, {run.id: letter for run, letter in zip(runs, LETTERS, strict=False)})


def _asked(text: str, kept: Sequence[Run], offered: dict[str, Run]) -> list[str]:
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
    return ", ".join(run[:24] for run in runs[:4]) + more


def _first_look(offered: Sequence[Run]) -> list[str]:
    if not offered:
        return []
    newest = offered[0].config
    same = [
        run.id
        for run in offered
        if (run.config.dataset, run.config.sensitive, run.config.csv)
        == (newest.dataset, newest.sensitive, newest.csv)
    ]
    return same[:FIRST_LOOK]


WIDTHS = dict.fromkeys(("Title", "Reason"), st.column_config.TextColumn(width="medium"))
"""A long text leaves room for the other columns; a click on it shows the whole."""


def key_table(comparison: Comparison) -> pd.DataFrame:
    """What the letters stand for."""
    return pd.DataFrame(
        [{"Letter": comparison.letters[run.id], **_about(run.run)} for run in comparison.runs]
    )


def listing(kept: Sequence[Run]) -> pd.DataFrame:
    """All runs, the newest first, with the reason where one failed."""
    table = pd.DataFrame([_about(run) for run in kept])
    if any(run.reason for run in kept):
        table.insert(list(table).index("State") + 1, "Reason", [veiled(run.reason) for run in kept])
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
