"""How results are shown: what changes no number that was measured, only what is said of many of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

from nashcore.options.model import FrozenModel
from nashcore.options.option import Option

Spread = Literal["sample", "population"]

DDOF: Mapping[str, int] = MappingProxyType({"sample": 1, "population": 0})
"""What a standard deviation takes off the number of values before it divides by it."""


class ShownOptions(FrozenModel):
    """How results are shown.

    Attributes:
        spread: which standard deviation stands behind a mean.
    """

    spread: Annotated[
        Spread,
        Option(
            words="Spread",
            help="The standard deviation behind a mean: of a sample (n - 1), or of these values alone (population, n), as the "
            "paper has it, which is the smaller.",
            flag="spread",
            key="spread",
            titles={"sample": "Sample (n − 1)", "population": "As in the paper (n)"},
        ),
    ] = "sample"

    @property
    def ddof(self) -> int:
        """What its standard deviation takes off the number of values."""
        return DDOF[self.spread]

    @property
    def spread_says(self) -> str:
        """The spread in words."""
        if self.spread == "sample":
            return "sample standard deviation (n − 1)"
        return "population standard deviation (n, as in the paper)"
