"""The basin map's section of the loss-plane page: two maps side by side, of any method each."""

from __future__ import annotations

import numpy as np
import streamlit as st

from nashcore.methods import method_text, parse_method
from synthetic.basin import Basin
from synthetic.config import PlaneConfig
from synthetic.cost import basin_cost
from synthetic.pareto import FAILURE_DISTANCE
from ui.figures import basin as draw
from ui.lossplane import lessons
from ui.lossplane.controls import METHODS
from ui.lossplane.controls import title as shown
from ui.shell import figure_box, plane_runs
from ui.shell.compute import compute
from ui.shell.plane_work import basin_map
from ui.shell.styles import written_style
from ui.shell.text import show_input_errors, theme

SIDES = (21, 41, 81, 121, 201)
AT_ONCE = 41
"""Maps of up to this many starts a side are drawn as soon as the settings change; larger ones wait for a click."""

_DRAWN = "basins"
"""Session key: which maps were drawn last."""

Key = tuple[str, str, int]
"""Config, method and side of a map."""


@st.fragment
def show(config: PlaneConfig) -> None:
    """The controls, and the maps for the present settings."""
    with show_input_errors():
        st.header("From which starts does a method fail?", anchor=False)
        with st.container(border=True):
            left, right, size = st.columns(3, gap="medium")
            chosen = [_method(left, "Left map", "map1", "nash"), _method(right, "Right map", "map2", "mean")]
            side = size.select_slider("Starts along each side", SIDES, 41, key="side", bind="query-params")
            wanted = st.toggle(
                f"Map {side} × {side} starts",
                key="maps",
                bind="query-params",
                help="With the problem, optimizer, learning rate and steps above; the starts above play no part.",
            )
        if not wanted:
            return
        keys = [(_settings(config, name), name, side) for name in chosen]
        places = [column.empty() for column in st.columns(2, gap="medium")]
        if side > AT_ONCE and st.session_state.get(_DRAWN) != keys and not _asked(keys):
            return
        for slot, place, (settings, name, side) in zip(("left", "right"), places, keys, strict=True):
            config_of_map = PlaneConfig.from_json(settings)
            found: Basin = compute(
                f"basin-{slot}",
                place,
                basin_cost(config_of_map, side),
                "Simulating from every start",
                basin_map,
                settings,
                side,
            )
            with place.container():
                _draw(found, (settings, name, side), slot)
        st.session_state[_DRAWN] = keys
        lessons.show("basin")


def _asked(keys: list[Key]) -> bool:
    """Whether large maps are to be drawn: an address that shows maps shows them without a click."""
    return _DRAWN not in st.session_state or st.button("Draw the maps", icon=":material/grid_on:")


def _method(column: st.delta_generator.DeltaGenerator, label: str, key: str, first: str) -> str:
    chosen = column.selectbox(
        label,
        METHODS,
        index=METHODS.index(first),
        format_func=shown,
        key=key,
        bind="query-params",
        accept_new_options=True,
        help="Any method: others than those listed can be composed above, or typed.",
    )
    return method_text(parse_method(chosen))


def _settings(config: PlaneConfig, name: str) -> str:
    return config.without_starts().replaced(methods=(name,)).to_json()


def command(config: PlaneConfig, name: str, side: int, csv: str | None = None) -> str:
    """The command line that maps the same starts with one method, and writes the map to the file ``csv``."""
    any_start = config.without_starts().replaced(methods=(name,), nudges=PlaneConfig().nudges)
    words = [*plane_runs.options(any_start), f"--side={side}", *([f"--csv={csv}"] if csv else [])]
    return " ".join(["python -m nashcore basin", *words])


def _draw(found: Basin, key: Key, place: str) -> None:
    title = written_style(key[1]).title
    share = float(found.failing_share[0])
    st.metric(
        f"{title} fails from",
        f"{share:.1%}",
        help=f"Share of {key[2]} × {key[2]} starts that end further than {FAILURE_DISTANCE:g} from the front.",
    )
    figure_box.show(
        draw.basin(
            found.x.numpy(),
            found.y.numpy(),
            np.asarray(found.distance[0]),
            FAILURE_DISTANCE,
            f"Final distance: {title}",
            theme(),
        ),
        key=f"basin-{place}",
        caption="The final distance to the front for every start. Where on the front a run ends is not shown.",
        alt=f"Map of the final distance to the front for {title}; {share:.1%} of the starts fail.",
        data=found.frame,
        command=command(PlaneConfig.from_json(key[0]), key[1], key[2], f"basin-{place}.csv"),
    )
