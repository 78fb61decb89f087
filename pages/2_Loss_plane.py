"""Trajectories of every method from every start, on the plane of the losses and on the plane of the
parameters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from nashcore.errors import InputError
from synthetic.config import PlaneConfig, random_starts
from synthetic.pareto import FAILURE_DISTANCE
from synthetic.presets import PRESETS as FOUND
from synthetic.problems import get_problem
from ui import basin_map, below, plane, player
from ui.figures import basin as draw_basin
from ui.figures import plane as draw
from ui.figures.style import INKS, look
from ui.frame import PLANE, framed, theme, told_plainly
from ui.knobs import Preset, entry_preset, preset_row

FIGURES = ("rules", "one_stage", "stages", "convex")  # presets of the engine that a plane can show
PRESETS = {
    name.replace("_", "-"): Preset(
        FOUND[name].title,
        {
            "methods": list(FOUND[name].config.methods),
            "problem": FOUND[name].config.problem,
            "steps": FOUND[name].config.steps,
            "lr": FOUND[name].config.lr,
            "optimizer": FOUND[name].config.optimizer,
            "multiple": FOUND[name].config.multiple,
        },
        FOUND[name].says,
    )
    for name in FIGURES
}
PRESETS["beyond"] = Preset(
    "Ten times the bound",
    dict(PRESETS["convex"].values) | {"multiple": 10.0},
    "The guarantee is gone: look for gaps in the ribbon.",
)


LABELS = {"methods": lambda name: look(name).title, "problem": lambda name: get_problem(name).title}


def knobs() -> PlaneConfig:
    """The page's controls, as the description of a run."""
    methods = st.multiselect(
        "Methods",
        plane.METHODS,
        PlaneConfig().methods,
        format_func=LABELS["methods"],
        key="methods",
        bind="query-params",
        wrap=True,
        help="A rule alone; a goal alone (one stage); or a goal that bargains throughout or at first (two "
        "stages).",
    )
    left, middle, right = st.columns([2, 1, 1], gap="medium")
    with st.expander("More: problem, optimizer, own and random starting points", icon=":material/tune:"):
        a, b, c = st.columns(3, gap="medium")
        name = a.selectbox(
            "Problem",
            plane.FLAT,
            format_func=LABELS["problem"],
            key="problem",
            bind="query-params",
        )
        scale = b.select_slider(
            "Multiply L1 by", (0.01, 0.1, 1.0, 10.0, 100.0), 1.0, key="scale", bind="query-params"
        )
        optimizer = c.selectbox(
            "Optimizer", ("adam", "momentum", "sgd", "guaranteed"), key="optimizer", bind="query-params"
        )
        multiple = a.select_slider(
            "Guaranteed steps: times the bound",
            (1.0, 2.0, 5.0, 10.0),
            1.0,
            key="multiple",
            bind="query-params",
            disabled=optimizer != "guaranteed",
            help="At 1 the bound proves that no group loses. Take ten times the step and see the ribbon "
            "break.",
        )
        own = a.text_input("Own starting points", key="own", bind="query-params", placeholder="x, y; x, y")
        drawn = b.slider("Random starting points", 0, 20, 0, key="drawn", bind="query-params")
        seed = c.slider("Seed", 0, 99, 0, key="seed", bind="query-params")
    problem = get_problem(name)  # known only now, and the starting points depend on it
    chosen = left.pills(
        "Starting points",
        range(len(problem.starts)),
        selection_mode="multi",
        default=list(range(len(problem.starts))),
        format_func=lambda number: plane.start_label(problem, number),
        key="starts",
        bind="query-params",
        wrap=True,
    )
    steps = middle.slider("Steps", 50, 3000, 1000, 50, key="steps", bind="query-params")
    rate = right.select_slider(
        "Learning rate", (0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5), 0.05, key="lr", bind="query-params"
    )
    if not methods:
        raise InputError("Nothing to draw: choose at least one method.")
    given = tuple(problem.starts[number] for number in chosen) + plane.parse_starts(own)
    if not given and not drawn:
        raise InputError("Nothing to draw: choose at least one starting point.")
    if not given:  # no starts would mean the problem's own
        given = tuple(map(tuple, random_starts(problem, drawn, seed).tolist()))
        drawn = 0
    return PlaneConfig(
        problem=name,
        scale=scale,
        methods=tuple(methods),
        starts=() if given == problem.starts else given,
        random_starts=drawn,
        steps=steps,
        lr=rate,
        optimizer=optimizer,
        multiple=multiple,
        seed=seed,
    )


def ends_table(ran: plane.Ran, column: str, red: str | None = None) -> object:
    """A method a row, a start a column; failing runs in red where a style for them is given."""
    wide = np.asarray(ran.ends[column], dtype=float).reshape(ran.failed.shape)
    starts = {f"Start {place}": list(map(number, values)) for place, values in enumerate(wide.T, 1)}
    table = pd.DataFrame({"Method": [look(name).title for name in ran.names]} | starts)
    if red is None:
        return table
    styles = np.full(table.shape, "", dtype=object)
    styles[:, 1:][ran.failed] = red
    return table.style.apply(lambda _: styles, axis=None)


def number(value: float) -> str:
    """A number as people read it."""
    if not np.isfinite(value):
        return "lost"
    return f"{value:.3f}" if value < 1e4 else f"{value:.0e}"


