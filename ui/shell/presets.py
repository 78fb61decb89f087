"""Presets: one click, or one word in the address, sets many widgets at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from nashcore.errors import quoted
from ui.shell.pages import Page
from ui.shell.text import plain


@dataclass(frozen=True)
class Preset:
    """Settings that one click gives.

    Attributes:
        label: on the button.
        values: widget key -> value.
        says: what to look for, for the button's help.
        resets: widget key -> value that a new page has anyway, of what else the scene depends on: set where the
            reader may have changed it.
    """

    label: str
    values: Mapping[str, Any]
    says: str | None = None
    resets: Mapping[str, Any] = field(default_factory=dict)

    @property
    def scene(self) -> dict[str, Any]:
        """All that the preset sets on a page that has been changed."""
        return {**self.resets, **self.values}


Presets = Mapping[str, Preset]
"""By the name that an address uses."""


def entry_preset(
    page: Page, presets: Presets, labels: Mapping[str, Callable[[Any], str]], *, opened: bool
) -> None:
    """Set the scene of the preset that the address names (``?preset=one-shouts``), before any widget is made.

    The preset's word gives way to the values it stands for, and the widgets take theirs from there: what the
    reader changes from here on is what a copied address shows. Words beside it go before the preset's
    (``?preset=rules&lr=0.1`` is that figure at another learning rate). A page that the reader has turned knobs on is
    set like a new one, so that a link shows what it promises. An unknown name is told in one sentence and changes
    nothing.

    Args:
        page: the page.
        presets: its presets.
        labels: the ``format_func`` of every widget that has one: addresses hold options as they are shown.
        opened: whether the reader has just come to the page, so that none of its widgets is there yet.
    """
    asked = st.query_params.get("preset")
    if asked is None:
        return
    found = presets.get(asked)
    beside: dict[str, str | list[str]] = {
        key: st.query_params.get_all(key) for key in st.query_params if key != "preset"
    }
    if found is not None and opened:
        # Only an address fills new widgets and itself; words of widgets that exist already cannot be written to it.
        written = {key: _written(value, labels.get(key, str)) for key, value in found.values.items()}
        st.switch_page(page.path, query_params=written | beside)
    del st.query_params["preset"]
    if found is not None:
        st.session_state.update({key: value for key, value in found.scene.items() if key not in beside})
        return
    known = ", ".join(presets)
    st.warning(
        f"{plain(f'Preset should be one of {known}. Found {quoted(asked)}.')} The standard settings are shown."
    )


def _written(value: Any, label: Callable[[Any], str]) -> str | list[str]:
    """A widget's value as it stands in an address."""
    return list(map(label, value)) if isinstance(value, list) else label(value)


def preset_row(presets: Presets) -> None:
    """A row of buttons, one a preset."""
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="presets"):
        st.markdown("Try", width="content")
        for name, preset in presets.items():
            st.button(
                preset.label,
                key=f"preset_{name}",
                help=preset.says,
                on_click=st.session_state.update,
                args=(preset.scene,),
            )
