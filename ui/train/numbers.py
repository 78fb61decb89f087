"""Whole numbers that an address may hold."""

from __future__ import annotations

from typing import Any

from streamlit.delta_generator import DeltaGenerator


def whole(
    where: DeltaGenerator, label: str, least: int, most: int, value: int | None, **more: Any
) -> int | None:
    """A whole number, or None while its box is empty; ``value`` is what stands there at first.

    The box holds a float: Streamlit fails on an address that gives a box of whole numbers an infinite one.
    """
    start = None if value is None else float(value)
    found = where.number_input(label, float(least), float(most), start, 1.0, format="%.0f", **more)
    return None if found is None else round(found)
