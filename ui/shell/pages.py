"""The pages of the navigation, in its order."""

from __future__ import annotations

from dataclasses import dataclass


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
SWEEPS = Page(
    "pages/6_Sweeps.py",
    "Sweeps",
    ":material/tune:",
    "Many runs that differ in what a file says: how far they are, and which settings do best, as far as that can be told.",
    "Which settings do best, and which others cannot be told from them?",
)
PAGES = (GEOMETRY, PLANE, SCHEDULES, TRAIN, COMPARE, SWEEPS)
"""All but the start page."""
