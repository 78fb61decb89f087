"""The widgets of declared options, each bound to its word in the address."""

from __future__ import annotations

from typing import Any

from streamlit.delta_generator import DeltaGenerator

from nashcore.options import Declared


def draw(
    where: DeltaGenerator,
    one: Declared,
    *,
    start: Any = None,
    placeholder: str | None = None,
    disabled: bool = False,
) -> Any:
    """The widget that fits the option: a choice, a switch, a slider, or a box where a number may be left out.

    Args:
        where: the place.
        one: an option that has a key.
        start: what stands there at first instead of its default.
        placeholder: what an empty box says.
        disabled: whether there is nothing to choose.

    Returns:
        The value; None while its box is empty.
    """
    option, first = one.option, one.default if start is None else start
    common: dict[str, Any] = {
        "key": option.key,
        "bind": "query-params",
        "help": option.help,
        "disabled": disabled,
    }
    if option.titles:
        names = list(option.titles)
        shown = option.titles.__getitem__
        return where.segmented_control(
            one.label, names, default=first, required=True, format_func=shown, **common
        )
    if one.kind is bool:
        return where.toggle(one.label, first, **common)
    least, most = option.span
    if one.kind is int and first is not None:
        return where.slider(one.label, int(least), int(most), first, **common)
    common["placeholder"] = placeholder
    if one.kind is int:
        return whole(where, one.label, int(least), int(most), None, **common)
    return where.number_input(one.label, float(least), float(most), first, option.step, format="%g", **common)


def whole(
    where: DeltaGenerator, label: str, least: int, most: int, value: int | None, **more: Any
) -> int | None:
    """A whole number, or None while its box is empty; ``value`` is what stands there at first.

    The box holds a float: Streamlit fails on an address that gives a box of whole numbers an infinite one.
    """
    start = None if value is None else float(value)
    found = where.number_input(label, float(least), float(most), start, 1.0, format="%.0f", **more)
    return None if found is None else round(found)
