"""What configs that earlier versions stored mean today: a run keeps meaning what it was trained as."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nashcore.options import MOST_VALIDATION


def as_trained(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a stored config, with what its version did where it had no word for it.

    Versions that stored ``protocol`` (which configs still read) kept no natural test part, and took `MOST_VALIDATION`
    validation rows a cell of one's own table whatever its size.
    """
    if "protocol" not in values:
        return dict(values)
    then: dict[str, Any] = {"natural_test_share": None if values.get("splits") else 0.0}
    if (
        values.get("csv") is not None
        and values.get("splits") is None
        and values.get("validation_per_cell") is None
    ):
        then["validation_per_cell"] = MOST_VALIDATION
    return {**values, **then}
