"""The frame around every page: configuration, navigation, header, footer, and how errors are told."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from nashcore import __version__
from nashcore.errors import InputError
from ui.components import component
from ui.figures.style import Theme
from ui.shell import tour

NAME = "Nash Bargaining Lab"
TAB_ICON = Path(__file__).parent / "assets" / "icon.png"
"""A file of our own: the browser would fetch a symbol or an emoji from a server on the internet."""


@dataclass(frozen=True)
class Page:
    """One entry of the navigation.

    Attributes:
        path: the page's file, from the project's root.
        title: shown in the navigation, the header and the browser's tab.
        icon: a Material symbol (its font comes with Streamlit).
        purpose: one sentence on what the page is for.
        question: what the reader can find out there, for the start page's cards.
    """

    path: str
    title: str
    icon: str
    purpose: str
    question: str = ""


START = Page(
    "app.py",
    "Start",
    ":material/balance:",
    "When groups pull a model in different directions, bargaining finds a step from which everybody gains.",
)
GEOMETRY = Page(
    "pages/1_Conflict_geometry.py",
    "Conflict geometry",
    ":material/architecture:",
    "Turn and stretch the gradients of two to five groups and see which direction each rule settles on.",
    "Which directions help everybody, and which of them does each rule pick?",
)
PLANE = Page(
    "pages/2_Loss_plane.py",
    "Loss plane",
    ":material/route:",
    "Follow every rule from the same starting points and see which of them reach the Pareto front.",
    "Where does each rule end up, and from which starts does it fail?",
)
SCHEDULES = Page(
    "pages/3_Schedules.py",
    "Schedules",
    ":material/schedule:",
    "Bargain first, pursue fairness afterwards: choose after how many steps to switch.",
    "How many bargaining steps does fairness need to get off the ground?",
)
TRAIN = Page(
    "pages/4_Train.py",
    "Train",
    ":material/model_training:",
    "Train all methods side by side on a real table and read what they do for each group.",
    "Does bargaining help on real data, for which groups, and by how much?",
)
COMPARE = Page(
    "pages/5_Compare.py",
    "Compare",
    ":material/compare_arrows:",
    "Hold finished runs side by side: the paper's table, what differs between them, and by how much.",
    "Does one rule, one schedule or one setting do better than another, beyond chance?",
)
PAGES = (GEOMETRY, PLANE, SCHEDULES, TRAIN, COMPARE)

# Streamlit has no setting for these: the width of a line, even numerals in tables and metrics, captions dark
# enough to read.
_CSS = """
<style>
[data-testid="stMainBlockContainer"] { max-width: 78rem; }
[data-testid="stMetricValue"], [data-testid="stTable"] { font-variant-numeric: tabular-nums; }
[data-testid="stMainBlockContainer"] h1 { letter-spacing: -0.01em; padding-bottom: 0.2rem; }
[data-testid="stCaptionContainer"] { color: inherit; opacity: 0.78; }
.st-key-purpose p { font-size: 1.12rem; opacity: 0.85; max-width: 46rem; text-wrap: pretty; }
[class*="st-key-themed"] { position: absolute; }
.st-key-footer { margin-top: 2.5rem; }
.st-key-footer p { max-width: 52rem; text-wrap: pretty; }
@media (max-width: 640px) {
  [data-testid="stMainBlockContainer"] { padding-left: 1rem; padding-right: 1rem; }
  [data-testid="stMainBlockContainer"] h1 { font-size: 1.8rem; }
}
</style>
"""


_themed = component("themed")


def theme() -> Theme:
    """The theme of the visitor's page, light when the browser has not said yet."""
    return "dark" if st.context.theme.type == "dark" else "light"


def warn(sentences: Sequence[str]) -> None:
    """Warnings in one box, however many they are; none, no box."""
    if len(sentences) > 1:
        st.warning("\n".join(f"- {plain(sentence)}" for sentence in sentences), icon=":material/warning:")
    elif sentences:
        st.warning(plain(sentences[0]), icon=":material/warning:")


def plain(text: object) -> str:
    """Text as Markdown that shows it letter for letter: no links, no formulas, no HTML, whatever it holds."""
    unlinked = re.sub(
        r"(?i)(www|://|@)(?=[\w.])", "\\1\u2060", str(text)
    )  # a word joiner stops links, unseen
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", unlinked)


@contextmanager
def told_plainly() -> Iterator[None]:
    """Bad input becomes its one plain sentence on the page; what stands after the block goes on.

    Every fragment needs its own: when a fragment runs again, the page around it does not.
    """
    try:
        yield
    except InputError as error:
        st.error(plain(error), icon=":material/error:")


@contextmanager
def framed(page: Page, *, hides: str) -> Iterator[Theme]:
    """Configuration, navigation, header and footer around a page's body. Every page calls this first.

    Args:
        page: the page's entry in the navigation.
        hides: what the page does not show, in one or two sentences for the footer.

    Yields:
        The theme of the visitor's page.
    """
    tab = NAME if page is START else f"{page.title} · {NAME}"
    st.set_page_config(page_title=tab, page_icon=TAB_ICON, layout="wide", initial_sidebar_state="auto")
    st.html(_CSS)
    _navigation()
    _themed(data={"theme": theme()}, key="themed", on_theme_change=_nothing)
    st.title(NAME if page is START else page.title, anchor=False)
    with st.container(key="purpose"):
        st.markdown(page.purpose)
    tour.show(page.path)
    with told_plainly():
        yield theme()
    with st.container(key="footer"):
        st.divider()
        st.caption(f"**What this page does not show.** {hides}")
        st.caption(
            f"{NAME} {__version__}. Everything is computed on this machine, and nothing leaves it. The "
            f"mathematics follows "
            "“Fairness-Aware Meta-Learning via Nash Bargaining” (Zeng et al., NeurIPS 2024)."
        )


def _nothing() -> None:
    """A new run is all that a switched theme needs."""


def _navigation() -> None:
    with st.sidebar:
        st.markdown(f"##### {START.icon} {NAME}")
        for entry in (START, *PAGES):
            st.page_link(entry.path, label=entry.title, icon=entry.icon, width="stretch")
