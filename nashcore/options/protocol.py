"""A name for two switches: ``protocol`` says at once how the table and how dropout are treated.

"paper" is both as published. "default" stands in what versions before the two switches wrote; there it meant careful data and
no dropout in the validation pass, since that is how they trained.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Any

from nashcore.errors import InputError, quoted

PROTOCOLS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "paper": {"data": "published", "validation_dropout": True},
        "default": {"data": "careful", "validation_dropout": False},
    }
)
"""What each name switches."""


def spelled_out(values: Mapping[str, Any], fields: Collection[str]) -> dict[str, Any]:
    """Values of a config with the two switches in place of ``protocol``; a switch that is given by itself goes before.

    Args:
        values: by name.
        fields: the fields of the config; a switch that is none of them is left out.

    Raises:
        InputError: there is no such protocol.
    """
    found = dict(values)
    name = found.pop("protocol", None)
    if name is None:
        return found
    if not isinstance(name, str) or name not in PROTOCOLS:
        raise InputError(f"Parameter 'protocol' should be 'paper' or 'default'. Found {quoted(name)}.")
    switches = {switch: value for switch, value in PROTOCOLS[name].items() if switch in fields}
    return switches | {switch: value for switch, value in found.items() if value is not None}
