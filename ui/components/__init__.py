"""Small parts that run in the reader's browser, so that they answer at once. They draw the engine's numbers; where one
foresees what the engine will answer, the answer takes its place."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def component(name: str, *before: str) -> ComponentRenderer:
    """The component whose parts are the files NAME.html, NAME.css and NAME.js beside this one.

    Args:
        name: of the files.
        before: scripts (without .js) that stand before NAME.js in the same module; only NAME.js exports.
    """
    html, css = _read(f"{name}.html"), _read(f"{name}.css") + _read("paper.css")
    js = "\n".join(_read(f"{script}.js") for script in (*before, name))
    return st.components.v2.component(f"nash_{name}", html=html, css=css, js=js)


def _read(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
