"""Small parts that run in the reader's browser, so that they answer at once. They draw; all numbers come
from the engine."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent


def component(name: str) -> ComponentRenderer:
    """The component whose parts are the files NAME.html, NAME.css and NAME.js beside this one."""
    html, css, js = ((HERE / f"{name}.{kind}").read_text(encoding="utf-8") for kind in ("html", "css", "js"))
    return st.components.v2.component(f"nash_{name}", html=html, css=css, js=js)
