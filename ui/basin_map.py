"""The basin map's section of the loss-plane page: two maps side by side, computed on request."""

from __future__ import annotations

import numpy as np
import streamlit as st

from synthetic.basin import Basin, map_basin
from synthetic.config import PlaneConfig
from synthetic.pareto import FAILURE_DISTANCE
from ui import below, plane
from ui.figures import basin as draw
from ui.figures.style import look
from ui.frame import theme, told_plainly

SIDES = (21, 41, 81, 121, 201)
KEPT = 8
"""Most maps that a session keeps."""


@st.fragment
def show() -> None:
    """The controls, the button and the maps that are there for the present settings."""
    with told_plainly():
        st.subheader("From which starts does a method fail?", anchor=False)
        config = PlaneConfig.from_json(st.session_state["plane_config"])
        with st.container(border=True):
            left, right, size = st.columns([1, 1, 1], gap="medium")
            chosen = [
                column.selectbox(
                    label,
                    plane.METHODS,
                    index=plane.METHODS.index(first),
                    format_func=lambda name: look(name).title,
                    key=key,
                    bind="query-params",
                )
                for column, label, first, key in (
                    (left, "Left map", "nash", "map1"),
                    (right, "Right map", "mean", "map2"),
                )
            ]
            side = size.select_slider("Starts along each side", SIDES, 41, key="side", bind="query-params")
            asked = st.button(
                f"Map {side} × {side} starts",
                icon=":material/grid_on:",
                key="map",
                help="With the settings above.",
            )
        maps: dict[tuple[str, str, int], Basin] = st.session_state.setdefault("basins", {})
        wanted = [_key(config, name, side) for name in chosen]
        missing = [key for key in dict.fromkeys(wanted) if key not in maps]
        if asked and missing:
            _compute(config, missing, maps)
        for column, key in zip(st.columns(2, gap="medium"), wanted, strict=True):
            if key in maps:
                with column:
                    _draw(maps[key], key)


def _key(config: PlaneConfig, name: str, side: int) -> tuple[str, str, int]:
    bare = config.model_copy(update={"methods": (name,), "starts": (), "random_starts": 0, "nudges": 0})
    return bare.to_json(), name, side


def _compute(
    config: PlaneConfig, missing: list[tuple[str, str, int]], maps: dict[tuple[str, str, int], Basin]
) -> None:
    bar = st.progress(0.0, "Simulating …")
    for number, key in enumerate(missing):

        def tell(share: float, done: int = number) -> None:
            total = (done + share) / len(missing)
            bar.progress(min(total, 1.0), f"Simulating from every start: {total:.0%}")

        maps[key] = map_basin(PlaneConfig.from_json(key[0]), key[2], tell)
        while len(maps) > KEPT:
            del maps[next(iter(maps))]
    bar.empty()


def _draw(found: Basin, key: tuple[str, str, int]) -> None:
    title = look(key[1]).title
    share = float(found.failing_share[0])
    st.metric(
        f"{title} fails from",
        f"{share:.1%}",
        help=f"Share of {key[2]} × {key[2]} starts that end off the front.",
    )
    below.show(
        draw.basin(
            found.x.numpy(),
            found.y.numpy(),
            np.asarray(found.distance[0]),
            FAILURE_DISTANCE,
            f"Final distance: {title}",
            theme(),
        ),
        key=f"basin-{key[1].replace(':', '').replace('@', '-')}",
        caption="Every point is a start; its colour is how far from the front the run ends. The red line "
        "bounds the starts that "
        "fail. Look for fringes: there, neighbours end in different places.",
        alt=f"Map of the final distance to the front for {title}; {share:.1%} of the starts fail.",
        data=found.frame(),
        command=plane.basin_command(PlaneConfig.from_json(key[0]), key[1], key[2]),
    )