def told(ran: plane.Ran) -> str:
    """The picture in one sentence."""
    titles = [look(name).title for name in ran.names]
    fails = dict(zip(titles, ran.failed.sum(1).tolist(), strict=True))
    never = [title for title, count in fails.items() if not count]
    some = [f"{title} from {count} of {ran.failed.shape[1]}" for title, count in fails.items() if count]
    parts = [
        f"Reaches the front from every start: {', '.join(never)}."
        if never
        else "No method reaches the front from every start."
    ]
    if some:
        parts.append(f"Fails: {', '.join(some)}.")
    return " ".join(parts)


def add_start(x: float, y: float) -> None:
    """Add a starting point where the reader clicked."""
    given = st.session_state.get("own", "")
    st.session_state["own"] = f"{given}; {x:.2f}, {y:.2f}".removeprefix("; ")


@st.fragment
def laboratory() -> None:
    """Everything that moves together when a knob turns."""
    with told_plainly():
        with st.container(border=True):
            config = knobs()
        st.session_state["plane_config"] = config.to_json()
        ran = plane.run(config.to_json())
        problem = config.build_problem()
        page_theme = theme()
        x_range, y_range = problem.loss_range[0], problem.loss_range[1]
        st.markdown(f"**{told(ran)}**")
        left, right = st.columns(2, gap="medium")
        with left:
            below.show(
                draw.loss_plane(
                    draw.Paths(ran.names, ran.losses, ran.failed),
                    problem.front.losses.numpy(),
                    x_range,
                    y_range,
                    page_theme,
                ),
                key="loss-plane",
                caption="Numbered circles are starts, filled marks are ends; a red ring is an end further "
                "than "
                f"{FAILURE_DISTANCE} from the front. On the dotted diagonal both groups lose alike. "
                "How fast a run moves is not shown.",
                alt=f"Paths of {len(ran.names)} methods on the plane of the two losses. {told(ran)}",
                data=ran.ends,
                command=plane.command(config),
            )
        with right:
            x, y, levels = plane.ground(config.problem, config.scale)
            below.show(
                draw.parameter_plane(
                    draw.Paths(ran.names, ran.theta, ran.failed),
                    problem.front.theta.numpy(),
                    draw.Ground(x, y, levels),
                    problem.theta_range[0],
                    problem.theta_range[1],
                    page_theme,
                ),
                key="parameter-plane",
                caption="The same runs where they really move, over level lines of L1 (solid) and L2 "
                "(dotted). Look for "
                "paths that stall "
                "where the level lines of one loss are crowded: there one group's gradient drowns the "
                "other's.",
                alt="The same paths on the plane of the two parameters, over level lines of both losses.",
                data=ran.ends,
                command=plane.command(config),
            )
        st.subheader("Where the runs end", anchor=False)
        red = f"color: {INKS[page_theme].failed}; font-weight: 650"
        st.markdown("Distance to the Pareto front; red where it is a failure")
        st.dataframe(ends_table(ran, "distance", red), hide_index=True)
        st.markdown("Gap between the groups, |L1 − L2|")
        st.dataframe(
            ends_table(ran, "gap").style.format(precision=3, na_rep="left the numbers"), hide_index=True
        )
        lonely = np.asarray(ran.ends["failing_share"])
        if ((lonely > 0) & (lonely < 1)).any():
            st.caption(
                "Some starts are on a knife's edge: of copies moved by a billionth, a part fails and a part "
                "does not. "
                "Such a start counts as failing, and the failing copy is drawn."
            )
        st.subheader("Play the runs", anchor=False)
        with st.container(border=True, key="stage"):
            player.show(ran, problem, page_theme, add_start)
        if st.toggle("Show how well the steps are aligned with each group", key="align", bind="query-params"):
            alignment(config)


def alignment(config: PlaneConfig) -> None:
    """How well the players' gradients agree with the steps, before and after bargaining."""
    found = plane.aligned(config.to_json())
    left, right = st.columns(2)
    name = left.selectbox("Method", list(found), format_func=lambda name: look(name).title, key="aligned")
    statistic = right.segmented_control(
        "Over the players", ["Lowest", "Mean", "Highest"], default="Lowest", required=True, key="statistic"
    )
    column = ["Lowest", "Mean", "Highest"].index(statistic)
    before, after = (part[:, column] for part in found[name])
    below.show(
        draw_basin.alignment(
            f"Alignment along the runs: {look(name).title}",
            before,
            after,
            look(name).colour(theme()),
            statistic,
            theme(),
        ),
        key="plane-alignment",
        caption="The cosine between each player's gradient and the direction, at every step of every run. A "
        "lowest cosine "
        "above zero is a step from which all gain. A rule without a goal is compared with the mean.",
        alt=f"Histograms of the {statistic.lower()} cosine before and after bargaining.",
        data=pd.DataFrame({"goal": before, "taken": after}),
        command=plane.command(config),
    )


with framed(
    PLANE,
    hides="Two losses of two parameters, made up so that they conflict. It shows which rules can get stuck "
    "and why, not how often "
    "that happens in training; noise, many parameters and more groups are on the other pages.",
):
    entry_preset(PLANE, PRESETS, LABELS)
    preset_row(PRESETS)
    laboratory()
    if "plane_config" in st.session_state:
        basin_map.show()
