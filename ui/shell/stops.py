"""The stops of the guided tour, declared once: the pages, the handouts and the lesson plan in docs/lesson.md follow them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Stop:
    """One stop.

    Attributes:
        title: a few words; a page's question to predict goes by it.
        page: the page's file.
        preset: the page's preset that sets the scene, or none.
        minutes: how long a class stays.
        look_for: at most five sentences on what to look at.
        formula: one, as LaTeX, or none.
        question: to think about before unfolding the answer.
        answer: the answer.
    """

    title: str
    page: str
    preset: str | None
    minutes: int
    look_for: str
    formula: str | None
    question: str
    answer: str


STOPS = (
    Stop(
        "Conflict",
        "pages/1_Conflict_geometry.py",
        "conflict",
        3,
        "Each group's gradient points where its loss falls fastest. Here the two point apart, and one is twice as "
        "long. Look at the mean's arrow and at the bars: whom does it help? Then turn group 1 and watch the bar of "
        "group 2.",
        r"u_i = \langle g_i, d \rangle",
        "Why does the mean step hurt group 2 and not group 1?",
        "Group 1's gradient is longer, so it has more say in the mean. When the angle between them is wide enough, "
        "the mean points more than a right angle away from the shorter gradient, and that group's gain is negative.",
    ),
    Stop(
        "The agreement set",
        "pages/1_Conflict_geometry.py",
        "no-agreement",
        4,
        "The shaded cone holds the directions from which every group gains. Here it is empty: three groups pull "
        "evenly in three directions. Turn one of them slowly towards another and see the cone open.",
        r"A = \{d : \langle g_i, d\rangle > 0 \text{ for all } i\}",
        "How far apart may two gradients be before the cone is empty?",
        "Up to, but not including, half a turn. With two groups only exactly opposite gradients leave no agreement; "
        "with three it is enough that zero lies among their weighted averages.",
    ),
    Stop(
        "Bargaining",
        "pages/1_Conflict_geometry.py",
        "one-shouts",
        4,
        "One gradient is a hundred times as long as the others. The mean listens to it alone; Nash does not hear the "
        "volume. Move the exponent from 1 to −∞ and see the same family of rules go from loudest to worst-off.",
        r"\max_{d \in A,\ \|d\| \le 1}\ \prod_i \langle g_i, d\rangle \iff a_i\,(G a)_i = 1",
        "What happens to the Nash direction if you make the long gradient short?",
        "Nothing. Scaling a gradient scales its utility by a constant, and a product of utilities has its maximum in "
        "the same place. No other rule of the family has this property.",
    ),
    Stop(
        "Trajectories",
        "pages/2_Loss_plane.py",
        "rules",
        5,
        "Every rule takes a thousand steps from five starts. Press play and follow start 3, from which the mean fails. The red "
        "rings mark the runs that stop short of the front. Under the play bar, full colour means that both "
        "groups gained from every start.",
        r"\theta_{t+1} = \theta_t - \eta\, \textstyle\sum_i a_i\, g_i(\theta_t)",
        "Why does the mean get stuck where Nash does not?",
        "Where one loss is steep and the other shallow, the mean follows the steep one along the valley's wall and "
        "back again. Nash gives both the same say, whatever their slopes, and goes down the valley.",
    ),
    Stop(
        "Goals alone",
        "pages/2_Loss_plane.py",
        "one-stage",
        3,
        "Now each run follows one fairness goal from the first step on. FORML wants equal losses and gets them, on "
        "the dotted diagonal, yet far from the front: both groups lose alike. Meta-gDRO reaches both, and shows no need for "
        "bargaining here.",
        r"\text{FORML: } \min_\theta\ \max_i L_i - \min_i L_i",
        "Is a gap of zero a good result?",
        "Not by itself. A gap can be closed by making the better-off group worse. That is why distance to the front "
        "and gap are shown side by side here.",
    ),
    Stop(
        "Two stages",
        "pages/3_Schedules.py",
        "first-400",
        4,
        "First bargain, then follow the goal. Move T from 0 to 1000 and look for the ends with neither ring nor "
        "square. The curves show how wide that window is for each goal.",
        r"d_t = \begin{cases} d_{\text{Nash}} & t < T \\ d_{\text{goal}} & t \ge T \end{cases}",
        "What goes wrong when T is too small, and what when it is too large?",
        "Too small, and the goal starts where its own gradient leads away from the front. Too large, and no steps are "
        "left to walk along the front to the diagonal.",
    ),
    Stop(
        "A real table",
        "pages/4_Train.py",
        "class",
        5,
        "The Titanic's passengers in two groups: eight methods, ten epochs, real noise. Before you press Train, say what you "
        "expect of the gap. Then read the intervals before the means. An interval that holds zero says that these runs "
        "cannot tell the two methods apart.",
        r"\text{gap} = \max_g \mathrm{AUC}_g - \min_g \mathrm{AUC}_g",
        "What would you change to make the interval shorter?",
        "More seeds shorten it, but they cover only what training varies. Several splits of the rows, with more test rows in "
        "each group, come nearer to what another sample of people would show.",
    ),
    Stop(
        "What was seen",
        "app.py",
        None,
        2,
        "A mean listens to the loudest, and may take from the others. Where the agreement set is not empty, bargaining gives "
        "every group a say, whatever its volume. A closed gap alone can mean that all lose alike, so it has to be read beside the "
        "front. How long to bargain depends on the problem. On real tables, few rows seldom tell two methods apart.",
        None,
        "What would you have to see before you used one of these methods on your own table?",
        "Enough test rows in every group for an interval that does not hold zero, a gain that is more than chance would show, and "
        "nobody who pays for it. The page Train takes a table of your own, says what stands in its way, and keeps the test apart.",
    ),
)
"""In the order in which they are walked."""
