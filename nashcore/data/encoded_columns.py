"""How one column becomes features: what was learned of it from the fitted rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class NumberColumn:
    """A number: ``fill`` takes the place of a missing value, ``flag`` adds a feature that says where; the fitted rows' numbers
    are from ``low`` to ``high``, where that was kept."""

    name: str
    fill: float
    flag: bool
    low: float | None = None
    high: float | None = None

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The description that JSON holds; earlier versions kept no range.

        Raises:
            KeyError, TypeError, ValueError: it is no such description.
        """
        low, high = (stored.get(name) for name in ("low", "high"))
        span = (None, None) if low is None or high is None else (float(low), float(high))
        return cls(str(stored["name"]), float(stored["fill"]), bool(stored["flag"]), *span)


@dataclass(frozen=True)
class CategoryColumn:
    """A category: one feature for each of ``values``, and one for all others when ``rare`` is true; ``others`` are those of the
    fitted rows, where they were kept and are no more than `MOST_OTHERS`."""

    name: str
    values: tuple[str, ...]
    rare: bool
    others: tuple[str, ...] | None = None

    @classmethod
    def from_dict(cls, stored: dict[str, Any]) -> Self:
        """The description that JSON holds; earlier versions kept no rare categories.

        Raises:
            KeyError, TypeError, ValueError: it is no such description.
        """
        others = stored.get("others")
        return cls(
            str(stored["name"]),
            tuple(map(str, stored["values"])),
            bool(stored["rare"]),
            None if others is None else tuple(map(str, others)),
        )
