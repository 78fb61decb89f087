"""Presets: one click, or one word in the address, sets many widgets at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from ui.frame import plain

Presets = Mapping[str, Mapping[str, Any]]
"""Preset name -> widget key -> value."""


def _address(name: str) -> str:
    return name.replace(" ", "-")


def entry_preset(presets: Presets) -> None:
    """Apply the preset that the address names (``?preset=one-shouts``), once, before the widgets are made.

    The widgets write themselves into the address afterwards, so the preset's own word leaves it: what the
    reader changes
    from here on is what a copied address shows. An unknown name is told in one sentence and changes nothing.
    """
    asked = st.query_params.get("preset")
    if asked is None:
        return
    del st.query_params["preset"]
    found = next((preset for name, preset in presets.items() if _address(name) == asked), None)
    if found is None:
        known = ", ".join(map(_address, presets))
        st.warning(
            f"{plain(f'Preset should be one of {known}. Found {asked[:80]!r}.')} The standard settings are "
            f"shown."
        )
    else:
        st.session_state.update(found)


def preset_row(presets: Presets, label: str = "Try") -> None:
    """A row of buttons, one a preset."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        st.markdown(label, width="content")
        for name, preset in presets.items():
            st.button(
                name[0].upper() + name[1:],
                key=f"preset_{_address(name)}",
                on_click=st.session_state.update,
                args=(preset,),
                type="secondary",
            )
